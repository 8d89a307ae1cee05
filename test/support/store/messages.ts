import { MessageConst } from '../../../libs/broker-core/src/protocol/message-const.js';
import { encodeProperties } from '../../../libs/broker-core/src/protocol/message-properties.js';
import { javaStringHash } from '../../../libs/broker-core/src/protocol/string-hash.js';
import type { PutMessage } from '../../../libs/broker-core/src/store/put-message.js';

/** What a spec wants to be special about a message. */
export interface Wishes {
  readonly topic?: string;
  readonly queueId?: number;
  readonly body?: string | Buffer;
  readonly tags?: string;
  readonly keys?: string;
  readonly uniqKey?: string;
  readonly delayLevel?: number;
  readonly sysFlag?: number;
  readonly wait?: boolean;
}

/** A message as delivery/ would hand it to the store. */
export function putMessageOf(wishes: Wishes = {}): PutMessage {
  const { topic = 'TopicA', queueId = 0, body = 'hello', tags, keys, uniqKey, delayLevel = 0 } = wishes;
  const properties = new Map<string, string | undefined>([
    [MessageConst.PROPERTY_TAGS, tags],
    [MessageConst.PROPERTY_KEYS, keys],
    [MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, uniqKey],
    [MessageConst.PROPERTY_DELAY_TIME_LEVEL, delayLevel > 0 ? String(delayLevel) : undefined],
  ]);
  return {
    topic,
    queueId,
    flag: 0,
    sysFlag: wishes.sysFlag ?? 0,
    bornTimestamp: 1_700_000_000_000,
    bornHost: { address: '10.0.0.9', port: 40_000 },
    reconsumeTimes: 0,
    body: typeof body === 'string' ? Buffer.from(body) : body,
    propertiesString: encodeProperties(properties),
    tagsCode: tags === undefined ? 0 : javaStringHash(tags),
    keys,
    uniqKey,
    waitStoreMsgOK: wishes.wait ?? true,
    delayLevel,
  };
}

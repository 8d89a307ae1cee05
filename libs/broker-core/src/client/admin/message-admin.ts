import { hostText } from '../../protocol/host-address.js';
import type { MessageExt } from '../../protocol/message.js';
import { MessageConst } from '../../protocol/message-const.js';
import { parseOffsetMessageId } from '../../protocol/message-id.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { RemoteError } from '../../runtime/errors.js';
import { RouteError } from '../errors.js';
import { ask } from '../instance/call.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { unpackedMessages } from '../unpacked-messages.js';

/** Which messages are looked for. Times are milliseconds since the epoch, of storing. */
export interface KeyQuery {
  readonly topic: string;
  readonly key: string;
  /** Default 64. */
  readonly maxNum?: number | undefined;
  /** Default 0. */
  readonly beginTimestamp?: number | undefined;
  /** Default: no end. */
  readonly endTimestamp?: number | undefined;
}

/** Queries look through indexes on disk and may take a while. */
const TIMEOUT_MS = 15_000;
const NO_END = Number.MAX_SAFE_INTEGER;

/** Messages with a business key, oldest first. */
export async function queryByKey(instance: MQClientInstance, query: KeyQuery): Promise<MessageExt[]> {
  const found = await queryAll(instance, query, false);
  // The index knows hashes only.
  return found.filter(({ keys }) => keys?.split(MessageConst.KEY_SEPARATOR).includes(query.key));
}

/** The message with this UNIQ_KEY; if it was sent more than once, the first. */
export async function queryByUniqueKey(
  instance: MQClientInstance,
  topic: string,
  uniqueKey: string,
): Promise<MessageExt | undefined> {
  const found = await queryAll(instance, { topic, key: uniqueKey, maxNum: 32 }, true);
  return found.find((message) => message.uniqueKey === uniqueKey);
}

/** The record an offsetMsgId points at; undefined when the text is no such id, or nothing (else) lies there. */
export async function viewByOffsetId(
  instance: MQClientInstance,
  topic: string,
  msgId: string,
): Promise<MessageExt | undefined> {
  const id = parseOffsetMessageId(msgId);
  if (!id || id.storeHost.port <= 0 || id.storeHost.port > 65_535) return undefined;
  const address = hostText(id.storeHost);
  await instance.findRoute(topic);
  // A client's own id has the same form: only addresses of brokers are worth a question.
  if (!instance.routes.brokers.all().has(address)) return undefined;
  try {
    const response = await ask(instance.transport, address, {
      code: RequestCode.VIEW_MESSAGE_BY_ID,
      extFields: { topic, offset: String(id.commitLogOffset) },
      timeoutMs: instance.settings.mqClientApiTimeoutMs,
      topic,
    });
    return unpackedMessages(response.body, instance.settings.logger)[0];
  } catch (error) {
    if (error instanceof RemoteError && error.responseCode === ResponseCode.SYSTEM_ERROR) return undefined;
    throw error;
  }
}

async function queryAll(instance: MQClientInstance, query: KeyQuery, isUniqueKey: boolean): Promise<MessageExt[]> {
  const route = await instance.findRoute(query.topic);
  if (!route) throw new RouteError(`no route for topic '${query.topic}': mqadmin topicList shows which there are`);
  const addresses = route.data.brokerDatas
    .map(({ brokerName }) => instance.routes.brokers.memberOf(brokerName)?.address)
    .filter((address) => address !== undefined);
  const found = await Promise.all(addresses.map((address) => queryOne(instance, address, query, isUniqueKey)));
  return found.flat().sort((left, right) => left.storeTimestamp - right.storeTimestamp);
}

async function queryOne(
  instance: MQClientInstance,
  address: string,
  { topic, key, maxNum = 64, beginTimestamp = 0, endTimestamp = NO_END }: KeyQuery,
  isUniqueKey: boolean,
): Promise<MessageExt[]> {
  const response = await ask(instance.transport, address, {
    code: RequestCode.QUERY_MESSAGE,
    extFields: {
      topic,
      key,
      maxNum: String(maxNum),
      beginTimestamp: String(beginTimestamp),
      endTimestamp: String(endTimestamp),
      ...(isUniqueKey ? { _UNIQUE_KEY_QUERY: 'true' } : {}),
    },
    timeoutMs: TIMEOUT_MS,
    topic,
    alsoGood: [ResponseCode.QUERY_NOT_FOUND],
  });
  return response.code === ResponseCode.SUCCESS ? unpackedMessages(response.body, instance.settings.logger) : [];
}

import { describe, expect, it } from '@jest/globals';
import { decodeProperties } from '../protocol/message-properties.js';
import { MessageExt } from '../protocol/message.js';
import { createRequest, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { newSubscriptionGroupConfig } from '../protocol/subscription-group-config.js';
import { RequestError } from '../runtime/errors.js';
import { SendBackProcessor } from './send-back.processor.js';
import { deliveryRooms, type RoomSettings } from './testing/delivery-rooms.js';

function build(given: RoomSettings = {}) {
  const rooms = deliveryRooms(given);
  const counted: string[] = [];
  const stats = {
    ...rooms.stats,
    sendBack: (group: string, topic: string) => void counted.push(`${group} ${topic}`),
    topicPut: (...put: (string | number)[]) => void counted.push(put.join(' ')),
  };
  const processor = new SendBackProcessor({ ...rooms, stats });
  const sendBack = async (more: Record<string, string> = {}, version = 495): Promise<RemotingCommand> => {
    const fields = { group: 'g', offset: '100', delayLevel: '0', originTopic: 'T', maxReconsumeTimes: '16', ...more };
    const request = { ...createRequest(RequestCode.CONSUMER_SEND_MSG_BACK, fields), version };
    try {
      return await processor.sendBack(request);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { ...request, code: error.responseCode, remark: error.remark };
    }
  };
  rooms.store.message = stored();
  return { ...rooms, counted, sendBack };
}

function stored(given: Partial<MessageExt> = {}): MessageExt {
  const message = new MessageExt('T', Buffer.from('body'), { tags: 'a', keys: 'k', flag: 3 });
  message.properties.set('UNIQ_KEY', 'U');
  return Object.assign(message, { bornHost: '9.9.9.9:99', storeHost: '1.2.3.4:10911', bornTimestamp: 7, ...given });
}

const propertiesOf = (broker: ReturnType<typeof build>) =>
  Object.fromEntries(decodeProperties(broker.store.put[0]?.propertiesString ?? ''));

describe('a message that comes back', () => {
  it('counts for the delay level that it waits in', async () => {
    const broker = build();
    broker.store.turnedAside = { topic: 'SCHEDULE_TOPIC_XXXX', queueId: 2 };
    await broker.sendBack();
    expect(broker.counted).toEqual(['SCHEDULE_TOPIC_XXXX 2 1 100', 'g T']);
  });

  it('is stored for the retry topic of its group, a level later each time', async () => {
    const broker = build();
    expect((await broker.sendBack()).code).toBe(ResponseCode.SUCCESS);
    broker.store.message = stored({ reconsumeTimes: 4 });
    await broker.sendBack();
    await broker.sendBack({ delayLevel: '9' });
    expect(
      broker.store.put.map(({ topic, delayLevel, reconsumeTimes }) => [topic, delayLevel, reconsumeTimes]),
    ).toEqual([
      ['%RETRY%g', 3, 1],
      ['%RETRY%g', 7, 5],
      ['%RETRY%g', 9, 5],
    ]);
    expect(broker.store.put[0]).toMatchObject({
      flag: 3,
      bornTimestamp: 7,
      bornHost: { address: '9.9.9.9', port: 99 },
      keys: 'k',
      uniqKey: 'U',
      waitStoreMsgOK: false,
    });
    expect(propertiesOf(broker)).toMatchObject({
      RETRY_TOPIC: 'T',
      TAGS: 'a',
      UNIQ_KEY: 'U',
      DELAY: '3',
      WAIT: 'false',
    });
    expect(broker.counted).toEqual(['g T', 'g T', 'g T']);
  });

  it('keeps where it came from when it comes back again', async () => {
    const broker = build();
    const again = stored({ topic: '%RETRY%g', reconsumeTimes: 1 });
    again.properties.set('RETRY_TOPIC', 'T').set('ORIGIN_MESSAGE_ID', 'FIRST');
    broker.store.message = again;
    await broker.sendBack();
    expect(propertiesOf(broker)).toMatchObject({ RETRY_TOPIC: 'T', ORIGIN_MESSAGE_ID: 'FIRST' });
    expect(broker.counted).toEqual(['g T']);
  });

  it.each([
    ['after its last try', { maxReconsumeTimes: '2' }, 495],
    ['when its consumer gives up', { delayLevel: '-1' }, 495],
    ['after the group’s last try, for a client too old to say', { maxReconsumeTimes: '99' }, 100],
  ])('lies down among the dead letters %s', async (_, fields, version) => {
    const broker = build();
    broker.subscriptionGroups.update(newSubscriptionGroupConfig('g', { retryMaxTimes: 2 }));
    broker.store.message = stored({ reconsumeTimes: 2 });
    await broker.sendBack(fields, version);
    expect(broker.store.put).toMatchObject([{ topic: '%DLQ%g', queueId: 0, delayLevel: 0 }]);
    expect(broker.topics.get('%DLQ%g')).toMatchObject({ writeQueueNums: 1 });
  });

  it('of a group without retry queues is taken and forgotten', async () => {
    const broker = build();
    broker.subscriptionGroups.update(newSubscriptionGroupConfig('g', { retryQueueNums: 0 }));
    expect((await broker.sendBack()).code).toBe(ResponseCode.SUCCESS);
    expect(broker.store.put).toEqual([]);
  });

  it('is refused, and says why, when it cannot be stored again', async () => {
    const strict = build({ autoCreateSubscriptionGroup: false });
    expect((await strict.sendBack()).code).toBe(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
    const readOnly = build({ topics: { brokerPermission: 4 } });
    expect((await readOnly.sendBack()).code).toBe(ResponseCode.NO_PERMISSION);
    const broker = build();
    broker.store.status = 'SERVICE_NOT_AVAILABLE';
    expect(await broker.sendBack()).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: 'SERVICE_NOT_AVAILABLE' });
    broker.store.message = undefined;
    expect((await broker.sendBack()).remark).toBe('look message by offset failed, 100');
  });
});

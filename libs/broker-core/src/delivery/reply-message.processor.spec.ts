import { describe, expect, it } from '@jest/globals';
import { FakeConnection } from '../consumers/testing/fake-connection.js';
import { decodeProperties, encodeProperties } from '../protocol/message-properties.js';
import { createRequest, createResponse } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import { ReplyMessageProcessor } from './reply-message.processor.js';
import { deliveryRooms, type RoomSettings } from './testing/delivery-rooms.js';

function build(given: RoomSettings = {}) {
  const rooms = deliveryRooms(given);
  const processor = new ReplyMessageProcessor(rooms);
  const [asker, replier] = [new FakeConnection(), new FakeConnection()];
  asker.answer = async () => createResponse(ResponseCode.SUCCESS);
  const client = { connection: asker, clientId: 'asker', language: 'JAVA', version: 495, lastUpdateTimestamp: 0 };
  rooms.producerGroups.hear('p', client);
  const reply = (properties: Record<string, string>) =>
    processor.reply(
      createRequest(
        RequestCode.SEND_REPLY_MESSAGE_V2,
        {
          a: 'p',
          b: 'C_REPLY_TOPIC',
          c: 'TBW102',
          d: '1',
          e: '0',
          f: '0',
          g: '5',
          h: '0',
          i: encodeProperties(new Map(Object.entries(properties))),
        },
        Buffer.from('reply'),
      ),
      replier,
    );
  return { ...rooms, asker, replier, reply, processor };
}

describe('a reply', () => {
  it('is pushed over the asker’s connection with the moment of its pushing, and stored', async () => {
    const broker = build();
    const answer = await broker.reply({ REPLY_TO_CLIENT: 'asker', CORRELATION_ID: 'c' });
    expect(answer).toMatchObject({ code: ResponseCode.SUCCESS, extFields: { msgId: 'OFFSETID', queueOffset: '0' } });
    const [pushed] = broker.asker.sent;
    expect(pushed?.code).toBe(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT);
    expect(pushed?.body?.toString()).toBe('reply');
    expect(pushed?.extFields).toMatchObject({
      topic: 'C_REPLY_TOPIC',
      bornHost: broker.replier.remoteAddress,
      storeHost: '1.2.3.4:10911',
      bornTimestamp: '5',
    });
    expect(Object.fromEntries(decodeProperties(pushed?.extFields?.['properties'] ?? ''))).toMatchObject({
      CORRELATION_ID: 'c',
      PUSH_REPLY_TIME: String(broker.time.now()),
      MSG_REGION: 'R',
    });
    expect(broker.store.put).toMatchObject([{ topic: 'C_REPLY_TOPIC', queueId: 0 }]);
  });

  it('in the old form, with fields under their own names, is the same', async () => {
    const broker = build();
    const fields = {
      ...{ producerGroup: 'p', topic: 'C_REPLY_TOPIC', defaultTopic: 'TBW102', defaultTopicQueueNums: '1' },
      ...{ queueId: '0', sysFlag: '0', bornTimestamp: '5', flag: '0' },
      properties: encodeProperties(new Map([['REPLY_TO_CLIENT', 'asker']])),
    };
    const request = createRequest(RequestCode.SEND_REPLY_MESSAGE, fields, Buffer.from('reply'));
    expect((await broker.processor.reply(request, broker.replier)).code).toBe(ResponseCode.SUCCESS);
    expect(broker.asker.sent[0]?.extFields).toMatchObject({ topic: 'C_REPLY_TOPIC', bornTimestamp: '5' });
    expect(broker.store.put).toMatchObject([{ topic: 'C_REPLY_TOPIC' }]);
  });

  it('is only pushed where replies are not stored', async () => {
    const broker = build({ delivery: { storeReplyMessageEnable: false } });
    const answer = await broker.reply({ REPLY_TO_CLIENT: 'asker' });
    expect(answer.extFields).toMatchObject({ msgId: '0', queueId: '0', queueOffset: '0' });
    expect(broker.store.put).toEqual([]);
  });

  it('that reached nobody is answered with the reason', async () => {
    const broker = build();
    expect(await broker.reply({})).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: 'reply message properties[REPLY_TO_CLIENT] is null',
    });
    expect((await broker.reply({ REPLY_TO_CLIENT: 'gone' })).remark).toBe(
      'push reply message fail, channel of <gone> not found.',
    );
    broker.asker.answer = async () => createResponse(ResponseCode.SYSTEM_ERROR);
    expect((await broker.reply({ REPLY_TO_CLIENT: 'asker' })).code).toBe(ResponseCode.SYSTEM_ERROR);
    broker.asker.answer = () => Promise.reject(new Error('closed'));
    expect((await broker.reply({ REPLY_TO_CLIENT: 'asker' })).remark).toBe('push reply message to askerfail.');
  });
});

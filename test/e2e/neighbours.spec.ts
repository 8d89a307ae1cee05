import { afterEach, describe, expect, it } from '@jest/globals';
import { RequestCode, ResponseCode } from 'rocketmq-broker-core';
import { LoadConnection, pullHeader, sendHeader } from '../../bench/load/wire.mjs';
import { useBroker } from '../support/use-broker.js';

const BODY = Buffer.alloc(8 * 1024, 'x');
const open: LoadConnection[] = [];
afterEach(() => {
  for (const { socket } of open.splice(0)) socket.destroy();
});

async function connectTo(address: string): Promise<LoadConnection> {
  const connection = new LoadConnection({ port: Number(address.split(':')[1]) });
  open.push(connection);
  await connection.ready();
  return connection;
}

const send = (connection: LoadConnection, topic: string, body = BODY) =>
  connection.request(RequestCode.SEND_MESSAGE_V2, sendHeader(topic, 0), body);

describe('beside a consumer that asks for much and reads nothing', () => {
  const broker = useBroker();
  const PULLS = 200;
  const MESSAGES = 32;

  it('others are served, and it has lost nothing when it reads again', async () => {
    const polite = await connectTo(broker.brokerAddress);
    for (let n = 0; n < MESSAGES; n++) expect((await send(polite, 'unread')).code).toBe(ResponseCode.SUCCESS);
    const greedy = await connectTo(broker.brokerAddress);
    greedy.socket.pause();
    // Fifty megabytes of answers: far more than sockets and the broker's own limit hold together.
    let answered = 0;
    const pulls = Array.from({ length: PULLS }, async () => {
      const answer = await greedy.request(RequestCode.PULL_MESSAGE, pullHeader('unread', 0, 0, 0));
      answered++;
      return answer;
    });
    for (let n = 0; n < 100; n++) expect((await send(polite, 'others')).code).toBe(ResponseCode.SUCCESS);
    expect(answered).toBe(0);
    greedy.socket.resume();
    for (const { code, body } of await Promise.all(pulls)) {
      expect(code).toBe(ResponseCode.SUCCESS);
      expect(body.length).toBeGreaterThan(200 * 1024);
    }
  });
});

describe('beside a connection with ten thousand pipelined sends', () => {
  const broker = useBroker();

  it('another one’s send does not wait for all of them', async () => {
    const polite = await connectTo(broker.brokerAddress);
    await send(polite, 'pipelined');
    const pushy = await connectTo(broker.brokerAddress);
    let answered = 0;
    const small = Buffer.alloc(100, 'x');
    const burst = Array.from({ length: 10_000 }, () =>
      send(pushy, 'pipelined', small).then(({ code }) => {
        answered++;
        return code;
      }),
    );
    await Promise.race(burst);
    const before = answered;
    expect((await send(polite, 'pipelined')).code).toBe(ResponseCode.SUCCESS);
    expect(answered - before).toBeLessThan(5000);
    expect(new Set(await Promise.all(burst))).toEqual(new Set([ResponseCode.SUCCESS]));
  });
});

describe('more sends at once than may wait for the store', () => {
  const broker = useBroker({ overrides: { delivery: { sendQueueCapacity: 50 } } });

  it('are answered SYSTEM_BUSY, those that were taken are stored, and then all is as before', async () => {
    const flood = await connectTo(broker.brokerAddress);
    await send(flood, 'flood');
    const answers = await Promise.all(Array.from({ length: 2000 }, () => send(flood, 'flood', Buffer.from('x'))));
    const taken = answers.filter(({ code }) => code === ResponseCode.SUCCESS).length;
    const busy = answers.filter(({ code }) => code === ResponseCode.SYSTEM_BUSY).length;
    expect(taken + busy).toBe(2000);
    expect(taken).toBeGreaterThanOrEqual(50);
    expect(busy).toBeGreaterThan(0);
    expect((await send(flood, 'flood')).code).toBe(ResponseCode.SUCCESS);
    const { extFields } = await broker.call(RequestCode.GET_MAX_OFFSET, { topic: 'flood', queueId: '0' });
    expect(extFields?.['offset']).toBe(String(taken + 2));
  });
});

describe('in a process that is busy with other things', () => {
  const broker = useBroker();

  it('an embedded broker is late, and refuses nothing for that', async () => {
    const connection = await connectTo(broker.brokerAddress);
    for (let turn = 0; turn < 6; turn++) {
      const answer = send(connection, 'busy');
      for (const end = performance.now() + 300; performance.now() < end; );
      expect((await answer).code).toBe(ResponseCode.SUCCESS);
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { crc32 } from 'node:zlib';
import { createRequest, RequestCode, ResponseCode } from 'rocketmq-broker-core';
import { patientClient } from '../support/patient-client.js';
import { property, pullFields, sendFields } from '../support/speak-to.js';
import { useBroker } from '../support/use-broker.js';

const broker = useBroker();

const QUEUES = 4;
const MESSAGES = 12_000;
/** With the sizes below, more than the store keeps in memory: most of it is read from files. */
const sizeOf = (index: number) => 1 + ((index * 7919) % 9_000);
const bodyOf = (index: number) => Buffer.alloc(sizeOf(index), `${index}:`);

async function fill(): Promise<void> {
  const send = (index: number) => {
    const fields = sendFields('backlog', index % QUEUES, property('TAGS', index % 3 === 0 ? 'third' : 'other'));
    // The flag says which message it is.
    return broker.call(RequestCode.SEND_MESSAGE_V2, { ...fields, h: String(index) }, bodyOf(index));
  };
  await send(0);
  for (let from = 1; from < MESSAGES; from += 200) {
    const end = Math.min(from + 200, MESSAGES);
    const answers = await Promise.all(Array.from({ length: end - from }, (_, index) => send(from + index)));
    for (const { code } of answers) expect(code).toBe(ResponseCode.SUCCESS);
  }
}

/** Reads a queue to its end over a connection of its own; returns the numbers of the messages, each one checked. */
async function drain(queueId: number, tags: string): Promise<number[]> {
  const client = patientClient();
  const seen: number[] = [];
  for (let offset = 0; ; ) {
    const fields = pullFields('backlog', offset, { queueId, group: 'readers', expression: tags });
    const request = createRequest(RequestCode.PULL_MESSAGE, fields);
    const answer = await client.invoke(broker.brokerAddress, request, 60_000);
    if (answer.code === ResponseCode.PULL_NOT_FOUND) break;
    offset = Number(answer.extFields?.['nextBeginOffset'] ?? offset);
    for (const index of numbersIn(answer.body ?? Buffer.alloc(0))) seen.push(index);
  }
  await client.shutdown();
  return seen;
}

function* numbersIn(records: Buffer): Iterable<number> {
  for (let at = 0; at < records.length; at += records.readInt32BE(at)) {
    const index = records.readInt32BE(at + 16);
    const body = records.subarray(at + 88, at + 88 + records.readInt32BE(at + 84));
    expect(body.length).toBe(sizeOf(index));
    expect(records.readInt32BE(at + 8)).toBe(crc32(body) & 0x7fffffff);
    yield index;
  }
}

describe('a backlog larger than memory', () => {
  it('is read back byte for byte by many readers at once, with and without a filter', async () => {
    await fill();
    const all = Array.from({ length: MESSAGES }, (_, index) => index);
    const readers = [0, 1, 2, 3].flatMap((queueId) => [drain(queueId, '*'), drain(queueId, 'third')]);
    const read = await Promise.all(readers);
    for (let queueId = 0; queueId < QUEUES; queueId++) {
      const own = all.filter((index) => index % QUEUES === queueId);
      expect(read[queueId * 2]).toEqual(own);
      expect(read[queueId * 2 + 1]).toEqual(own.filter((index) => index % 3 === 0));
    }
  });
});

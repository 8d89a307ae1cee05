/**
 * What the store's share of one send costs: microseconds of the hot thread per message, with rounds of so many in flight.
 *
 *   node bench/micro/run.mjs append [--messages 200000] [--in-flight 64] [--bytes 1024] [--queues 4] [--dir /tmp]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { MessageStore } from '../../libs/broker-core/src/store/message-store.js';
import type { FlushDiskType } from '../../libs/broker-core/src/store/store-config.js';
import { openDiskStore } from '../../test/support/store/disk-store.js';
import { messageSource, TOPIC } from './messages.js';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    messages: { type: 'string', default: '200000' },
    'in-flight': { type: 'string', default: '64' },
    bytes: { type: 'string', default: '1024' },
    queues: { type: 'string', default: '4' },
    dir: { type: 'string', default: '/tmp' },
  },
});
const MESSAGES = Number(values.messages);
const IN_FLIGHT = Number(values['in-flight']);
const QUEUES = Number(values.queues);
const message = messageSource(Number(values.bytes), QUEUES);

async function append(flushDiskType: FlushDiskType): Promise<void> {
  const directory = mkdtempSync(join(values.dir, 'append-bench-'));
  const store = await openDiskStore(directory, { flushDiskType });
  const round = async (count: number) => {
    for (let done = 0; done < count; done += IN_FLIGHT) {
      await Promise.all(Array.from({ length: IN_FLIGHT }, () => store.putMessage(message())));
    }
  };
  await round(Math.min(20_000, MESSAGES));
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await round(MESSAGES);
  const tookMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  report(`put, ${flushDiskType}`, MESSAGES, tookMs, user + system);
  await pull(store, 'pull 32, newest', 4096);
  await pull(store, 'pull 32, all', Number.POSITIVE_INFINITY);
  await store.shutdown();
  rmSync(directory, { recursive: true });
}

async function pull(store: MessageStore, name: string, backlog: number): Promise<void> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  for (let pass = 0; count < 200_000 && pass < 100; pass++) {
    const next = Array.from({ length: QUEUES }, (_, queueId) =>
      Math.max(0, store.maxQueueOffset(TOPIC, queueId) - backlog / QUEUES),
    );
    for (let found = 1; found > 0; ) {
      found = 0;
      for (let queueId = 0; queueId < QUEUES; queueId++) {
        const request = { topic: TOPIC, queueId, queueOffset: next[queueId]!, maxMsgNums: 32 };
        const result = await store.getMessage(request);
        found += result.messageCount;
        next[queueId] = result.nextBeginOffset;
      }
      count += found;
    }
  }
  const { user, system } = process.cpuUsage(cpu);
  report(name, count, performance.now() - startedAt, user + system);
}

function report(name: string, messages: number, tookMs: number, cpuMicros: number): void {
  const rate = Math.round((messages / tookMs) * 1000);
  const cpu = (cpuMicros / messages).toFixed(2);
  const wall = ((tookMs * 1000) / messages).toFixed(2);
  console.log(`${name.padEnd(28)} ${String(rate).padStart(9)} msg/s ${wall.padStart(7)} µs each, ${cpu} µs of CPU`);
}

console.log(`${values.bytes} B, ${IN_FLIGHT} in flight, ${QUEUES} queues, node ${process.version}`);
await append('ASYNC_FLUSH');
await append('SYNC_FLUSH');

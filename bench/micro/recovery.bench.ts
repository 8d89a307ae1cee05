/**
 * How fast a start reads the log after a crash: every record checked, queues and index made anew.
 *
 *   node bench/micro/run.mjs recovery [--megabytes 600] [--bytes 1024] [--queues 64] [--dir /tmp] [--cold]
 *
 * --cold drops the page cache before each start (root only); else the log is in memory, as after a kill -9.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../libs/broker-core/src/runtime/clock.js';
import { silentLogger } from '../../libs/broker-core/src/runtime/logger.js';
import { NodeDisk } from '../../libs/broker-core/src/runtime/node-disk.js';
import { systemScheduler } from '../../libs/broker-core/src/runtime/scheduler.js';
import { MessageStore } from '../../libs/broker-core/src/store/message-store.js';
import type { PutMessage } from '../../libs/broker-core/src/store/put-message.js';
import { defaultStoreConfig } from '../../libs/broker-core/src/store/store-config.js';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    megabytes: { type: 'string', default: '600' },
    bytes: { type: 'string', default: '1024' },
    queues: { type: 'string', default: '64' },
    dir: { type: 'string', default: '/tmp' },
    cold: { type: 'boolean', default: false },
  },
});
const QUEUES = Number(values.queues);
const ROUNDS = 3;
const MB = 1_000_000;
const body = Buffer.alloc(Number(values.bytes), 'x');

let sequence = 0;
function message(): PutMessage {
  const id = `7F0000010001${(sequence++).toString(16).padStart(20, '0')}`.toUpperCase();
  return {
    topic: 'BenchmarkTest',
    queueId: sequence % QUEUES,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1_700_000_000_000,
    bornHost: { address: '192.168.100.200', port: 54321 },
    reconsumeTimes: 0,
    body,
    propertiesString: `KEYS\u0001order-${sequence}\u0002UNIQ_KEY\u0001${id}\u0002WAIT\u0001true\u0002TAGS\u0001TagA\u0002CLUSTER\u0001DefaultCluster\u0002`,
    tagsCode: 2598919,
    keys: `order-${sequence}`,
    uniqKey: id,
    waitStoreMsgOK: true,
    delayLevel: 0,
  };
}

const build = (directory: string) =>
  new MessageStore({
    config: defaultStoreConfig(directory),
    disk: new NodeDisk(),
    clock: systemClock,
    scheduler: systemScheduler,
    logger: silentLogger,
    storeHost: () => ({ address: '192.168.100.100', port: 10911 }),
  });

async function fill(directory: string): Promise<void> {
  const store = build(directory);
  await store.start();
  while (store.maxCommitLogOffset < Number(values.megabytes) * MB) {
    await Promise.all(Array.from({ length: 256 }, () => store.putMessage(message())));
  }
  await store.shutdown();
}

const directory = mkdtempSync(join(values.dir, 'recovery-bench-'));
try {
  await fill(directory);
  for (let round = 0; round < ROUNDS; round++) {
    // As a crash leaves it.
    writeFileSync(join(directory, 'abort'), '');
    if (values.cold) writeFileSync('/proc/sys/vm/drop_caches', '1');
    const store = build(directory);
    const cpu = process.cpuUsage();
    await store.start();
    const { user, system } = process.cpuUsage(cpu);
    const { records, endOffset, scannedFrom, scanMs, tookMs } = store.recoveryReport!;
    const megabytes = (endOffset - scannedFrom) / MB;
    console.log(
      `${values.bytes} B, ${QUEUES} queues: ${records} records, ${megabytes.toFixed(0)} MB read in ${scanMs} ms: ` +
        `${((megabytes / scanMs) * 1000).toFixed(0)} MB/s; whole start ${tookMs} ms, ` +
        `${((megabytes / (user + system)) * 1_000_000).toFixed(0)} MB per second of CPU`,
    );
    await store.shutdown();
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

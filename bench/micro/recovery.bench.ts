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
import { openDiskStore } from '../../test/support/store/disk-store.js';
import { messageSource } from './messages.js';

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
const message = messageSource(Number(values.bytes), QUEUES);

async function fill(directory: string): Promise<void> {
  const store = await openDiskStore(directory);
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
    const cpu = process.cpuUsage();
    const store = await openDiskStore(directory);
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

// Workloads that both brokers run in turn: what counts is ours ÷ Apache's.
import { writeFileSync } from 'node:fs';
import { run } from '../../test/support/apache/index.mjs';
import { javaLoad, load, medianOf } from './load.mjs';
import { oursAtMost, ratioAtLeast, ratioAtMost } from './targets.mjs';

const SYNC = { flush: 'SYNC_FLUSH', heap: '1g' };
const UNPINNED = { pinned: false };
/** Apache's programs say nothing in their first ten seconds. */
const JAVA_SILENT_SECONDS = 12;

const send = (title, options, targets, more = {}) => ({
  title,
  targets,
  ...more,
  measure: (side, { seconds, warm, round }) =>
    load(side, 'send', { topic: `Bench${round}`, seconds, warm, header: 'json', ...options }),
});

const inFlight = (count, connections) => ({ 'in-flight': count, connections });
const fastAndEven = [ratioAtLeast('rate', 2, 3), ratioAtMost('p99', 0.5, 0.25)];

/** 0.6 GB of log, read again and again. */
const HOT = { topic: 'BenchPull', messages: 500_000 };
/** 2.1 GB of log, read once: what takes a second says little about a disk. */
const COLD = { topic: 'BenchCold', messages: 1_700_000 };

const filledWith =
  (backlog) =>
  (side, { quick }) =>
    load(side, 'fill', quick ? { ...backlog, messages: 20_000 } : backlog);

/** Whether the system lets us forget what it read; false where that is not allowed, and then the row is not cold. */
async function dropPageCache() {
  try {
    await run('sync', []);
    writeFileSync('/proc/sys/vm/drop_caches', '1\n');
    return true;
  } catch {
    return false;
  }
}

export const throughput = {
  'send-64': send('send, 64 in flight, async flush', inFlight(64, 4), [
    ...fastAndEven,
    oursAtMost('brokerPeakMiB', 300, 200, 'MiB'),
  ]),
  'send-256': send('send, 256 in flight on 16 connections', inFlight(256, 16), fastAndEven),
  'send-1': send('send, 1 in flight, async flush', inFlight(1, 1), [ratioAtLeast('rate', 1.5, 2)]),
  'send-64-binary': send(
    'send, 64 in flight, ROCKETMQ headers',
    { ...inFlight(64, 4), header: 'binary' },
    fastAndEven,
    { isExtra: true },
  ),
  topics: {
    title: '64 → 256 topics × 8 queues: drop of the rate in %',
    rounds: 2,
    targets: [oursAtMost('dropPercent', 25, 16, '%')],
    async measure(side, { seconds, warm }) {
      const many = (topics) => load(side, 'send', { topic: 'Many', topics, queues: 8, seconds, warm });
      const few = await many(64);
      const lots = await many(256);
      return { ...lots, rateOf64: few.rate, dropPercent: Number((100 * (1 - lots.rate / few.rate)).toFixed(1)) };
    },
  },
  'pull-hot': {
    title: 'pull a backlog, 32 a pull, hot',
    targets: [ratioAtLeast('rate', 1, 1.5)],
    prepare: filledWith(HOT),
    measure: (side, { seconds, warm }) => load(side, 'pull', { topic: HOT.topic, seconds, warm }),
  },
  'pull-cold': {
    title: 'pull a backlog, 32 a pull, page cache dropped before',
    targets: [ratioAtLeast('rate', 1, 1.5)],
    prepare: filledWith(COLD),
    async measure(side) {
      const isCold = await dropPageCache();
      if (!isCold) console.log('  the page cache cannot be dropped here: this round is not cold');
      return { ...(await load(side, 'pull', { topic: COLD.topic, once: true })), isCold };
    },
  },
  tail: {
    title: '2,000/s paced, sent → delivered by long polling',
    targets: [ratioAtMost('p50', 0.5, 0.25), ratioAtMost('p99', 0.5, 0.25)],
    measure: (side, { seconds, warm, round }) =>
      load(side, 'tail', { topic: `BenchTail${round}`, rate: 2000, seconds, warm }),
  },
  'send-64-sync': send('send, 64 in flight, sync flush', inFlight(64, 4), fastAndEven, { start: SYNC }),
  'send-1-sync': send('send, 1 in flight, sync flush', inFlight(1, 1), [ratioAtLeast('rate', 1.2, 2)], { start: SYNC }),
  'batch-32': {
    title: "Apache's BatchProducer, 8 threads × 32 × 1 KiB, unpinned",
    start: UNPINNED,
    rounds: 2,
    targets: [ratioAtLeast('rate', 1, 1.5)],
    async measure(side, { seconds, warm }) {
      const args = ['-w', '8', '-b', '32', '-s', '1024', '-t', 'BenchBatch'];
      return {
        rate: medianOf(await javaLoad(side, 'BatchProducer', args, seconds + warm + JAVA_SILENT_SECONDS), 'Send MPS'),
      };
    },
  },
  'java-pair': {
    title: "Apache's Producer 64 threads and Consumer together, unpinned",
    start: UNPINNED,
    rounds: 2,
    targets: [ratioAtLeast('rate', 1.3, 2)],
    async measure(side, { seconds, warm, round }) {
      const topic = `BenchPair${round}`;
      // A consumer that starts before its topic is there looks for it again half a minute later.
      await load(side, 'fill', { topic, queues: 8, messages: 64 });
      const duration = seconds + warm + JAVA_SILENT_SECONDS;
      const [sent, consumed] = await Promise.all([
        javaLoad(side, 'Producer', ['-w', '64', '-s', '1024', '-t', topic], duration),
        javaLoad(side, 'Consumer', ['-t', topic, '-g', `bench_pair_${round}`], duration),
      ]);
      const figures = { sent: medianOf(sent, 'Send TPS'), consumed: medianOf(consumed, 'Consume TPS') };
      return { rate: figures.sent + figures.consumed, ...figures };
    },
  },
};

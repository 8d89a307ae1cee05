// What is measured. Each workload says how to load a side and which ratios count.
import { apacheClassPath, javaCommand, run } from '../test/support/apache/index.mjs';

const loadScript = new URL('./load/load.mjs', import.meta.url).pathname;

/** Runs the load generator on core 1 against a side's broker; answers its JSON line. */
export async function load(side, mode, options = {}) {
  const args = Object.entries({ port: side.port, pid: side.pid, ...options }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  const result = await run('taskset', ['-c', '1', process.execPath, loadScript, mode, ...args]);
  const line = result.stdout.trim().split('\n').at(-1);
  if (!line) throw new Error(`load ${mode} on ${side.kind} said nothing: ${result.stderr}`);
  // What a broker refuses does not count as rate; the table says how much it was.
  return JSON.parse(line);
}

/** One of Apache's own load programs (org.apache.rocketmq.example.benchmark), for a while; answers what it printed. */
async function javaLoad(side, main, args, seconds) {
  const classPath = await apacheClassPath();
  const command = [
    ...['-s', 'TERM', String(seconds), javaCommand(), '-Xms512m', '-Xmx1g'],
    ...['-Drocketmq.client.logUseSlf4j=false', '-Drocketmq.serialize.type=ROCKETMQ', '-cp', classPath],
    `org.apache.rocketmq.example.benchmark.${main}`,
    ...['-n', side.cluster.nameServerAddr, '-ri', '2000'],
    ...args,
  ];
  return (await run('timeout', command)).stdout;
}

/** Median of a figure that a Java program prints on every line, the first (cold) third left out. */
function medianOf(output, label) {
  const found = [...output.matchAll(new RegExp(`${label}:?\\s*([0-9.]+)`, 'g'))].map((match) => Number(match[1]));
  const warm = found.slice(Math.floor(found.length / 3)).sort((a, b) => a - b);
  return warm.length === 0 ? 0 : warm[Math.floor(warm.length / 2)];
}

const send = (title, options, targets, start = {}) => ({
  title,
  start,
  targets,
  measure: (side, { seconds, warm, round }) =>
    load(side, 'send', { topic: `Bench${round}`, seconds, warm, header: 'json', ...options }),
});

/** Ratios ours ÷ Apache's that must hold: `rate` at least, `p99` and `p50` at most. */
export const workloads = {
  'send-64': send('send, 64 in flight, async flush', { 'in-flight': 64, connections: 4 }, { rate: 2, p99: 0.5 }),
  'send-64-sync': send(
    'send, 64 in flight, sync flush',
    { 'in-flight': 64, connections: 4 },
    { rate: 2, p99: 0.5 },
    { flush: 'SYNC_FLUSH' },
  ),
  'send-256': send(
    'send, 256 in flight on 16 connections',
    { 'in-flight': 256, connections: 16 },
    { rate: 2, p99: 0.5 },
  ),
  'send-1': send('send, 1 in flight, async flush', { 'in-flight': 1, connections: 1 }, { rate: 1.5 }),
  'send-1-sync': send(
    'send, 1 in flight, sync flush',
    { 'in-flight': 1, connections: 1 },
    { rate: 1.2 },
    { flush: 'SYNC_FLUSH' },
  ),
  'send-64-binary': send(
    'send, 64 in flight, ROCKETMQ headers',
    { 'in-flight': 64, connections: 4, header: 'binary' },
    { rate: 2, p99: 0.5 },
  ),
  'batch-32': {
    title: "Apache's BatchProducer, 8 threads × 32 × 1 KiB",
    start: { pinned: false },
    targets: { rate: 1 },
    async measure(side, { seconds, warm }) {
      const output = await javaLoad(
        side,
        'BatchProducer',
        ['-w', '8', '-b', '32', '-s', '1024', '-t', 'BenchBatch'],
        seconds + warm + 6,
      );
      return { rate: medianOf(output, 'Send MPS') };
    },
  },
  'pull-hot': {
    title: 'pull a backlog, 32 a pull, hot',
    targets: { rate: 1 },
    async measure(side, { seconds, warm, round }) {
      if (round === 0) await load(side, 'send', { topic: 'BenchPull', seconds: 4, warm: 0 });
      return load(side, 'pull', { topic: 'BenchPull', seconds, warm });
    },
  },
  tail: {
    title: '2,000/s paced, sent → delivered by long polling',
    targets: { p50: 0.5, p99: 0.5 },
    measure: (side, { seconds, warm, round }) =>
      load(side, 'tail', { topic: `BenchTail${round}`, rate: 2000, seconds, warm }),
  },
  'java-pair': {
    title: "Apache's Producer 64 threads and Consumer together",
    start: { pinned: false },
    targets: { rate: 1.3 },
    async measure(side, { seconds, warm, round }) {
      const topic = `BenchPair${round}`;
      const duration = seconds + warm + 10;
      const [sent, consumed] = await Promise.all([
        javaLoad(side, 'Producer', ['-w', '64', '-s', '1024', '-t', topic], duration),
        javaLoad(side, 'Consumer', ['-t', topic, '-g', `bench_pair_${round}`], duration),
      ]);
      const figures = { sent: medianOf(sent, 'Send TPS'), consumed: medianOf(consumed, 'Consume TPS') };
      return { rate: figures.sent + figures.consumed, ...figures };
    },
  },
  'topics-64': {
    title: '64 topics × 8 queues',
    targets: {},
    measure: (side, { seconds, warm }) => load(side, 'send', { topic: 'Many', topics: 64, queues: 8, seconds, warm }),
  },
  'topics-256': {
    title: '256 topics × 8 queues',
    targets: {},
    measure: (side, { seconds, warm }) => load(side, 'send', { topic: 'Many', topics: 256, queues: 8, seconds, warm }),
  },
  'idle-5000': {
    title: '5,000 idle connections: MiB added',
    targets: {},
    async measure(side) {
      const { addedMiB } = await load(side, 'idle', { connections: 5000 });
      return { rate: 0, addedMiB };
    },
  },
  overload: {
    title: 'open loop at 3× the maximum: goodput ÷ maximum',
    only: 'ours',
    targets: {},
    async measure(side, { seconds, warm }) {
      const { rate: maximum } = await load(side, 'send', { topic: 'Overload', 'in-flight': 64, seconds, warm });
      const figures = await load(side, 'flood', {
        topic: 'Overload',
        rate: maximum * 3,
        connections: 16,
        seconds,
        warm: 5,
      });
      return { ...figures, maximum, goodput: Number((figures.rate / maximum).toFixed(2)) };
    },
  },
};

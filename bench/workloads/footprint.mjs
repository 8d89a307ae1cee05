// What a broker costs before anybody sends: how long it takes to start, and what it holds.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeBrokerPort, freePort } from '../../test/support/apache/index.mjs';
import { ServerProcess } from '../../test/support/apache/processes.mjs';
import { cpuSeconds } from '../load/measure.mjs';
import { Side } from '../sides.mjs';
import { load } from './load.mjs';
import { oursAtMost, ratioAtMost } from './targets.mjs';

const QUEUES = 8;
const IDLE_SECONDS = 20;
const SETTLE_SECONDS = 5;
/** As somebody would start it: nothing of ours inside, on any core. */
const UNWATCHED = { pinned: false, isWatched: false };

/** Topics of eight queues, made by sending to each queue. */
const fillTopics = (side, topics) =>
  load(side, 'fill', { topic: 'Many', topics, queues: QUEUES, messages: topics * QUEUES * 2 });

/** Starts a side of its own for one figure, and ends it. */
async function alone(kind, start, task) {
  const side = await Side.start(kind, start);
  try {
    return await task(side);
  } finally {
    await side.stop();
  }
}

/** The Nest application: name server and broker in one process, with its HTTP door. */
async function startNest() {
  const workDir = await mkdtemp(join(tmpdir(), 'bench-nest-'));
  const [broker, nameServer, http] = [await freeBrokerPort(), await freePort(), await freePort()];
  const application = new URL('../../apps/broker-server/bin/broker-server.mjs', import.meta.url).pathname;
  const server = new ServerProcess({
    name: 'broker-server',
    command: process.execPath,
    args: [
      application,
      `listenPort=${broker}`,
      `namesrvAddr=127.0.0.1:${nameServer}`,
      `storePathRootDir=${workDir}/store`,
    ],
    cwd: workDir,
    env: { HTTP_PORT: String(http), HTTP_HOST: '127.0.0.1', LOG_FORMAT: 'json' },
    logDir: workDir,
    startTimeoutMs: 30_000,
    stopTimeoutMs: 10_000,
  });
  try {
    await server.start();
    return server.startMs;
  } finally {
    await server.stop();
    await rm(workDir, { recursive: true, force: true });
  }
}

export const footprint = {
  start: {
    title: 'start of the broker alone, process to "boot success"',
    isOwn: true,
    targets: [oursAtMost('startMs', 500, 300, 'ms')],
    measure: (kind) => alone(kind, UNWATCHED, async (side) => ({ startMs: side.cluster.brokerStartMs })),
  },
  'start-nest': {
    title: 'start of the Nest application with name server and broker',
    isOwn: true,
    sides: ['ours'],
    targets: [oursAtMost('startMs', 1500, 1000, 'ms')],
    measure: async () => ({ startMs: await startNest() }),
  },
  'start-1000': {
    title: 'start with 1,000 topics × 8 queues, a message in each',
    isOwn: true,
    sides: ['ours'],
    rounds: 1,
    targets: [oursAtMost('startMs', 2000, 1000, 'ms')],
    measure: (kind) =>
      alone(kind, UNWATCHED, async (side) => {
        const { messages } = await fillTopics(side, 1000);
        await side.cluster.stopBroker();
        await side.cluster.restartBroker();
        return { startMs: side.cluster.brokerStartMs, messages };
      }),
  },
  'idle-200': {
    title: 'idle broker with 200 topics: share of one core',
    isOwn: true,
    rounds: 1,
    takesSeconds: 2 * (IDLE_SECONDS + 15),
    targets: [oursAtMost('idlePercent', 2, 1, '%')],
    measure: (kind) =>
      alone(kind, { ...UNWATCHED, heap: '1g' }, async (side) => {
        await fillTopics(side, 200);
        await sleep(SETTLE_SECONDS * 1000);
        const before = cpuSeconds(side.pid);
        await sleep(IDLE_SECONDS * 1000);
        return { idlePercent: Number(((100 * (cpuSeconds(side.pid) - before)) / IDLE_SECONDS).toFixed(2)) };
      }),
  },
  memory: {
    title: 'anonymous memory at 64 in flight (Apache: heap of 1 GiB)',
    start: { flush: 'SYNC_FLUSH', heap: '1g' },
    rounds: 1,
    targets: [ratioAtMost('brokerPeakMiB', 0.33, 0.2), oursAtMost('brokerPeakMiB', 300, 200, 'MiB')],
    measure: (side) => load(side, 'send', { topic: 'Memory', 'in-flight': 64, seconds: 15, warm: 5 }),
  },
  'memory-long': {
    title: 'anonymous memory at 64 in flight over a long time (--minutes)',
    isExtra: true,
    isOwn: true,
    sides: ['ours'],
    rounds: 1,
    targets: [oursAtMost('peakMiB', 300, 200, 'MiB'), oursAtMost('growthPercent', 15, 5, '%')],
    measure: memoryOverTime,
  },
};

/** The log must not fill the disk in the meantime: expired at once, and cleaned from a tenth of the disk on. */
const forgetful = { mappedFileSizeCommitLog: 256 * 1024 * 1024, fileReservedTime: 0, diskMaxUsedSpaceRatio: 10 };

/** One look a minute; growth is the last third of the looks against the middle third. */
async function memoryOverTime(kind, { minutes, say }) {
  return alone(kind, { config: forgetful }, async (side) => {
    const everyMinute = [];
    for (let minute = 0; minute < minutes; minute++) {
      const figures = await load(side, 'send', { topic: 'Memory', 'in-flight': 64, seconds: 58, warm: 1 });
      everyMinute.push(figures.brokerPeakMiB);
      say(
        `minute ${minute + 1} of ${minutes}: ${figures.brokerPeakMiB} MiB at ${figures.rate}/s, p99 ${figures.p99} ms`,
      );
    }
    const third = Math.max(1, Math.floor(minutes / 3));
    const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const [middle, last] = [mean(everyMinute.slice(-2 * third, -third)), mean(everyMinute.slice(-third))];
    const growthPercent = Number((100 * (last / middle - 1)).toFixed(1));
    return { peakMiB: Math.max(...everyMinute), growthPercent, everyMinute };
  });
}

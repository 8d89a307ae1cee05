// How our broker behaves at its limits, and towards those who share it.
import { load, neighbours } from './load.mjs';
import { oursAtLeast, oursAtMost } from './targets.mjs';

/** The share of the maximum at which the event loop is looked at. */
const STEADY_SHARE = 0.7;
const OVERLOAD_TIMES = 3;
const OVERLOAD_SECONDS = 60;

const maximumOf = async (side, seconds, inFlight, connections) =>
  (await load(side, 'send', { topic: 'Maximum', 'in-flight': inFlight, connections, seconds, warm: 3 })).rate;

const overload = (title, start) => ({
  title,
  start,
  sides: ['ours'],
  rounds: 1,
  takesSeconds: OVERLOAD_SECONDS + 25,
  targets: [
    oursAtLeast('goodputPercent', 80, 90, '%'),
    oursAtMost('answerP99', 1000, 500, 'ms'),
    oursAtMost('brokerPeakMiB', 600, 300, 'MiB'),
    oursAtMost('recoveredMs', 10_000, 3000, 'ms'),
  ],
  async measure(side, { seconds, quick }) {
    const maximum = await maximumOf(side, seconds, 1024, 16);
    const figures = await load(side, 'flood', {
      topic: 'Overload',
      rate: maximum * OVERLOAD_TIMES,
      connections: 16,
      seconds: quick ? 10 : OVERLOAD_SECONDS,
      warm: 3,
      recover: true,
    });
    return { ...figures, maximum, goodputPercent: Math.round((100 * figures.rate) / maximum) };
  },
});

export const behaviour = {
  'event-loop': {
    title: 'event loop delay at 70 % of the maximum',
    sides: ['ours'],
    rounds: 2,
    targets: [oursAtMost('delayP99', 25, 12, 'ms')],
    async measure(side, { seconds }) {
      const maximum = await maximumOf(side, seconds, 64, 4);
      const rate = Math.round(maximum * STEADY_SHARE);
      await load(side, 'flood', { topic: 'Steady', rate, seconds: 1, warm: 0 });
      await side.eventLoopDelays();
      // Latencies of a load generator that is not warm say nothing of the broker: only the rate is kept.
      const taken = await load(side, 'flood', { topic: 'Steady', rate, seconds, warm: 0 });
      const delays = await side.eventLoopDelays();
      return { rate: taken.rate, maximum, delayP50: delays.p50, delayP99: delays.p99, delayMax: delays.max };
    },
  },
  'idle-5000': {
    title: '5,000 idle connections: memory added',
    rounds: 1,
    targets: [oursAtMost('addedMiB', 100, 50, 'MiB')],
    measure: (side) => load(side, 'idle', { connections: 5000 }),
  },
  fairness: {
    title: "10,000 pipelined frames of one connection: delay of another's send",
    rounds: 1,
    targets: [oursAtMost('max', 50, 25, 'ms')],
    measure: (side) => neighbours(side, 'pipelined'),
  },
  unread: {
    title: '20 clients that pull and never read: memory, delay of others, all closed',
    sides: ['ours'],
    rounds: 1,
    takesSeconds: 45,
    targets: [
      oursAtMost('addedMiB', 200, 100, 'MiB'),
      oursAtMost('p99', 50, 25, 'ms'),
      oursAtLeast('closed', 20, 20, 'of 20'),
    ],
    async prepare(side) {
      await load(side, 'fill', { topic: 'Neighbours', messages: 20_000 });
    },
    measure: (side, { quick }) => neighbours(side, 'unread', { seconds: quick ? 35 : 40 }),
  },
  overload: overload('open loop at 3× the maximum for a minute, async flush', {}),
  'overload-sync': overload('open loop at 3× the maximum for a minute, sync flush', {
    flush: 'SYNC_FLUSH',
    heap: '1g',
  }),
};

#!/usr/bin/env node
// Load on a broker's remoting port, one process, one JSON line at the end.
//   node load.mjs send --port 10911 --topic T --connections 4 --in-flight 64 --bytes 1024 --seconds 10 --warm 3 [--header binary] [--pid N]
//   node load.mjs fill --port 10911 --topic T --messages 500000     sends so many and ends
//   node load.mjs pull --port 10911 --topic T --queues 4            from offset 0 again and again, 32 messages a pull
//   node load.mjs pull --port 10911 --topic T --once                from offset 0 to the end, once
//   node load.mjs tail --port 10911 --topic T --rate 2000           paced sends, long-polling pulls; latency sent -> delivered
//   node load.mjs flood --port 10911 --topic T --rate 90000         open loop: sends at a fixed rate whatever the answers
//                                                                   --recover: and says when a send is quick again
//   node load.mjs idle --port 10911 --connections 5000              opens connections, says how much memory the broker took
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { anonymousMiB, cpuSeconds, Latencies, MemoryPeak } from './measure.mjs';
import { LoadConnection, pullHeader, RequestCode, sendHeader } from './wire.mjs';

const defaults = {
  port: '10911',
  topic: 'LoadTopic',
  topics: '1',
  connections: '4',
  'in-flight': '64',
  bytes: '1024',
  seconds: '10',
  warm: '3',
  header: 'json',
  queues: '4',
  rate: '2000',
  messages: '100000',
  pid: '',
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value }])),
    once: { type: 'boolean', default: false },
    recover: { type: 'boolean', default: false },
  },
});
const mode = positionals[0] ?? 'send';
const number = (name) => Number(values[name]);
const queues = number('queues');
const topics = number('topics');
const pid = number('pid');
const body = Buffer.alloc(number('bytes'), 'x');
/** What an open loop leaves unsent or unanswered on one connection before it counts further messages as held back. */
const MAX_UNSENT_BYTES = 256 * 1024;
const MAX_UNANSWERED = 10_000;

const state = { isRecording: false, isStopped: false, count: 0, bytes: 0, refused: 0, offered: 0, held: 0, sent: 0 };
const latencies = new Latencies();
const busy = new Latencies();
/** Times to an answer of a flood, whether it was yes or no. */
const answers = new Latencies();

function fail(error) {
  if (state.isStopped) return;
  console.error(`load: ${error.message}`);
  process.exit(2);
}

function refused(answer) {
  if (state.refused++ === 0) console.error(`load: code ${answer.code}: ${answer.remark}`);
}

const topicOf = (n) => (topics > 1 ? `${values.topic}_${n % topics}` : values.topic);
/** Every queue of every topic gets its share. */
const queueOf = (n) => Math.floor(n / topics) % queues;

async function sender(connection, index, until = () => state.isStopped) {
  for (let n = index; !until(); n++) {
    state.sent++;
    const started = performance.now();
    const answer = await connection.request(
      RequestCode.SEND_MESSAGE_V2,
      sendHeader(topicOf(n), queueOf(n), undefined, queues),
      body,
    );
    if (answer.code !== 0) refused(answer);
    else if (state.isRecording) {
      state.count++;
      state.bytes += body.length;
      latencies.add(performance.now() - started);
    }
  }
}

function countRecords(buffer) {
  let count = 0;
  for (let at = 0; at < buffer.length; at += buffer.readInt32BE(at)) count++;
  return count;
}

async function puller(connection, queueId) {
  let offset = 0;
  while (!state.isStopped) {
    const started = performance.now();
    const answer = await connection.request(RequestCode.PULL_MESSAGE, pullHeader(values.topic, queueId, offset, 0));
    if (answer.code === 0) {
      if (state.isRecording) {
        state.count += countRecords(answer.body);
        state.bytes += answer.body.length;
        latencies.add(performance.now() - started);
      }
      offset = answer.extFields.nextBeginOffset;
    } else if (answer.code >= 19 && answer.code <= 21) {
      if (values.once) return;
      offset = 0;
    } else {
      refused(answer);
      await sleep(50);
    }
  }
}

/** Where the body of a stored record begins, and its length before it. */
function bodyAt(buffer, record) {
  const sysFlag = buffer.readInt32BE(record + 36);
  return record + 84 + (sysFlag & 16 ? 12 : 0) + (sysFlag & 32 ? 12 : 0);
}

async function tailer(connection, queueId) {
  const first = await connection.request(RequestCode.GET_MAX_OFFSET, { topic: values.topic, queueId: String(queueId) });
  let offset = first.extFields.offset;
  while (!state.isStopped) {
    const answer = await connection.request(
      RequestCode.PULL_MESSAGE,
      pullHeader(values.topic, queueId, offset, 15_000),
    );
    const now = performance.timeOrigin + performance.now();
    for (let at = 0; answer.code === 0 && at < answer.body.length; at += answer.body.readInt32BE(at)) {
      const lengthAt = bodyAt(answer.body, at);
      if (!state.isRecording || answer.body.readInt32BE(lengthAt) < 8) continue;
      state.count++;
      latencies.add(now - answer.body.readDoubleBE(lengthAt + 4));
    }
    if (answer.extFields?.nextBeginOffset) offset = answer.extFields.nextBeginOffset;
  }
}

/** A body that says when it was made. */
function stampedBody() {
  const stamped = Buffer.allocUnsafe(Math.max(8, body.length)).fill(120);
  stamped.writeDoubleBE(performance.timeOrigin + performance.now(), 0);
  return stamped;
}

/**
 * Sends `rate` messages a second whatever the answers are: no coordinated omission. What TCP does not take, because the
 * broker does not read, is counted as held back: a client's own limit would hold it there.
 */
async function paced(connections, rate, onAnswer, bodyOf = () => body) {
  const everyMs = 1000 / rate;
  let due = performance.now();
  for (let n = 0; !state.isStopped; ) {
    for (const now = performance.now(); due <= now && !state.isStopped; due += everyMs, n++) {
      const connection = connections[n % connections.length];
      if (state.isRecording) state.offered++;
      if (connection.unsentBytes > MAX_UNSENT_BYTES || connection.inFlight >= MAX_UNANSWERED) {
        if (state.isRecording) state.held++;
        continue;
      }
      const intended = due;
      void connection
        .request(RequestCode.SEND_MESSAGE_V2, sendHeader(values.topic, n % queues), bodyOf())
        .then((answer) => onAnswer(answer, intended));
    }
    await sleep(1);
  }
}

const SYSTEM_BUSY = 2;

function onFloodAnswer(answer, intended) {
  if (!state.isRecording) return;
  const took = performance.now() - intended;
  answers.add(took);
  if (answer.code === SYSTEM_BUSY) busy.add(took);
  else if (answer.code !== 0) refused(answer);
  else {
    state.count++;
    latencies.add(took);
  }
}

async function connect(count) {
  const connections = [];
  for (let n = 0; n < count; n++) {
    const connection = new LoadConnection({ port: number('port'), header: values.header, onError: fail });
    await connection.ready();
    connections.push(connection);
  }
  return connections;
}

const lanes = (connections, until) =>
  Array.from({ length: number('in-flight') }, (_, n) => sender(connections[n % connections.length], n, until));

/** Modes that end by themselves answer their figures; the others run until they are stopped. */
const modes = {
  send: (connections) => void lanes(connections),
  async fill(connections) {
    const messages = number('messages');
    await Promise.all(lanes(connections, () => state.sent >= messages));
    return { messages: state.sent };
  },
  async pull(connections) {
    if (values.once) state.isRecording = true;
    const startedAt = performance.now();
    const all = Promise.all(
      Array.from({ length: queues }, (_, queueId) => puller(connections[queueId % connections.length], queueId)),
    );
    if (!values.once) return undefined;
    await all;
    const seconds = (performance.now() - startedAt) / 1000;
    return { rate: Math.round(state.count / seconds), messages: state.count, MBps: mega(state.bytes / seconds) };
  },
  async tail(connections) {
    await connections[0].request(RequestCode.SEND_MESSAGE_V2, sendHeader(values.topic, 0), Buffer.alloc(8));
    for (let q = 0; q < queues; q++) void tailer(connections[q % connections.length], q);
    void paced(await connect(1), number('rate'), (answer) => answer.code !== 0 && refused(answer), stampedBody);
  },
  flood: (connections) => void paced(connections, number('rate'), onFloodAnswer),
};
const mega = (value) => Number((value / 1e6).toFixed(1));

function say(figures) {
  state.isStopped = true;
  console.log(JSON.stringify({ mode, ...figures, refused: state.refused }));
  process.exit(state.refused > 0 ? 1 : 0);
}

async function idle() {
  const before = anonymousMiB(pid);
  const connections = await connect(number('connections'));
  await sleep(2000);
  return { connections: connections.length, addedMiB: Math.round(anonymousMiB(pid) - before) };
}

/** Lets a running mode warm up, then records it for a while. */
async function record() {
  await sleep(number('warm') * 1000);
  const brokerBefore = pid ? cpuSeconds(pid) : 0;
  const memory = pid ? new MemoryPeak(pid) : undefined;
  const loadBefore = process.cpuUsage();
  const startedAt = performance.now();
  state.isRecording = true;
  await sleep(number('seconds') * 1000);
  const seconds = (performance.now() - startedAt) / 1000;
  state.isRecording = false;
  const load = process.cpuUsage(loadBefore);
  const perSecond = (count) => Math.round(count / seconds);
  return {
    rate: perSecond(state.count),
    MBps: mega(state.bytes / seconds),
    ...latencies.percentiles(),
    ...(mode === 'flood' && {
      offered: perSecond(state.offered),
      held: perSecond(state.held),
      busy: perSecond(busy.count),
      busyP99: busy.percentiles().p99,
      answerP50: answers.percentiles().p50,
      answerP99: answers.percentiles().p99,
    }),
    loadCores: Number(((load.user + load.system) / 1e6 / seconds).toFixed(2)),
    ...(memory && {
      brokerCores: Number(((cpuSeconds(pid) - brokerBefore) / seconds).toFixed(2)),
      brokerAnonMiB: Math.round(anonymousMiB(pid)),
      brokerPeakMiB: Math.round(memory.stop()),
    }),
  };
}

const QUICK_MS = 20;
const QUICK_TIMES = 10;

/** Milliseconds until sends are quick again, on the connections that were flooded. */
async function recovered(connections) {
  state.isStopped = true;
  const since = performance.now();
  for (let quick = 0; quick < QUICK_TIMES; ) {
    const started = performance.now();
    const connection = connections[quick % connections.length];
    const answer = await connection.request(RequestCode.SEND_MESSAGE_V2, sendHeader(values.topic, 0), body);
    quick = answer.code === 0 && performance.now() - started < QUICK_MS ? quick + 1 : 0;
  }
  return { recoveredMs: Math.round(performance.now() - since) };
}

async function main() {
  if (mode === 'idle') return say(await idle());
  if (!modes[mode]) throw new Error(`unknown mode ${mode}: ${Object.keys(modes).join(', ')} or idle`);
  const connections = await connect(number('connections'));
  const figures = (await modes[mode](connections)) ?? (await record());
  say({ ...figures, ...(values.recover && (await recovered(connections))) });
}
await main().catch(fail);

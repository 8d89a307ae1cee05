#!/usr/bin/env node
// Load on a broker's remoting port, one process, one JSON line at the end.
//   node load.mjs send --port 10911 --topic T --connections 4 --in-flight 64 --bytes 1024 --seconds 10 --warm 3 [--header binary] [--pid N]
//   node load.mjs pull --port 10911 --topic T --queues 4        from offset 0 again and again, 32 messages a pull
//   node load.mjs tail --port 10911 --topic T --rate 2000       paced sends, long-polling pulls; latency sent -> delivered
//   node load.mjs flood --port 10911 --topic T --rate 90000     open loop: sends at a fixed rate whatever the answers
//   node load.mjs idle --port 10911 --connections 5000          opens connections, says how much memory the broker took
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { anonymousMiB, cpuSeconds, Latencies } from './measure.mjs';
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
  pid: '',
};
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value }]),
  ),
});
const mode = positionals[0] ?? 'send';
const number = (name) => Number(values[name]);
const queues = number('queues');
const body = Buffer.alloc(number('bytes'), 'x');

const state = { isRecording: false, isStopped: false, count: 0, bytes: 0, refused: 0, busy: 0 };
const latencies = new Latencies();

function fail(error) {
  if (state.isStopped) return;
  console.error(`load: ${error.message}`);
  process.exit(2);
}

function refused(answer) {
  if (answer.code === 2 && mode === 'flood') {
    if (state.isRecording) state.busy++;
    return;
  }
  if (state.refused++ === 0) console.error(`load: code ${answer.code}: ${answer.remark}`);
}

const topicOf = (n) => (number('topics') > 1 ? `${values.topic}_${n % number('topics')}` : values.topic);

async function sender(connection, index) {
  for (let n = index; !state.isStopped; n++) {
    const started = performance.now();
    const answer = await connection.request(RequestCode.SEND_MESSAGE_V2, sendHeader(topicOf(n), n % queues), body);
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
    } else if (answer.code >= 19 && answer.code <= 21) offset = 0;
    else {
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

/** Sends `rate` messages a second whatever the answers are: no coordinated omission. */
async function paced(connections, rate, onAnswer) {
  const everyMs = 1000 / rate;
  let due = performance.now();
  for (let n = 0; !state.isStopped; ) {
    for (const now = performance.now(); due <= now; due += everyMs, n++) {
      const stamped = Buffer.allocUnsafe(Math.max(8, body.length)).fill(120);
      stamped.writeDoubleBE(performance.timeOrigin + performance.now(), 0);
      const intended = due;
      void connections[n % connections.length]
        .request(RequestCode.SEND_MESSAGE_V2, sendHeader(values.topic, n % queues), stamped)
        .then((answer) => onAnswer(answer, intended));
    }
    await sleep(1);
  }
}

function onFloodAnswer(answer, intended) {
  if (!state.isRecording) return;
  if (answer.code !== 0) refused(answer);
  else {
    state.count++;
    latencies.add(performance.now() - intended);
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

async function start() {
  const pid = number('pid');
  const before = pid ? anonymousMiB(pid) : 0;
  const connections = await connect(number('connections'));
  if (mode === 'send')
    for (let n = 0; n < number('in-flight'); n++) void sender(connections[n % connections.length], n);
  else if (mode === 'pull') for (let q = 0; q < queues; q++) void puller(connections[q % connections.length], q);
  else if (mode === 'tail') {
    await connections[0].request(RequestCode.SEND_MESSAGE_V2, sendHeader(values.topic, 0), Buffer.alloc(8));
    for (let q = 0; q < queues; q++) void tailer(connections[q % connections.length], q);
    void paced(await connect(1), number('rate'), (answer) => answer.code !== 0 && refused(answer));
  } else if (mode === 'flood') void paced(connections, number('rate'), onFloodAnswer);
  else if (mode === 'idle') {
    await sleep(2000);
    return { connections: connections.length, addedMiB: Math.round(anonymousMiB(pid) - before) };
  } else throw new Error(`unknown mode ${mode}: send, pull, tail, flood or idle`);
  return undefined;
}

const idle = await start().catch(fail);
if (idle) {
  console.log(JSON.stringify({ mode, ...idle }));
  process.exit(0);
}
await sleep(number('warm') * 1000);
const pid = number('pid');
const brokerBefore = pid ? cpuSeconds(pid) : 0;
const loadBefore = process.cpuUsage();
const startedAt = performance.now();
state.isRecording = true;
await sleep(number('seconds') * 1000);
const seconds = (performance.now() - startedAt) / 1000;
state.isRecording = false;
state.isStopped = true;
const load = process.cpuUsage(loadBefore);
console.log(
  JSON.stringify({
    mode,
    rate: Math.round(state.count / seconds),
    MBps: Number((state.bytes / seconds / 1e6).toFixed(1)),
    ...latencies.percentiles(),
    refused: state.refused,
    busyPerSecond: Math.round(state.busy / seconds),
    loadCores: Number(((load.user + load.system) / 1e6 / seconds).toFixed(2)),
    ...(pid && {
      brokerCores: Number(((cpuSeconds(pid) - brokerBefore) / seconds).toFixed(2)),
      brokerAnonMiB: Math.round(anonymousMiB(pid)),
    }),
  }),
);
process.exit(state.refused > 0 ? 1 : 0);

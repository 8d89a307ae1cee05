#!/usr/bin/env node
// Bad neighbours on a broker's remoting port, and what somebody polite beside them notices; one JSON line at the end.
//   node neighbours.mjs pipelined --port 10911 --pid N               one connection sends 10,000 frames in one go
//   node neighbours.mjs unread --port 10911 --pid N --seconds 40     20 connections pull and never read an answer
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { anonymousMiB, Latencies, MemoryPeak } from './measure.mjs';
import { LoadConnection, pullHeader, RequestCode, requestFrame, sendHeader } from './wire.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '10911' },
    topic: { type: 'string', default: 'Neighbours' },
    pid: { type: 'string', default: '' },
    frames: { type: 'string', default: '10000' },
    clients: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '40' },
  },
});
const port = Number(values.port);
const pid = Number(values.pid);
const body = Buffer.alloc(1024, 'x');
/** Time between two sends of the polite client. */
const POLITE_EVERY_MS = 2;
const BURSTS = 5;
/** Pulls that each client asks for; 32 messages of 1 KiB each would be 160 MB of answers. */
const PULLS = 4000;
const HEAR_OF_END_MS = 2000;

const frames = (count, code, header, content) =>
  Buffer.concat(Array.from({ length: count }, (_, n) => requestFrame(code, header(n), n + 1, content)));

/** Sends one message after the other, one every few ms, until it is told to stop. */
class Polite {
  #connection = new LoadConnection({ port, onError: (error) => this.#onError(error) });
  #isStopped = false;
  latencies = new Latencies();

  async run() {
    await this.#connection.ready();
    while (!this.#isStopped) {
      const started = performance.now();
      const answer = await this.#connection.request(RequestCode.SEND_MESSAGE_V2, sendHeader(values.topic, 0), body);
      if (answer.code !== 0) throw new Error(`the polite client was answered ${answer.code}: ${answer.remark}`);
      this.latencies.add(performance.now() - started);
      await sleep(POLITE_EVERY_MS);
    }
  }

  stop() {
    this.#isStopped = true;
  }

  #onError(error) {
    if (!this.#isStopped) throw error;
  }
}

/** Resolves when so many whole frames came; they are only counted, so that counting delays nobody. */
function answered(socket, count) {
  return new Promise((resolve) => {
    let carry = Buffer.alloc(0);
    let seen = 0;
    socket.on('data', (chunk) => {
      let bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
      while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
        bytes = bytes.subarray(4 + bytes.readInt32BE(0));
        seen++;
      }
      carry = bytes;
      if (seen >= count) resolve();
    });
  });
}

const opened = (socket) => new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));

async function pipelined(polite) {
  const count = Number(values.frames);
  const burst = frames(count, RequestCode.SEND_MESSAGE_V2, (n) => sendHeader(values.topic, n % 4), body);
  await sleep(1000);
  const alone = polite.latencies.percentiles();
  polite.latencies = new Latencies();
  const took = [];
  for (let n = 0; n < BURSTS; n++) {
    const socket = net.connect({ port, host: '127.0.0.1' });
    await opened(socket);
    const started = performance.now();
    const all = answered(socket, count);
    socket.write(burst);
    await all;
    took.push(Math.round(performance.now() - started));
    socket.destroy();
  }
  const beside = polite.latencies.percentiles();
  return { frames: count, burstMs: took, aloneMax: alone.max, p50: beside.p50, p99: beside.p99, max: beside.max };
}

async function unread(polite) {
  const clients = Number(values.clients);
  await sleep(1000);
  const before = anonymousMiB(pid);
  const memory = new MemoryPeak(pid);
  const pulls = frames(PULLS, RequestCode.PULL_MESSAGE, () => pullHeader(values.topic, 0, 0, 0));
  polite.latencies = new Latencies();
  let closed = 0;
  const sockets = Array.from({ length: clients }, () => {
    const socket = net.connect({ port, host: '127.0.0.1' }).pause();
    socket.once('error', () => undefined).once('close', () => closed++);
    socket.write(pulls);
    return socket;
  });
  await sleep(Number(values.seconds) * 1000);
  const { p50, p99, max } = polite.latencies.percentiles();
  const addedMiB = Math.round(memory.stop() - before);
  // Who does not read does not hear of its end either: those that are served on after this were not closed.
  for (const socket of sockets) socket.resume();
  await sleep(HEAR_OF_END_MS);
  return { clients, closed, addedMiB, leftMiB: Math.round(anonymousMiB(pid) - before), p50, p99, max };
}

const mode = positionals[0];
const modes = { pipelined, unread };
if (!modes[mode]) throw new Error(`unknown mode ${mode}: ${Object.keys(modes).join(' or ')}`);
const polite = new Polite();
const running = polite.run();
const figures = await Promise.race([modes[mode](polite), running]);
polite.stop();
console.log(JSON.stringify({ mode, ...figures }));
process.exit(0);

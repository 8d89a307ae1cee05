import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { patientClient } from '../../../../test/support/patient-client.js';
import { encodeCommand } from '../protocol/command-codec.js';
import { createRequest, createResponse, markOneWay } from '../protocol/remoting-command.js';
import { silentLogger } from '../runtime/logger.js';
import { ManualTime } from '../runtime/manual-time.js';
import { RemotingServer, type RemotingServerOptions } from './remoting-server.js';

/** Longer than anything takes, on a busy machine as well. */
const SOON_MS = 30_000;
const SMALL = 1;
const BIG = 2;
const NEVER = 3;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function useServer(options: Partial<RemotingServerOptions> = {}) {
  const counts = { small: 0, big: 0, never: 0 };
  const server = new RemotingServer({ host: '127.0.0.1', port: 0, logger: silentLogger, ...options });
  const megabyte = Buffer.alloc(1 << 20);
  server.registerProcessor(SMALL, () => {
    counts.small++;
    return createResponse(0);
  });
  server.registerProcessor(BIG, () => {
    counts.big++;
    return createResponse(0, undefined, undefined, megabyte);
  });
  server.registerProcessor(NEVER, () => {
    counts.never++;
    return new Promise(() => undefined);
  });
  const { port } = await server.start();
  undo.push(() => server.shutdown(0));
  return { server, port, counts };
}

/** Sends `count` requests in one go and reads nothing. */
async function usePushyPeer(port: number, code: number, count: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.pause();
  await new Promise((resolve) => socket.once('connect', resolve));
  undo.push(() => socket.destroy());
  socket.write(
    Buffer.concat(
      Array.from({ length: count }, (_, index) => encodeCommand({ ...createRequest(code), opaque: index })),
    ),
  );
  return socket;
}

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = performance.now() + SOON_MS; !isSo() && performance.now() < deadline; ) await rest(2);
  expect(isSo()).toBe(true);
}

/** Waits until a number stands still. */
async function settled(number: () => number): Promise<number> {
  for (let before = -1; ; await rest()) {
    if (number() === before) return before;
    before = number();
  }
}

const rest = (ms = 60) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a peer that does not read', () => {
  it('is not served further once a megabyte waits for it, and again when it reads', async () => {
    const { port, counts } = await useServer();
    const socket = await usePushyPeer(port, BIG, 100);
    await until(() => counts.big > 0);
    // What the kernel's buffers take counts as read.
    const served = await settled(() => counts.big);
    expect(served).toBeLessThan(20);
    await rest();
    expect(counts.big).toBe(served);
    socket.resume();
    await until(() => counts.big === 100);
  });

  it('is closed when it takes nothing for its time', async () => {
    const time = new ManualTime();
    const { server, port, counts } = await useServer({ clock: time, scheduler: time });
    await usePushyPeer(port, BIG, 100);
    await until(() => counts.big > 0);
    await settled(() => counts.big);
    await time.advance(29_000);
    expect(server.connections.size).toBe(1);
    await time.advance(3_000);
    await until(() => server.connections.size === 0);
  });
});

describe('requests without answers yet', () => {
  it('stop further reading at their limit', async () => {
    const { port, counts } = await useServer({ maxInFlightPerConnection: 50 });
    await usePushyPeer(port, NEVER, 500);
    await until(() => counts.never === 50);
    await rest();
    expect(counts.never).toBe(50);
  });

  it('leave other connections alone', async () => {
    const { port, counts } = await useServer({ maxInFlightPerConnection: 50 });
    await usePushyPeer(port, NEVER, 500);
    await until(() => counts.never === 50);
    const client = patientClient();
    undo.push(() => client.shutdown());
    expect((await client.invoke(`127.0.0.1:${port}`, createRequest(SMALL), SOON_MS)).code).toBe(0);
  });
});

it('a connection with ten thousand pipelined requests does not make another wait for them', async () => {
  const { server, port } = await useServer();
  const SLOW = 4;
  let slow = 0;
  server.registerProcessor(SLOW, () => {
    slow++;
    for (const end = performance.now() + 0.05; performance.now() < end; );
    return createResponse(0);
  });
  const client = patientClient();
  undo.push(() => client.shutdown());
  await client.invoke(`127.0.0.1:${port}`, createRequest(SMALL), SOON_MS);
  const socket = await usePushyPeer(port, SLOW, 10_000);
  socket.resume();
  await until(() => slow > 0);
  const before = slow;
  await client.invoke(`127.0.0.1:${port}`, createRequest(SMALL), SOON_MS);
  expect(slow - before).toBeLessThan(1000);
  await until(() => slow === 10_000);
});

it('idle connections and unfinished frames are closed at their time', async () => {
  const time = new ManualTime();
  const { server, port } = await useServer({ clock: time, scheduler: time });
  const idle = await usePushyPeer(port, SMALL, 1);
  await until(() => server.connections.size === 1);
  await rest(20);
  await time.advance(95_000);
  const slow = connect({ port, host: '127.0.0.1' });
  slow.on('error', () => undefined);
  undo.push(() => slow.destroy());
  slow.write(Buffer.from('000000', 'hex'));
  await until(() => server.connections.size === 2);
  await rest(20);
  await time.advance(24_000);
  expect(server.connections.size).toBe(2);
  await time.advance(2_000);
  await until(() => server.connections.size === 1);
  await time.advance(10_000);
  await until(() => server.connections.size === 0);
  expect(idle.destroyed).toBe(false);
});

it('more connections than allowed are dropped', async () => {
  const { server, port } = await useServer({ maxConnections: 2 });
  const sockets = [await usePushyPeer(port, SMALL, 1), await usePushyPeer(port, SMALL, 1)];
  await until(() => server.connections.size === 2);
  const third = connect({ port, host: '127.0.0.1' });
  third.on('error', () => undefined);
  await new Promise((resolve) => third.once('close', resolve));
  expect(sockets.every((socket) => !socket.destroyed)).toBe(true);
});

it('partial frames of all connections together have a limit', async () => {
  const { server, port } = await useServer({ maxPartialBytes: 300_000 });
  const half = Buffer.alloc(200_000);
  half.writeInt32BE(1_000_000);
  const sockets = [0, 1].map(() => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    undo.push(() => socket.destroy());
    return socket;
  });
  sockets[0]!.write(half);
  await until(() => server.connections.size === 2);
  await rest(20);
  sockets[1]!.write(half);
  await until(() => server.connections.size === 1);
});

describe('a peer that says good-bye', () => {
  it('has everything it sent before served, however many turns that takes', async () => {
    const { server, port, counts } = await useServer();
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.resume();
    const oneWay = encodeCommand(markOneWay(createRequest(SMALL)));
    socket.end(Buffer.concat(Array.from({ length: 5000 }, () => oneWay)));
    await new Promise((resolve) => socket.once('close', resolve));
    await until(() => server.connections.size === 0);
    expect(counts.small).toBe(5000);
  });

  it('is not waited for by its own unanswered requests', async () => {
    const { server, port, counts } = await useServer();
    const socket = await usePushyPeer(port, NEVER, 10);
    await until(() => counts.never === 10);
    socket.end();
    socket.resume();
    await until(() => server.connections.size === 0);
  });
});

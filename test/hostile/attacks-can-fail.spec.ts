import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { encodeCommand } from '../../libs/broker-core/src/protocol/command-codec.js';
import { createRequest, createResponse } from '../../libs/broker-core/src/protocol/remoting-command.js';
import { askAll, Bystander, throwAllAt } from './hostile-peer.js';

const attack = { name: 'an attack', bytes: Buffer.from('any bytes') };
let server: Server;
const sockets = new Set<Socket>();

/** A server that does `onBytes` with whatever comes. */
async function serverThat(onBytes: (socket: Socket) => void): Promise<number> {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('data', () => onBytes(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
});

const answering = (code: number) => (socket: Socket) => {
  const answer = { ...createResponse(code), opaque: 1 };
  socket.end(encodeCommand(answer));
};

describe('an attack is lost by a server that', () => {
  it('keeps the connection of a liar', async () => {
    const port = await serverThat(() => undefined);
    expect(await throwAllAt(port, [attack], 200)).toEqual([expect.stringContaining('was not closed')]);
  });

  it('answers with a code that nobody documented', async () => {
    const port = await serverThat(answering(4711));
    expect(await throwAllAt(port, [attack])).toEqual(['an attack: answered with code 4711']);
    expect(await askAll(port, [createRequest(1)])).toEqual(['request 1 answered with code 4711']);
  });

  it('closes on a well-formed question', async () => {
    const port = await serverThat((socket) => socket.destroy());
    expect(await askAll(port, [createRequest(1)])).toHaveLength(1);
  });

  it('died', async () => {
    const port = await serverThat(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect(await throwAllAt(port, [attack])).toEqual([expect.stringContaining('nobody listens')]);
  });

  it('no longer serves others', async () => {
    const port = await serverThat((socket) => socket.destroy());
    const bystander = new Bystander(async (client) => {
      await client.invoke(`127.0.0.1:${port}`, createRequest(1), 30_000);
    });
    await bystander.stop();
    expect(bystander.served).toBe(0);
    expect(bystander.failures).toHaveLength(1);
  });
});

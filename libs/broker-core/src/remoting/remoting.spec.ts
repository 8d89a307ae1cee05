import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { patientClient } from '../../../../test/support/patient-client.js';
import { closedGate } from '../../../../test/support/gate.js';
import { encodeCommand } from '../protocol/command-codec.js';
import { FrameDecoder } from '../protocol/frame-decoder.js';
import { createRequest, createResponse, type RemotingCommand, SerializeType } from '../protocol/remoting-command.js';
import { ResponseCode } from '../protocol/response-code.js';
import { ConnectionError, InvariantError, RequestError, TimeoutError } from '../runtime/errors.js';
import { type LogFields, silentLogger } from '../runtime/logger.js';
import { systemScheduler } from '../runtime/scheduler.js';
import { RemotingClient } from './remoting-client.js';
import { RemotingServer, type RemotingServerOptions } from './remoting-server.js';

const ECHO = 1001;
const NEVER = 1002;
const LATER = 1003;
/** Longer than any answer takes, on a busy machine as well. */
const SOON_MS = 30_000;
const PORT_OF_NOBODY = '127.0.0.1:1';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function useServer(
  options: Partial<RemotingServerOptions> = {},
): Promise<{ server: RemotingServer; address: string; port: number }> {
  const server = new RemotingServer({ host: '127.0.0.1', port: 0, logger: silentLogger, ...options });
  server.registerProcessor(ECHO, (request) =>
    createResponse(ResponseCode.SUCCESS, 'echo', request.extFields, request.body),
  );
  server.registerProcessor(NEVER, () => new Promise(() => undefined));
  server.registerProcessor(LATER, async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return createResponse(ResponseCode.SUCCESS, undefined, request.extFields);
  });
  const { port } = await server.start();
  undo.push(() => server.shutdown(0));
  return { server, address: `127.0.0.1:${port}`, port };
}

function useClient(options: ConstructorParameters<typeof RemotingClient>[0] = {}): RemotingClient {
  const client = patientClient(options);
  undo.push(() => client.shutdown());
  return client;
}

/** A peer without manners: writes bytes, tells what came back and when it was closed. */
function rawPeer(port: number): { write(bytes: Buffer): void; closed: Promise<RemotingCommand[]> } {
  const socket = connect({ port, host: '127.0.0.1' });
  const decoder = new FrameDecoder({ maxFrameBytes: 1 << 24 });
  const answers: RemotingCommand[] = [];
  socket.on('data', (chunk: Buffer) => {
    decoder.push(chunk);
    for (let command = decoder.next(); command; command = decoder.next()) answers.push(command);
  });
  socket.on('error', () => undefined);
  undo.push(async () => socket.destroy());
  return {
    write: (bytes) => void socket.write(bytes),
    closed: new Promise((resolve) => socket.on('close', () => resolve(answers))),
  };
}

describe('a request and its answer', () => {
  it('come together by opaque, whichever answer is first', async () => {
    const { address } = await useServer();
    const client = useClient();
    const slow = client.invoke(address, createRequest(LATER, { n: '1' }), SOON_MS);
    const fast = await client.invoke(address, createRequest(ECHO, { n: '2' }, Buffer.from('body')), SOON_MS);
    expect(fast.extFields).toEqual({ n: '2' });
    expect(fast.body?.toString()).toBe('body');
    expect((await slow).extFields).toEqual({ n: '1' });
  });

  it('speak the serialisation of the request', async () => {
    const { address } = await useServer();
    const request = createRequest(ECHO, { n: 'ä' });
    request.serializeType = SerializeType.ROCKETMQ;
    const answer = await useClient().invoke(address, request, SOON_MS);
    expect(answer.serializeType).toBe(SerializeType.ROCKETMQ);
    expect(answer.extFields).toEqual({ n: 'ä' });
  });

  it('carry bodies of any size, many at a time, in order of each sender', async () => {
    const { address } = await useServer();
    const client = useClient();
    const sizes = [0, 1, 16_384, 16_385, 65_536, 1_000_000, 5_000_000, 300, 0, 70_000];
    const answers = await Promise.all(
      sizes.map((size, index) =>
        client.invoke(address, createRequest(ECHO, { n: `${index}` }, Buffer.alloc(size, index)), SOON_MS),
      ),
    );
    for (const [index, size] of sizes.entries()) {
      expect(answers[index]?.extFields?.['n']).toBe(`${index}`);
      expect(answers[index]?.body?.length ?? 0).toBe(size);
      expect(answers[index]?.body?.every((byte) => byte === index) ?? true).toBe(true);
    }
  });

  it('go from the server to the client on the same connection', async () => {
    const { server, address } = await useServer();
    server.registerProcessor(7, async (_request, connection) => {
      const answer = await connection.invoke(createRequest(8), SOON_MS);
      return createResponse(ResponseCode.SUCCESS, answer.remark);
    });
    const client = useClient();
    client.registerProcessor(8, () => createResponse(ResponseCode.SUCCESS, 'from the client'));
    expect((await client.invoke(address, createRequest(7), SOON_MS)).remark).toBe('from the client');
  });

  it('are one when the request is one-way', async () => {
    const { server, address } = await useServer();
    const heard = new Promise<RemotingCommand>((resolve) => {
      server.registerProcessor(9, (request) => {
        resolve(request);
        return createResponse(ResponseCode.SUCCESS, 'nobody hears this');
      });
    });
    await useClient().invokeOneWay(address, createRequest(9, { a: 'b' }));
    expect((await heard).extFields).toEqual({ a: 'b' });
  });
});

describe('the request boundary', () => {
  it('answers a code nobody serves as RocketMQ does', async () => {
    const { address } = await useServer();
    const answer = await useClient().invoke(address, createRequest(31_999), SOON_MS);
    expect(answer.code).toBe(ResponseCode.REQUEST_CODE_NOT_SUPPORTED);
    expect(answer.remark).toBe(' request type 31999 not supported');
  });

  it('answers what a processor throws, and goes on', async () => {
    const { server, address } = await useServer();
    server.registerProcessor(1, () => {
      throw new RequestError(ResponseCode.TOPIC_NOT_EXIST, 'no such topic');
    });
    server.registerProcessor(2, async () => {
      throw new TypeError('a defect');
    });
    const client = useClient();
    const refused = await client.invoke(address, createRequest(1), SOON_MS);
    expect([refused.code, refused.remark]).toEqual([ResponseCode.TOPIC_NOT_EXIST, 'no such topic']);
    const broken = await client.invoke(address, createRequest(2), SOON_MS);
    expect([broken.code, broken.remark]).toEqual([ResponseCode.SYSTEM_ERROR, 'TypeError: a defect']);
    expect((await client.invoke(address, createRequest(ECHO), SOON_MS)).code).toBe(ResponseCode.SUCCESS);
  });

  it.each([new TypeError('a defect'), new InvariantError('this cannot be')])(
    'says a defect with its stack in the log: %s',
    async (defect) => {
      const errors: unknown[] = [];
      const logger = {
        ...silentLogger,
        error: (_line: string, fields?: LogFields) => void errors.push(fields?.['error']),
      };
      const { server, address } = await useServer({ logger });
      server.registerProcessor(1, () => {
        throw defect;
      });
      expect((await useClient().invoke(address, createRequest(1), SOON_MS)).code).toBe(ResponseCode.SYSTEM_ERROR);
      expect(errors).toEqual([defect]);
    },
  );

  it('answers SYSTEM_ERROR when an answer is larger than a frame may be', async () => {
    const { server, address } = await useServer({ maxFrameBytes: 100_000 });
    server.registerProcessor(1, () =>
      createResponse(ResponseCode.SUCCESS, undefined, undefined, Buffer.alloc(100_001)),
    );
    const answer = await useClient().invoke(address, createRequest(1), SOON_MS);
    expect(answer.code).toBe(ResponseCode.SYSTEM_ERROR);
    expect(answer.remark).toContain('100001');
  });
});

describe('a client that waits', () => {
  it('gets a TimeoutError, not before its time', async () => {
    const { address } = await useServer();
    const before = performance.now();
    await expect(useClient().invoke(address, createRequest(NEVER), 120)).rejects.toThrow(TimeoutError);
    expect(performance.now() - before).toBeGreaterThanOrEqual(119);
  });

  it('gets a ConnectionError at once when the connection breaks', async () => {
    const { server, address } = await useServer();
    const client = useClient();
    const closed = new Promise<string>((resolve) => client.onConnectionClosed(resolve));
    const waiting = [
      client.invoke(address, createRequest(NEVER), 60_000),
      client.invoke(address, createRequest(NEVER), 60_000),
    ];
    const failed = Promise.all(waiting.map((one) => expect(one).rejects.toThrow(ConnectionError)));
    await client.invoke(address, createRequest(ECHO), SOON_MS);
    for (const connection of server.connections) connection.close('test');
    await failed;
    expect(await closed).toBe(address);
    expect((await client.invoke(address, createRequest(ECHO), SOON_MS)).code).toBe(ResponseCode.SUCCESS);
  });

  it('gets a ConnectionError when nobody listens', async () => {
    await expect(useClient().invoke(PORT_OF_NOBODY, createRequest(ECHO), SOON_MS)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('gets the reason of its AbortSignal, before, while connecting and while waiting', async () => {
    const { address } = await useServer();
    const client = useClient();
    const reason = new Error('enough');
    await expect(client.invoke(address, createRequest(NEVER), SOON_MS, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = client.invoke(address, createRequest(NEVER), SOON_MS, controller.signal);
    await client.invoke(address, createRequest(ECHO), SOON_MS);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('waits for a connection no longer than it has time', async () => {
    const { address } = await useServer();
    const timers: { readonly delayMs: number; readonly task: () => void }[] = [];
    const after = (delayMs: number, task: () => void) => {
      timers.push({ delayMs, task });
      return () => undefined;
    };
    const client = useClient({ scheduler: { ...systemScheduler, after } });
    const answer = client.invoke(address, createRequest(ECHO), 50);
    const first = timers.reduce((one, other) => (other.delayMs < one.delayMs ? other : one));
    expect(first.delayMs).toBeLessThanOrEqual(50);
    first.task();
    await expect(answer).rejects.toThrow(TimeoutError);
  });

  it('shares one connection between requests that need it at once', async () => {
    const { server, address } = await useServer();
    const client = useClient();
    await Promise.all(Array.from({ length: 20 }, () => client.invoke(address, createRequest(ECHO), SOON_MS)));
    expect(server.connections.size).toBe(1);
  });

  it('asks once more over a new connection when it is sent away', async () => {
    const { server, address } = await useServer();
    const asked = new Set<number>();
    server.registerProcessor(1, (_request, connection) => {
      asked.add(connection.id);
      return createResponse(asked.size === 1 ? ResponseCode.GO_AWAY : ResponseCode.SUCCESS);
    });
    expect((await useClient().invoke(address, createRequest(1), SOON_MS)).code).toBe(ResponseCode.SUCCESS);
    expect(asked.size).toBe(2);
  });

  it('refuses an address that is none', async () => {
    await expect(useClient().invoke('nowhere', createRequest(ECHO), SOON_MS)).rejects.toThrow(/write host:port/);
  });
});

describe('a server', () => {
  it('closes a connection whose bytes are no frames, with one line in the log, and serves the others', async () => {
    const lines: string[] = [];
    const note = (line: string) => void lines.push(line);
    const logger = { ...silentLogger, error: note, warn: note, info: note };
    const { address, port } = await useServer({ logger });
    const client = useClient();
    for (const bytes of [
      '00000003aabbcc',
      '7fffffff',
      'ffffffff',
      '000000080200000000000000',
      '160301',
      '00000008000000ff01020304',
    ]) {
      const peer = rawPeer(port);
      peer.write(Buffer.from(bytes, 'hex'));
      expect(await peer.closed).toEqual([]);
      expect(lines.splice(0)).toEqual(['connection closed: it does not keep to the protocol']);
      expect((await client.invoke(address, createRequest(ECHO), SOON_MS)).code).toBe(ResponseCode.SUCCESS);
    }
  });

  it('says what it is asked over TLS or HTTP', async () => {
    const lines: unknown[] = [];
    const logger = { ...silentLogger, warn: (_message: string, fields?: object) => void lines.push(fields) };
    const { port } = await useServer({ logger });
    for (const bytes of [Buffer.from('160301', 'hex'), Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
      const peer = rawPeer(port);
      peer.write(bytes);
      await peer.closed;
    }
    expect(lines).toEqual([
      expect.objectContaining({ problem: expect.stringContaining('TLS') }),
      expect.objectContaining({ problem: expect.stringContaining('HTTP') }),
    ]);
  });

  it('reads frames that arrive byte by byte', async () => {
    const { port } = await useServer();
    const peer = rawPeer(port);
    const frame = encodeCommand(createRequest(ECHO, { a: 'b' }, Buffer.from('slow')));
    for (const byte of frame) peer.write(Buffer.of(byte));
    peer.write(Buffer.from('ffffffff', 'hex'));
    expect((await peer.closed).map((answer) => answer.body?.toString())).toEqual(['slow']);
  });

  it('tells that the port is in use', async () => {
    const { port } = await useServer();
    const second = new RemotingServer({ host: '127.0.0.1', port, logger: silentLogger });
    await expect(second.start()).rejects.toThrow(/the port is in use/);
  });

  it('hears of every connection that ends, once', async () => {
    const { server, address } = await useServer();
    const ended: number[] = [];
    const heard = new Promise<void>((resolve) =>
      server.onConnectionClosed((connection) => {
        ended.push(connection.id);
        resolve();
      }),
    );
    const client = useClient();
    await client.invoke(address, createRequest(ECHO), SOON_MS);
    client.closeConnection(address);
    await heard;
    expect(ended).toHaveLength(1);
    expect(server.connections.size).toBe(0);
  });

  it('lets answers in flight leave before it closes, and sends newer peers away meanwhile', async () => {
    const { server, address } = await useServer();
    const client = useClient();
    await client.invoke(address, createRequest(ECHO), SOON_MS);
    const [asked, answers] = [closedGate(), closedGate()];
    server.registerProcessor(1, async (request) => {
      asked.open();
      await answers.opened;
      return createResponse(ResponseCode.SUCCESS, undefined, request.extFields);
    });
    const inFlight = client.invoke(address, createRequest(1, { n: 'kept' }), SOON_MS);
    await asked.opened;
    const ended = server.shutdown(SOON_MS);
    const sentAway = expect(client.invoke(address, createRequest(ECHO), SOON_MS)).rejects.toThrow(ConnectionError);
    answers.open();
    expect((await inFlight).extFields).toEqual({ n: 'kept' });
    await sentAway;
    await ended;
    expect(server.connections.size).toBe(0);
  });
});

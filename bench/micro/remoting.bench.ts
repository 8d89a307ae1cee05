/**
 * What remoting costs per request: socket read → decode → dispatch → encode → write, no store behind it.
 *
 *   node bench/micro/run.mjs remoting [--secs 4] [--warm 2] [--profile DIR]
 *
 * The server is a process of its own; the load sends pre-built frames, so nearly all the time is the server's. Shown:
 * requests per second, and the server's CPU microseconds per request, which another process on the machine disturbs least.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { encodeCommand } from '../../libs/broker-core/src/protocol/command-codec.js';
import { createRequest, createResponse, SerializeType } from '../../libs/broker-core/src/protocol/remoting-command.js';
import { RemotingServer } from '../../libs/broker-core/src/remoting/remoting-server.js';
import { silentLogger } from '../../libs/broker-core/src/runtime/logger.js';

const SEND = 310;
const SEND_LATER = 311;
const PULL = 11;

/** What a SEND_MESSAGE_V2 of the Java client carries. */
const sendFields = {
  a: 'load_producer',
  b: 'LoadTopic',
  c: 'TBW102',
  d: '4',
  e: '1',
  f: '0',
  g: '1700000000000',
  h: '0',
  i: 'UNIQ_KEY\u00010A0000010000000000000000000000F1\u0002WAIT\u0001true\u0002TAGS\u0001tagA\u0002',
  j: '0',
  k: 'false',
  l: '16',
  m: 'false',
  n: 'broker-a',
};

async function serve(): Promise<void> {
  const server = new RemotingServer({ host: '127.0.0.1', port: 0, logger: silentLogger });
  let served = 0;
  const answer = () =>
    createResponse(0, undefined, {
      msgId: '7F00000100002A9F0000000000000000',
      queueId: '1',
      queueOffset: String(served++),
      MSG_REGION: 'DefaultRegion',
      TRACE_ON: 'true',
    });
  const batch = Buffer.alloc(40_000, 1);
  server.registerProcessor(SEND, answer);
  let waiting: ((value?: undefined) => void)[] = [];
  // As a store does: everything of one turn is answered by one flush.
  server.registerProcessor(SEND_LATER, () => {
    if (waiting.length === 0) {
      setImmediate(() => {
        const all = waiting;
        waiting = [];
        for (const resolve of all) resolve();
      });
    }
    return new Promise<undefined>((resolve) => waiting.push(resolve)).then(answer);
  });
  server.registerProcessor(PULL, () => {
    served++;
    return createResponse(
      0,
      undefined,
      { nextBeginOffset: '32', minOffset: '0', maxOffset: '64', suggestWhichBrokerId: '0' },
      batch,
    );
  });
  const { port } = await server.start();
  process.on('message', () => {
    const cpu = process.cpuUsage();
    process.send?.({ served, cpuUs: cpu.user + cpu.system, rssMiB: process.memoryUsage().rss / 2 ** 20 });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port });
}

interface Vitals {
  readonly served: number;
  readonly cpuUs: number;
  readonly rssMiB: number;
}

const ask = (child: ChildProcess): Promise<Vitals> =>
  new Promise((resolve) => {
    child.once('message', (message) => resolve(message as Vitals));
    child.send('vitals');
  });

/** Keeps `inFlight` requests under way on one connection; counts answers by their length alone. */
function hammer(socket: Socket, frame: Buffer, inFlight: number): void {
  let carry = 0;
  let skip = 0;
  let head = Buffer.alloc(4);
  const many = Buffer.concat(Array.from({ length: inFlight }, () => frame));
  socket.on('data', (chunk: Buffer) => {
    let answers = 0;
    let at = 0;
    while (at < chunk.length) {
      if (skip > 0) {
        const taken = Math.min(skip, chunk.length - at);
        skip -= taken;
        at += taken;
        if (skip === 0) answers++;
        continue;
      }
      head[carry++] = chunk[at++]!;
      if (carry === 4) {
        skip = head.readInt32BE(0);
        carry = 0;
      }
    }
    if (answers > 0) socket.write(many.subarray(0, answers * frame.length));
  });
  head = Buffer.alloc(4);
  socket.write(many);
}

interface Case {
  readonly name: string;
  readonly code: number;
  readonly type: 0 | 1;
  readonly connections: number;
  readonly inFlight: number;
}

async function measure(one: Case, secs: number, warm: number, profile: string | undefined): Promise<void> {
  const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = fork(process.argv[1]!, ['remoting', '--serve'], { execArgv });
  const { port } = await new Promise<{ port: number }>((resolve) =>
    child.once('message', (message) => resolve(message as { port: number })),
  );
  const request = createRequest(
    one.code,
    one.code === PULL ? { topic: 'T', queueId: '0' } : sendFields,
    one.code === PULL ? undefined : Buffer.alloc(1024, 'x'),
  );
  request.serializeType = one.type;
  const sockets: Socket[] = [];
  for (let index = 0; index < one.connections; index++) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve) => socket.once('connect', resolve));
    sockets.push(socket);
    hammer(socket, encodeCommand(request), one.inFlight);
  }
  await new Promise((resolve) => setTimeout(resolve, warm * 1000));
  const before = await ask(child);
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, secs * 1000));
  const after = await ask(child);
  const seconds = (performance.now() - startedAt) / 1000;
  const served = after.served - before.served;
  const perRequest = (after.cpuUs - before.cpuUs) / served;
  console.log(
    `${one.name.padEnd(44)} ${Math.round(served / seconds)
      .toLocaleString('en')
      .padStart(9)}/s ${perRequest.toFixed(2).padStart(7)} us CPU ${after.rssMiB.toFixed(0).padStart(5)} MiB`,
  );
  for (const socket of sockets) socket.destroy();
  child.disconnect();
  await new Promise((resolve) => child.once('exit', resolve));
}

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    serve: { type: 'boolean' },
    secs: { type: 'string', default: '4' },
    warm: { type: 'string', default: '2' },
    profile: { type: 'string' },
    only: { type: 'string' },
  },
});
if (values.serve) await serve();
else {
  const { JSON: json, ROCKETMQ: binary } = SerializeType;
  const cases: Case[] = [
    { name: 'send 1 x 1, JSON', code: SEND, type: json, connections: 1, inFlight: 1 },
    { name: 'send 4 x 16, JSON', code: SEND, type: json, connections: 4, inFlight: 16 },
    { name: 'send 4 x 16, binary', code: SEND, type: binary, connections: 4, inFlight: 16 },
    { name: 'send 4 x 16, JSON, answered by one flush', code: SEND_LATER, type: json, connections: 4, inFlight: 16 },
    {
      name: 'send 4 x 16, binary, answered by one flush',
      code: SEND_LATER,
      type: binary,
      connections: 4,
      inFlight: 16,
    },
    { name: 'send 16 x 16, binary', code: SEND, type: binary, connections: 16, inFlight: 16 },
    { name: 'send 1 x 1024, binary', code: SEND, type: binary, connections: 1, inFlight: 1024 },
    { name: 'pull 4 x 1, 40 KB, binary', code: PULL, type: binary, connections: 4, inFlight: 1 },
    { name: 'pull 4 x 16, 40 KB, binary', code: PULL, type: binary, connections: 4, inFlight: 16 },
  ];
  for (const one of cases) {
    if (values.only && !one.name.includes(values.only)) continue;
    await measure(one, Number(values.secs), Number(values.warm), values.profile);
  }
}

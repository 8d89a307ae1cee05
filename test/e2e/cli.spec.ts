import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequest, RequestCode, ResponseCode } from 'rocketmq-broker-core';
import { patientClient } from '../support/patient-client.js';
import { type BinName, OurCommand } from '../support/our-command.js';

/** Nothing is waited for: a busy machine needs some seconds, a timer that nobody cancelled keeps a process for longer. */
const STOP_WITHIN_MS = 20_000;

let directory: string;
let commands: OurCommand[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rocketmq-cli-'));
  commands = [];
});

afterEach(async () => {
  for (const command of commands) await command.stop('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function run(name: BinName, words: readonly string[], environment: Record<string, string> = {}): OurCommand {
  const command = new OurCommand(name, words, environment);
  commands.push(command);
  return command;
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const small = ['brokerName=broker-a', 'brokerIP1=127.0.0.1', 'listenPort=0', 'mappedFileSizeCommitLog=16777216'];
const storeIn = (name: string) => `storePathRootDir=${join(directory, name)}`;

async function startNameServer(): Promise<{ nameServer: OurCommand; address: string }> {
  const conf = file('namesrv.conf', `listenPort=0\nkvConfigPath=${join(directory, 'kv.json')}\n`);
  const nameServer = run('mqnamesrv', ['-c', conf]);
  const [, port] = await nameServer.says(
    /^The Name Server boot success\. serializeType=JSON, address 0\.0\.0\.0:(\d+)$/m,
  );
  return { nameServer, address: `127.0.0.1:${port}` };
}

async function startBroker(words: readonly string[]): Promise<{ broker: OurCommand; address: string }> {
  const broker = run('mqbroker', words);
  const [, address = ''] = await broker.says(/^The broker\[broker-a, ([\d.:]+)\] boot success\. .*$/m);
  return { broker, address };
}

describe('mqnamesrv and mqbroker', () => {
  it('say the words that scripts wait for, and end with 0 when asked to', async () => {
    const { nameServer, address } = await startNameServer();
    const { broker } = await startBroker(['-n', address, ...small, storeIn('store')]);
    await broker.says(new RegExp(`boot success\\. serializeType=JSON and name server is ${address}$`, 'm'));
    for (const command of [broker, nameServer]) {
      const { exitCode, tookMs } = await command.stop('SIGTERM');
      expect(exitCode).toBe(0);
      expect(tookMs).toBeLessThan(STOP_WITHIN_MS);
    }
  });

  it('stop at once for Ctrl-C too', async () => {
    const { broker } = await startBroker([...small, storeIn('store')]);
    expect((await broker.stop('SIGINT')).exitCode).toBe(0);
  });

  it('take the name servers from -n, else from the file, else from NAMESRV_ADDR', async () => {
    const conf = file('broker.conf', 'namesrvAddr=file:1\n');
    const named = async (words: string[], environment = {}) => {
      const { output } = await run('mqbroker', ['-p', ...words], environment).ended;
      return /^namesrvAddr=(.*)$/m.exec(output)?.[1];
    };
    expect(await named(['-c', conf, '-n', 'flag:1'], { NAMESRV_ADDR: 'env:1' })).toBe('flag:1');
    expect(await named(['-c', conf], { NAMESRV_ADDR: 'env:1' })).toBe('file:1');
    expect(await named([], { NAMESRV_ADDR: 'env:1' })).toBe('env:1');
  });

  it('refuse a store that somebody holds, and say who', async () => {
    const { broker } = await startBroker([...small, storeIn('store')]);
    const second = await run('mqbroker', [...small, storeIn('store')]).ended;
    expect(second.exitCode).not.toBe(0);
    expect(second.output).toMatch(/held by the process with pid \d+/);
    expect((await broker.stop()).exitCode).toBe(0);
  });

  it('say so when the port is in use', async () => {
    const { address } = await startBroker([...small, storeIn('one')]);
    const port = address.split(':')[1];
    const second = await run('mqbroker', [...small, storeIn('two'), `listenPort=${port}`]).ended;
    expect(second.exitCode).toBe(1);
    expect(second.output).toContain(`port ${port} of 0.0.0.0 is in use`);
    expect(second.output).not.toContain('    at ');
  });

  it('list every problem of a file at once and end with 2', async () => {
    const conf = file('broker.conf', 'listenPort=many\nflushDiskType=SOMETIMES\nbrokerRole=SLAVE\n');
    const { exitCode, output } = await run('mqbroker', ['-c', conf]).ended;
    expect(exitCode).toBe(2);
    for (const line of ['line 1: listenPort', 'line 2: flushDiskType', 'line 3: brokerRole'])
      expect(output).toContain(line);
  });

  it('warn of a misspelled key and start all the same', async () => {
    const conf = file('broker.conf', 'flushDiskTyp=SYNC_FLUSH\n');
    const { broker } = await startBroker(['-c', conf, ...small, storeIn('store')]);
    expect(broker.output).toContain('flushDiskTyp is unknown and was ignored; did you mean flushDiskType?');
  });

  it.each([
    ['mqbroker', ['--enable-proxy'], 'no gRPC door'],
    ['mqbroker', ['-x'], 'no option -x'],
    ['mqbroker', ['-c'], '-c needs a value'],
    ['mqbroker', ['start'], 'neither an option nor key=value'],
    ['mqnamesrv', ['-c', '/nowhere/at.all'], 'cannot be read'],
  ] as const)('%s %j ends with 2 and one sentence', async (name, words, sentence) => {
    const { exitCode, output } = await run(name, words).ended;
    expect(exitCode).toBe(2);
    expect(output).toContain(sentence);
    expect(output.trim().split('\n')).toHaveLength(1);
  });

  it('print their help and their settings', async () => {
    expect((await run('mqbroker', ['-h']).ended).output).toContain('usage: mqbroker');
    expect((await run('mqnamesrv', ['-p']).ended).output).toContain('scanNotActiveBrokerInterval=5000');
    const important = await run('mqbroker', ['-m', 'fileReservedTime=12']).ended;
    expect(important).toMatchObject({ exitCode: 0 });
    expect(important.output).toContain('fileReservedTime=12\n');
    expect(important.output).not.toContain('shortPollingTimeMills');
  });

  it('keep what an operator changes while they run', async () => {
    const conf = file('broker.conf', `# mine\nfileReservedTime=48\n${[...small, storeIn('store')].join('\n')}\n`);
    const { address } = await startBroker(['-c', conf]);
    const client = patientClient();
    const ask = (text: string) =>
      client.invoke(address, createRequest(RequestCode.UPDATE_BROKER_CONFIG, {}, Buffer.from(text)), 20_000);
    expect((await ask('fileReservedTime=12')).code).toBe(ResponseCode.SUCCESS);
    expect((await ask('listenPort=1')).code).toBe(ResponseCode.NO_PERMISSION);
    expect((await ask('fileReservedTime=never')).code).toBe(ResponseCode.INVALID_PARAMETER);
    await client.shutdown();
    expect(readFileSync(conf, 'utf8')).toMatch(/^# mine\nfileReservedTime=12\nbrokerName=broker-a\n/);
  });
});

describe('npm run broker', () => {
  const settings = () => file('broker.conf', `${[...small, storeIn('store')].join('\n')}\n`);
  const environment = () => ({
    BROKER_CONF: settings(),
    NAMESRV_CONF: file('namesrv.conf', `listenPort=0\nkvConfigPath=${join(directory, 'kv.json')}\n`),
    HTTP_PORT: '0',
    HTTP_HOST: '127.0.0.1',
    LOG_FORMAT: 'json',
  });

  it('starts name server, broker and health, and stops with 0', async () => {
    const server = run('broker-server', [], environment());
    const [line] = await server.says(/^.*boot success.*$/m);
    const { httpUrl, brokerAddress, nameServers, storePath } = JSON.parse(line);
    expect(storePath).toBe(join(directory, 'store'));
    const health = await fetch(`${httpUrl}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status: 'ok',
      details: {
        store: { status: 'up' },
        registration: { status: 'up', address: brokerAddress },
        disk: { status: 'up' },
        eventLoop: { status: 'up' },
      },
    });
    const client = patientClient();
    const info = await client.invoke(nameServers, createRequest(RequestCode.GET_BROKER_CLUSTER_INFO), 20_000);
    expect(info.body?.toString()).toContain(brokerAddress);
    await client.shutdown();
    const { exitCode, tookMs } = await server.stop('SIGTERM');
    expect(exitCode).toBe(0);
    expect(tookMs).toBeLessThan(STOP_WITHIN_MS);
  });

  it('ends well when it is told to stop as soon as it says that it runs', async () => {
    const server = run('broker-server', [], environment());
    await server.says(/boot success/);
    server.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ exitCode: 0, signal: null });
  });

  it('checks its environment before anything starts', async () => {
    const { exitCode, output } = await run('broker-server', [], { HTTP_PORT: '99999', LOG_LEVEL: 'loud' }).ended;
    expect(exitCode).toBe(2);
    expect(output).toContain('HTTP_PORT');
    expect(output).toContain('LOG_LEVEL');
  });

  it('checks both files together with it, and names each problem’s file', async () => {
    const BROKER_CONF = file('wrong.conf', 'flushDiskType=SOMETIMES\n');
    const { exitCode, output } = await run('broker-server', [], { ...environment(), BROKER_CONF, HTTP_PORT: 'x' })
      .ended;
    expect(exitCode).toBe(2);
    expect(output).toContain('the configuration has 2 problem(s)');
    expect(output).toContain(`${BROKER_CONF}: line 1: flushDiskType`);
  });

  it('refuses a store that another holds, and a port of its health that is taken', async () => {
    const server = run('broker-server', [], environment());
    const [line] = await server.says(/^.*boot success.*$/m);
    const second = await run('broker-server', [], environment()).ended;
    expect(second.exitCode).toBe(2);
    expect(second.output).toMatch(/held by the process with pid \d+/);
    const { port } = new URL(JSON.parse(line).httpUrl);
    const third = await run('broker-server', [storeIn('other')], { ...environment(), HTTP_PORT: port }).ended;
    expect(third.exitCode).toBe(1);
    expect(third.output).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect((await server.stop()).exitCode).toBe(0);
  });

  it('explains its environment to who asks for help', async () => {
    const { exitCode, output } = await run('broker-server', ['--help']).ended;
    expect(exitCode).toBe(0);
    for (const word of ['BROKER_CONF', 'HTTP_PORT', 'examples:', 'docs/configuration.md'])
      expect(output).toContain(word);
  });

  it('is not well while no name server knows its broker', async () => {
    const server = run('broker-server', ['-n', '127.0.0.1:1'], environment());
    const [line] = await server.says(/^.*boot success.*$/m);
    const health = await fetch(`${JSON.parse(line).httpUrl}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ error: { registration: { status: 'down' } } });
  });
});

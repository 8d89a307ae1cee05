import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { patientClient } from '../../../test/support/patient-client.js';
import { createNameServer, type NameServerOptions } from './name-server.js';
import { decodeClusterInfo } from './protocol/bodies/cluster-info.js';
import { decodeDataVersion, encodeDataVersion } from './protocol/bodies/data-version.js';
import { decodeKVTable, decodeTopicList } from './protocol/bodies/kv-table.js';
import { encodeRegisterBrokerBody, registerBodyCrcOf } from './protocol/bodies/register-broker-body.js';
import { decodeTopicRouteData, encodeTopicRouteData } from './protocol/bodies/topic-route-data.js';
import { RegisterBrokerRequestHeader } from './protocol/headers/namesrv.headers.js';
import { createRequest, createResponse, type ExtFields, type RemotingCommand } from './protocol/remoting-command.js';
import { RequestCode } from './protocol/request-code.js';
import { ResponseCode } from './protocol/response-code.js';
import { newTopicConfig } from './protocol/topic-config.js';
import type { RemotingClient } from './remoting/remoting-client.js';
import { RemotingServer } from './remoting/remoting-server.js';
import { silentLogger } from './runtime/logger.js';
import { ManualTime } from './runtime/manual-time.js';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

type Ask = (code: number, ext?: ExtFields, body?: Buffer, version?: number) => Promise<RemotingCommand>;

async function useNameServer(options: Partial<NameServerOptions> = {}) {
  const server = createNameServer({ host: '127.0.0.1', port: 0, ...options });
  const { port } = await server.start();
  undo.push(() => server.shutdown());
  const address = `127.0.0.1:${port}`;
  return { server, address, port, ...useClient(address) };
}

function useClient(address: string): { client: RemotingClient; ask: Ask } {
  const client = patientClient();
  undo.push(() => client.shutdown());
  const ask: Ask = (code, ext, body, version) => {
    const request = createRequest(code, ext, body);
    if (version !== undefined) request.version = version;
    return client.invoke(address, request, 20_000);
  };
  return { client, ask };
}

function useDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'name-server-'));
  undo.push(() => rmSync(directory, { recursive: true }));
  return directory;
}

const dataVersion = { stateVersion: 0, timestamp: 17, counter: 3 };
const broker = { clusterName: 'C', brokerName: 'broker-a', brokerAddr: '10.0.0.1:10911', brokerId: 0 };
const identity: ExtFields = { ...broker, brokerId: '0' };

function registration(changes: Partial<RegisterBrokerRequestHeader> = {}, topics = ['A', 'B']): [ExtFields, Buffer] {
  const body = encodeRegisterBrokerBody({
    topicConfigSerializeWrapper: {
      topicConfigTable: new Map(topics.map((name) => [name, newTopicConfig(name)])),
      dataVersion,
      topicQueueMappingInfoMap: new Map(),
      topicQueueMappingDetailMap: new Map(),
    },
    filterServerList: [],
  });
  const header = {
    ...broker,
    haServerAddr: '10.0.0.1:10912',
    compressed: false,
    bodyCrc32: registerBodyCrcOf(body),
    ...changes,
  };
  return [RegisterBrokerRequestHeader.encode(header), body];
}

const register = (ask: Ask, changes: Partial<RegisterBrokerRequestHeader> = {}) =>
  ask(RequestCode.REGISTER_BROKER, ...registration(changes));
const topicsOf = async (answer: Promise<RemotingCommand>) => [...decodeTopicList((await answer).body).topicList].sort();

describe('a name server', () => {
  it('tells where the topics of a registered broker are', async () => {
    const { ask } = await useNameServer();
    expect((await register(ask)).code).toBe(ResponseCode.SUCCESS);
    const route = decodeTopicRouteData((await ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'A' })).body);
    expect(route.brokerDatas[0]?.brokerAddrs).toEqual(new Map([[0, '10.0.0.1:10911']]));
    expect(route.queueDatas[0]).toMatchObject({ brokerName: 'broker-a', readQueueNums: 16, perm: 6 });
    const missing = await ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'Z' });
    expect([missing.code, missing.remark]).toEqual([
      ResponseCode.TOPIC_NOT_EXIST,
      expect.stringContaining('No topic route info'),
    ]);
  });

  it('writes number keys bare for clients before 4.9.4, quoted for others and who asks', async () => {
    const { ask } = await useNameServer();
    await register(ask);
    const bodyFor = async (version: number, ext: ExtFields = {}) =>
      (await ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'A', ...ext }, undefined, version)).body?.toString();
    expect(await bodyFor(399)).toContain('{0:"10.0.0.1:10911"}');
    expect(await bodyFor(401)).toContain('{"0":"10.0.0.1:10911"}');
    expect(await bodyFor(399, { acceptStandardJsonOnly: 'true' })).toContain('{"0":"10.0.0.1:10911"}');
  });

  it('refuses a body whose checksum differs, and one topic from a stranger', async () => {
    const { ask } = await useNameServer();
    expect(await register(ask, { bodyCrc32: 1 })).toMatchObject({
      code: ResponseCode.SYSTEM_ERROR,
      remark: 'crc32 not match',
    });
    const alone = await ask(RequestCode.REGISTER_BROKER, ...registration({}, ['A']));
    expect(alone).toMatchObject({ code: ResponseCode.SYSTEM_ERROR, remark: 'register broker failed' });
  });

  it('says whether what it knows of a broker has changed', async () => {
    const { ask } = await useNameServer();
    const query = (version = dataVersion) => ask(RequestCode.QUERY_DATA_VERSION, identity, encodeDataVersion(version));
    expect((await query()).extFields).toEqual({ changed: 'true' });
    await register(ask);
    const answer = await query();
    expect(answer.extFields).toEqual({ changed: 'false' });
    expect(decodeDataVersion(answer.body)).toEqual(dataVersion);
    expect((await query({ ...dataVersion, counter: 4 })).extFields).toEqual({ changed: 'true' });
  });

  it('answers clusters, groups and lists', async () => {
    const { ask } = await useNameServer();
    await register(ask);
    await register(ask, { brokerName: 'broker-b', brokerAddr: '10.0.0.2:10911' });
    const info = decodeClusterInfo((await ask(RequestCode.GET_BROKER_CLUSTER_INFO)).body);
    expect(info.clusterAddrTable).toEqual(new Map([['C', new Set(['broker-a', 'broker-b'])]]));
    expect(info.brokerAddrTable.get('broker-b')?.brokerAddrs.get(0)).toBe('10.0.0.2:10911');
    const group = await ask(RequestCode.GET_BROKER_MEMBER_GROUP, { clusterName: 'C', brokerName: 'broker-a' });
    expect(group.body?.toString()).toContain('"brokerAddrs":{0:"10.0.0.1:10911"}');
    expect(await topicsOf(ask(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER))).toEqual(['A', 'B']);
    expect(await topicsOf(ask(RequestCode.GET_TOPICS_BY_CLUSTER, { cluster: 'C' }))).toEqual(['A', 'B']);
    expect(await topicsOf(ask(RequestCode.GET_TOPICS_BY_CLUSTER, { cluster: 'D' }))).toEqual([]);
    expect(await topicsOf(ask(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS))).toEqual(['C', 'broker-a', 'broker-b']);
    for (const code of [
      RequestCode.GET_UNIT_TOPIC_LIST,
      RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST,
      RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST,
    ]) {
      expect(await topicsOf(ask(code))).toEqual([]);
    }
  });

  it('adds and deletes topics by hand', async () => {
    const { ask } = await useNameServer();
    await register(ask);
    const route = decodeTopicRouteData((await ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'A' })).body);
    await ask(RequestCode.REGISTER_TOPIC_IN_NAMESRV, { topic: 'H' }, encodeTopicRouteData(route));
    expect(await topicsOf(ask(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER))).toEqual(['A', 'B', 'H']);
    await ask(RequestCode.DELETE_TOPIC_IN_NAMESRV, { topic: 'A' });
    await ask(RequestCode.DELETE_TOPIC_IN_NAMESRV, { topic: 'B', clusterName: 'other' });
    await ask(RequestCode.DELETE_TOPIC_IN_NAMESRV, { topic: 'H', clusterName: 'C' });
    expect(await topicsOf(ask(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER))).toEqual(['B']);
  });

  it('takes and gives write permission', async () => {
    const { ask } = await useNameServer();
    await register(ask);
    const permOf = async () =>
      decodeTopicRouteData((await ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'A' })).body).queueDatas[0]?.perm;
    const wiped = await ask(RequestCode.WIPE_WRITE_PERM_OF_BROKER, { brokerName: 'broker-a' });
    expect([wiped.extFields, await permOf()]).toEqual([{ wipeTopicCount: '2' }, 4]);
    const added = await ask(RequestCode.ADD_WRITE_PERM_OF_BROKER, { brokerName: 'broker-a' });
    expect([added.extFields, await permOf()]).toEqual([{ addTopicCount: '2' }, 6]);
  });
});

describe('a broker is gone', () => {
  const routeCode = async (ask: Ask) => (await ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'A' })).code;

  it('when it unregisters', async () => {
    const { ask } = await useNameServer();
    await register(ask);
    expect((await ask(RequestCode.UNREGISTER_BROKER, identity)).code).toBe(ResponseCode.SUCCESS);
    expect(await routeCode(ask)).toBe(ResponseCode.TOPIC_NOT_EXIST);
  });

  it('when its connection closes', async () => {
    const { ask, address } = await useNameServer();
    const other = useClient(address);
    await register(other.ask);
    expect(await routeCode(ask)).toBe(ResponseCode.SUCCESS);
    await other.client.shutdown();
    for (let tries = 0; tries < 100 && (await routeCode(ask)) === ResponseCode.SUCCESS; tries++);
    expect(await routeCode(ask)).toBe(ResponseCode.TOPIC_NOT_EXIST);
  });

  it('when it is silent for longer than it promised, heartbeats being a sign of life', async () => {
    const time = new ManualTime();
    const { ask } = await useNameServer({ clock: time, scheduler: time, idleTimeoutMs: 3_600_000 });
    await register(ask, { heartbeatTimeoutMillis: 20_000 });
    await time.advance(15_000);
    await ask(RequestCode.BROKER_HEARTBEAT, identity);
    await time.advance(15_000);
    expect(await routeCode(ask)).toBe(ResponseCode.SUCCESS);
    await time.advance(10_000);
    expect(await routeCode(useClientAgain(ask))).toBe(ResponseCode.TOPIC_NOT_EXIST);
    await expect(endOf(time)).resolves.toBeUndefined();
  });
});

/** The scan closes the connection of a silent broker, which is this client's: asking again opens another. */
const useClientAgain =
  (ask: Ask): Ask =>
  async (...question) => {
    for (;;) {
      try {
        return await ask(...question);
      } catch {
        // closed under the question
      }
    }
  };

/** Shutdown waits by the same clock: let it pass. */
async function endOf(time: ManualTime): Promise<void> {
  const shutdown = undo.splice(0).reverse();
  const done = Promise.all(shutdown.map((step) => step()));
  for (let round = 0; round < 20; round++) await time.advance(100);
  await done;
}

describe('KV configuration', () => {
  const namespace = 'ORDER_TOPIC_CONFIG';

  it('is there again after a restart', async () => {
    const kvConfigPath = join(useDirectory(), 'namesrv', 'kvConfig.json');
    const first = await useNameServer({ kvConfigPath });
    await Promise.all([
      first.ask(RequestCode.PUT_KV_CONFIG, { namespace, key: 'A', value: 'broker-a:4' }),
      first.ask(RequestCode.PUT_KV_CONFIG, { namespace, key: 'B', value: 'broker-a:8' }),
      first.ask(RequestCode.PUT_KV_CONFIG, { namespace: '__proto__', key: 'constructor', value: 'ä' }),
    ]);
    await first.ask(RequestCode.DELETE_KV_CONFIG, { namespace, key: 'B' });
    await first.server.shutdown();
    expect(JSON.parse(readFileSync(kvConfigPath, 'utf8')).configTable[namespace]).toEqual({ A: 'broker-a:4' });
    const second = await useNameServer({ kvConfigPath });
    expect((await second.ask(RequestCode.GET_KV_CONFIG, { namespace, key: 'A' })).extFields).toEqual({
      value: 'broker-a:4',
    });
    expect(
      (await second.ask(RequestCode.GET_KV_CONFIG, { namespace: '__proto__', key: 'constructor' })).extFields,
    ).toEqual({ value: 'ä' });
    expect((await second.ask(RequestCode.GET_KV_CONFIG, { namespace, key: 'B' })).code).toBe(
      ResponseCode.QUERY_NOT_FOUND,
    );
  });

  it('falls back to the file before when the newest is torn', async () => {
    const kvConfigPath = join(useDirectory(), 'kvConfig.json');
    writeFileSync(kvConfigPath, '{"configTable":{"n":{"k":');
    writeFileSync(`${kvConfigPath}.bak`, '{"configTable":{"n":{"k":"v"}}}');
    const { ask } = await useNameServer({ kvConfigPath });
    expect((await ask(RequestCode.GET_KV_CONFIG, { namespace: 'n', key: 'k' })).extFields).toEqual({ value: 'v' });
  });

  it('lists a namespace and says when there is none', async () => {
    const { ask } = await useNameServer();
    const missing = await ask(RequestCode.GET_KVLIST_BY_NAMESPACE, { namespace });
    expect([missing.code, missing.remark]).toEqual([
      ResponseCode.QUERY_NOT_FOUND,
      `No config item, Namespace: ${namespace}`,
    ]);
    await ask(RequestCode.PUT_KV_CONFIG, { namespace, key: 'A', value: 'broker-a:4' });
    const table = decodeKVTable((await ask(RequestCode.GET_KVLIST_BY_NAMESPACE, { namespace })).body);
    expect(table.table).toEqual(new Map([['A', 'broker-a:4']]));
  });

  it('brings ordered topics to brokers, and to clients when that is on', async () => {
    const { ask } = await useNameServer({ orderMessageEnable: true });
    await ask(RequestCode.PUT_KV_CONFIG, { namespace, key: 'A', value: 'broker-a:4' });
    expect(decodeKVTable((await register(ask)).body).table.get('A')).toBe('broker-a:4');
    const route = decodeTopicRouteData((await ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'A' })).body);
    expect(route.orderTopicConf).toBe('broker-a:4');
  });

  it('is bounded', async () => {
    const { ask } = await useNameServer();
    const long = await ask(RequestCode.PUT_KV_CONFIG, { namespace, key: 'k'.repeat(256), value: 'v' });
    expect(long.code).toBe(ResponseCode.INVALID_PARAMETER);
  });
});

describe('the configuration', () => {
  it('is told as properties and changed only where that counts at once', async () => {
    const { ask } = await useNameServer();
    const update = async (text: string) =>
      (await ask(RequestCode.UPDATE_NAMESRV_CONFIG, undefined, Buffer.from(text))).code;
    const print = async () => (await ask(RequestCode.GET_NAMESRV_CONFIG)).body?.toString() ?? '';
    expect(await print()).toContain('orderMessageEnable=false');
    expect(await update('orderMessageEnable=true\nenableTopicList=false')).toBe(ResponseCode.SUCCESS);
    expect(await print()).toContain('orderMessageEnable=true');
    expect((await ask(RequestCode.GET_UNIT_TOPIC_LIST)).remark).toBe('disable');
    expect(await update('kvConfigPath=/etc/passwd')).toBe(ResponseCode.NO_PERMISSION);
    expect(await update('listenPort=1')).toBe(ResponseCode.NO_PERMISSION);
    expect(await update('__proto__=1')).toBe(ResponseCode.INVALID_PARAMETER);
    expect(await update('orderMessageEnable=false\nnonsense=1')).toBe(ResponseCode.INVALID_PARAMETER);
    const smuggled = Buffer.from('orderMessageEnable=true\\nlistenPort=1');
    expect((await ask(RequestCode.UPDATE_NAMESRV_CONFIG, undefined, smuggled)).remark).toContain('control characters');
    expect(await print()).toContain('orderMessageEnable=true');
  });

  it('may let routes wait until the brokers had time to register', async () => {
    const { ask } = await useNameServer({ needWaitForService: true, waitForServiceMs: 60_000 });
    await register(ask);
    const answer = await ask(RequestCode.GET_ROUTEINFO_BY_TOPIC, { topic: 'A' });
    expect([answer.code, answer.remark]).toEqual([ResponseCode.SYSTEM_ERROR, 'name server not ready']);
  });
});

it('tells the replicas of a group who has the smallest id now', async () => {
  const { ask } = await useNameServer({ notifyMinBrokerIdChanged: true });
  const listener = new RemotingServer({ host: '127.0.0.1', port: 0, logger: silentLogger });
  const heard = new Promise<RemotingCommand>((resolve) => {
    listener.registerProcessor(RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE, (request) => {
      resolve(request);
      return createResponse(ResponseCode.SUCCESS);
    });
  });
  const { port } = await listener.start();
  undo.push(() => listener.shutdown(0));
  await register(ask, { brokerId: 2, brokerAddr: `127.0.0.1:${port}`, enableActingMaster: true });
  await register(ask, { enableActingMaster: true });
  expect((await heard).extFields).toEqual({
    brokerName: 'broker-a',
    minBrokerId: '0',
    minBrokerAddr: '10.0.0.1:10911',
    haBrokerAddr: '10.0.0.1:10912',
  });
});

it('starts with little work', async () => {
  const before = process.cpuUsage();
  await useNameServer();
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(250);
});

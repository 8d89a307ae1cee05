import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeRegisterBrokerBody } from '../protocol/bodies/register-broker-body.js';
import { encodeKVTable } from '../protocol/bodies/kv-table.js';
import { createResponse, type RemotingCommand } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import type { TopicConfig } from '../protocol/topic-config.js';
import { ConnectionError } from '../runtime/errors.js';
import type { Logger } from '../runtime/logger.js';
import { silentLogger } from '../runtime/logger.js';
import { ManualTime } from '../runtime/manual-time.js';
import {
  BrokerRegistration,
  type ClusterSettings,
  type NameServerCaller,
  type RegisteredTopics,
} from './broker-registration.js';

const topic = (topicName: string): TopicConfig => ({
  topicName,
  readQueueNums: 4,
  writeQueueNums: 4,
  perm: 6,
  topicFilterType: 'SINGLE_TAG',
  topicSysFlag: 0,
  order: false,
  attributes: new Map(),
});

class Topics implements RegisteredTopics {
  readonly table = new Map([topic('A'), topic('B')].map((config) => [config.topicName, config]));
  dataVersion = { counter: 1, stateVersion: 0, timestamp: 5 };
  ordered: string[] | undefined;
  #listener: (topic: string, config: TopicConfig | undefined) => void = () => {};
  get = (name: string) => this.table.get(name);
  all = () => this.table.values();
  onChange = (listener: (topic: string, config: TopicConfig | undefined) => void) => {
    this.#listener = listener;
  };
  updateOrderTopics = (ordered: ReadonlySet<string>) => {
    this.ordered = [...ordered];
  };
  add(name: string): void {
    this.table.set(name, topic(name));
    this.dataVersion = { ...this.dataVersion, counter: this.dataVersion.counter + 1 };
    this.#listener(name, this.table.get(name));
  }
}

/** Name servers that remember what they were told; an address in `away` cannot be reached. */
class NameServers implements NameServerCaller {
  readonly told: { address: string; code: number; topics: string[]; perms: number[] }[] = [];
  readonly away = new Set<string>();
  code = 0;
  orderTopics = new Map<string, string>();
  #closed: (address: string) => void = () => {};

  onConnectionClosed(listener: (address: string) => void): void {
    this.#closed = listener;
  }

  restart(address: string): void {
    this.#closed(address);
  }

  async invoke(address: string, request: RemotingCommand): Promise<RemotingCommand> {
    if (this.away.has(address)) throw new ConnectionError(`${address} is away`);
    const isRegistration = request.code === RequestCode.REGISTER_BROKER;
    const table = isRegistration
      ? decodeRegisterBrokerBody(request.body, request.version).topicConfigSerializeWrapper.topicConfigTable
      : new Map<string, TopicConfig>();
    const perms = [...table.values()].map(({ perm }) => perm);
    this.told.push({ address, code: request.code, topics: [...table.keys()], perms });
    return createResponse(this.code, 'no', {}, encodeKVTable({ table: this.orderTopics }));
  }
}

let time: ManualTime;
let topics: Topics;
let servers: NameServers;
let settings: { -readonly [Field in keyof ClusterSettings]: ClusterSettings[Field] };
let warnings: string[];
let permission: number;

const registrant = () => ({
  clusterName: 'C',
  brokerName: 'b',
  brokerId: 0,
  address: '10.0.0.1:10911',
  haAddress: '10.0.0.1:10912',
});

function make(): BrokerRegistration {
  const logger: Logger = { ...silentLogger, warn: (sentence) => void warnings.push(sentence) };
  return new BrokerRegistration({
    settings,
    topics,
    client: servers,
    scheduler: time,
    logger,
    registrant,
    brokerPermission: () => permission,
  });
}

const told = (address: string) =>
  servers.told.filter((one) => one.address === address).map(({ topics: names }) => names.join());

beforeEach(() => {
  time = new ManualTime();
  topics = new Topics();
  servers = new NameServers();
  settings = {
    nameServers: 'n1:9876; n2:9876',
    registerEveryMs: 30_000,
    registerTimeoutMs: 24_000,
    forceRegister: true,
    compressedRegister: false,
  };
  warnings = [];
  permission = 6;
});

describe('BrokerRegistration', () => {
  it('tells every name server everything at the start, and again each period', async () => {
    const registration = make();
    await registration.start();
    expect(told('n1:9876')).toEqual(['A,B']);
    expect(told('n2:9876')).toEqual(['A,B']);
    expect(registration.isRegistered).toBe(true);
    await time.advance(30_000);
    expect(told('n1:9876')).toEqual(['A,B', 'A,B']);
  });

  it('holds the period between ten seconds and a minute', async () => {
    settings.registerEveryMs = 1;
    await make().start();
    await time.advance(9999);
    expect(told('n1:9876')).toHaveLength(1);
    await time.advance(1);
    expect(told('n1:9876')).toHaveLength(2);
  });

  it('tells a new topic alone and at once', async () => {
    await make().start();
    topics.add('C');
    await time.advance(0);
    expect(told('n2:9876')).toEqual(['A,B', 'C']);
  });

  it('keeps trying a name server that is away, says so once, and then tells it everything', async () => {
    servers.away.add('n2:9876');
    const registration = make();
    await registration.start();
    expect(registration.isRegistered).toBe(true);
    topics.add('C');
    await time.advance(20_000);
    expect(warnings).toHaveLength(1);
    servers.away.clear();
    await time.advance(10_000);
    expect(told('n2:9876')[0]).toBe('A,B,C');
  });

  it('tells a restarted name server everything without waiting for the period', async () => {
    await make().start();
    servers.restart('n1:9876');
    await time.advance(1000);
    expect(told('n1:9876')).toEqual(['A,B', 'A,B']);
  });

  it('registers everything where a single topic was refused', async () => {
    await make().start();
    servers.code = 1;
    topics.add('C');
    await time.advance(0);
    servers.code = 0;
    await time.advance(600);
    expect(told('n1:9876')).toEqual(['A,B', 'C', 'A,B,C']);
  });

  it('marks the topics that name servers call ordered', async () => {
    servers.orderTopics = new Map([['A', 'b:4']]);
    await make().start();
    expect(topics.ordered).toEqual(['A']);
  });

  it('takes from topics what the broker does not permit', async () => {
    permission = 4;
    await make().start();
    expect(servers.told[0]?.perms).toEqual([4, 4]);
  });

  it('says good-bye to those who know it, and nothing afterwards', async () => {
    servers.away.add('n2:9876');
    const registration = make();
    await registration.start();
    servers.told.length = 0;
    await registration.shutdown();
    topics.add('C');
    await time.advance(60_000);
    expect(servers.told.map(({ address, code }) => [address, code])).toEqual([
      ['n1:9876', RequestCode.UNREGISTER_BROKER],
    ]);
    expect(time.pending).toBe(0);
  });

  it('can tell it all compressed', async () => {
    settings.compressedRegister = true;
    await make().start();
    expect(told('n1:9876')).toEqual(['A,B']);
  });

  it('follows a changed list of name servers', async () => {
    const registration = make();
    await registration.start();
    settings.nameServers = 'n3:9876';
    await registration.registerAll();
    expect(told('n3:9876')).toEqual(['A,B']);
    await time.advance(30_000);
    expect(told('n1:9876')).toHaveLength(1);
  });

  it('starts without name servers', async () => {
    settings.nameServers = '';
    const registration = make();
    await registration.start();
    expect(registration.isRegistered).toBeUndefined();
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Broker,
  createBroker,
  createRequest,
  defaultBrokerConfig,
  type Disk,
  type DiskFile,
  NodeDisk,
  RemotingClient,
  type RemotingCommand,
  RequestCode,
  ResponseCode,
  startEmbeddedRocketMQ,
} from 'rocketmq-broker-core';
import { makeTemporaryDirectory } from '../../libs/broker-core/src/runtime/temporary-directory.js';
import { freeBrokerPort } from '../support/apache/index.mjs';
import { CollectingLogger } from '../support/collecting-logger.js';
import { patientClient } from '../support/patient-client.js';
import { pullFields as fieldsOfPull, sendFields } from '../support/speak-to.js';

const MiB = 1024 * 1024;

let directory: ReturnType<typeof makeTemporaryDirectory>;
let client: RemotingClient;
let brokers: Broker[];

beforeEach(() => {
  directory = makeTemporaryDirectory('rocketmq-life-');
  client = patientClient();
  brokers = [];
});

afterEach(async () => {
  await client.shutdown();
  for (const broker of brokers) await broker.shutdown();
  directory.remove();
});

function build(port = 0, logger = new CollectingLogger(), disk: Disk = new NodeDisk()): Broker {
  const config = defaultBrokerConfig({
    identity: { brokerName: 'b', advertisedHost: '127.0.0.1' },
    network: { host: '127.0.0.1', port },
    // A busy machine is no reason to refuse.
    delivery: { sendMayWaitMs: 60_000 },
    store: { rootDirectory: directory.path, commitLogFileBytes: 16 * MiB, maxHashSlotNum: 1000, maxIndexNum: 4000 },
    consumers: { flushOffsetsEveryMs: 60_000 }, // when a broker stops, and not before
  });
  const broker = createBroker(config, { logger, disk });
  brokers.push(broker);
  return broker;
}

/** A disk on which the table of consumer offsets takes as long to save as a spec likes. */
class SlowDisk extends NodeDisk {
  /** Resolves when the table is being saved, after `hold`. */
  readonly saving: Promise<void>;
  #noteSaving: () => void = () => {};
  #held: Promise<void> | undefined;
  release: () => void = () => {};

  constructor() {
    super();
    this.saving = new Promise((resolve) => (this.#noteSaving = resolve));
  }

  hold(): void {
    this.#held = new Promise((resolve) => (this.release = resolve));
  }

  override open(path: string, options?: { readonly create?: boolean; readonly readOnly?: boolean }): DiskFile {
    const file = super.open(path, options);
    if (this.#held === undefined || !path.endsWith('consumerOffset.json.tmp')) return file;
    const awaitSynced = file.awaitSynced.bind(file);
    file.awaitSynced = async () => {
      this.#noteSaving();
      await this.#held;
      await awaitSynced();
    };
    return file;
  }
}

const pullFields = fieldsOfPull('T', 1, { group: 'g', suspendMs: 20_000 });

const ask = (port: number, code: number, fields: Record<string, string>, body?: Buffer): Promise<RemotingCommand> =>
  client.invoke(`127.0.0.1:${port}`, createRequest(code, fields, body), 20_000);
const send = (port: number) => ask(port, RequestCode.SEND_MESSAGE_V2, sendFields('T', 0), Buffer.from('x'));

describe('a broker', () => {
  it('serves sends, and nothing that waits long, on a second port two below the first', async () => {
    const port = await freeBrokerPort();
    await build(port).start();
    expect((await send(port - 2)).code).toBe(ResponseCode.SUCCESS);
    expect((await ask(port - 2, RequestCode.PULL_MESSAGE, pullFields)).code).toBe(
      ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
    );
    expect((await ask(port, RequestCode.PULL_MESSAGE, { ...pullFields, queueOffset: '0' })).code).toBe(
      ResponseCode.SUCCESS,
    );
  });

  it('refuses to start on a store that another holds, says who, and leaves it alone', async () => {
    const first = build();
    const { port } = await first.start();
    await expect(build().start()).rejects.toThrow(String(process.pid));
    expect((await send(port)).code).toBe(ResponseCode.SUCCESS);
  });

  it('lets go of the store when its port is taken', async () => {
    const { port } = await build().start();
    const other = makeTemporaryDirectory('rocketmq-life-');
    const config = defaultBrokerConfig({
      network: { host: '127.0.0.1', port, isVipPortOpen: false },
      store: { rootDirectory: other.path, commitLogFileBytes: 16 * MiB },
    });
    for (let times = 0; times < 2; times++) {
      await expect(createBroker(config).start()).rejects.toThrow('the port is in use');
    }
    other.remove();
  });

  it('answers who waits when it stops, instead of waiting as well, and has everything after it', async () => {
    const first = build();
    const { port } = await first.start();
    for (let times = 0; times < 10; times++) await send(port);
    await ask(port, RequestCode.PULL_MESSAGE, { ...pullFields, sysFlag: '5', commitOffset: '7' });
    const waiting = ask(port, RequestCode.PULL_MESSAGE, { ...pullFields, queueOffset: '10' });
    await send(port).then(() => waiting);
    const held = ask(port, RequestCode.PULL_MESSAGE, { ...pullFields, queueOffset: '11' });
    await ask(port, RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: '0' }); // behind it: the pull is held now
    const inFlight = Array.from({ length: 50 }, () => send(port));
    const startedAt = performance.now();
    const stopped = first.shutdown();
    expect((await held).code).toBe(ResponseCode.PULL_NOT_FOUND);
    await stopped;
    // The pull would have been held for twenty seconds.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(first.shutdown()).toBe(stopped);
    // Those that came too late were told to go away and found nobody else to ask.
    const answers = await Promise.allSettled(inFlight);
    const acknowledged = answers.filter((answer) => answer.status === 'fulfilled' && answer.value.code === 0).length;
    const again = await build().start();
    const end = await ask(again.port, RequestCode.GET_MAX_OFFSET, { topic: 'T', queueId: '0' });
    expect(Number(end.extFields?.['offset'])).toBeGreaterThanOrEqual(11 + acknowledged);
    const offset = await ask(again.port, RequestCode.QUERY_CONSUMER_OFFSET, { ...pullFields, consumerGroup: 'g' });
    expect(offset.extFields).toEqual({ offset: '7' });
  });

  it('confirms no commit that it would forget: whoever asks while the tables are saved hears nothing', async () => {
    const disk = new SlowDisk();
    const first = build(0, undefined, disk);
    const { port } = await first.start();
    await send(port);
    // Too old to be told to go away: it is served as long as its connection is there.
    const commit = (commitOffset: string) => {
      const fields = { consumerGroup: 'g', topic: 'T', queueId: '0', commitOffset };
      const request = createRequest(RequestCode.UPDATE_CONSUMER_OFFSET, fields);
      return client.invoke(`127.0.0.1:${port}`, { ...request, version: 400 }, 20_000);
    };
    await ask(port, RequestCode.PULL_MESSAGE, { ...pullFields, queueOffset: '0' }); // makes the group
    expect((await commit('7')).code).toBe(ResponseCode.SUCCESS);
    disk.hold();
    const stopped = first.shutdown();
    await disk.saving;
    const late = await commit('9').then(
      () => 'confirmed',
      () => 'unanswered',
    );
    disk.release();
    await stopped;
    expect(late).toBe('unanswered');
    const again = await build().start();
    const offset = await ask(again.port, RequestCode.QUERY_CONSUMER_OFFSET, { ...pullFields, consumerGroup: 'g' });
    expect(offset.extFields).toEqual({ offset: '7' });
  });

  it('starts with less than half a second of work, name server included', async () => {
    const startedAt = process.cpuUsage();
    const embedded = await startEmbeddedRocketMQ();
    const { user, system } = process.cpuUsage(startedAt);
    await embedded.stop();
    await embedded.stop();
    expect((user + system) / 1000).toBeLessThan(500);
  });
});

import { afterAll, beforeAll, expect } from '@jest/globals';
import {
  createRequest,
  type EmbeddedOptions,
  type EmbeddedRocketMQ,
  type ExtFields,
  RemotingClient,
  type RemotingCommand,
  startEmbeddedRocketMQ,
} from 'rocketmq-broker-core';
import { makeTemporaryDirectory } from '../../libs/broker-core/src/runtime/temporary-directory.js';
import { patientClient } from './patient-client.js';
import { CollectingLogger } from './collecting-logger.js';

export interface UseBrokerOptions extends Omit<EmbeddedOptions, 'storePath' | 'logger'> {
  /** Errors that the broker is expected to log; any other one fails the specs. */
  readonly expectedErrors?: RegExp;
}

/** A broker with its name server, on free ports and a temporary store, for all specs of the calling block. */
export interface UsedBroker {
  readonly nameServerAddress: string;
  readonly brokerAddress: string;
  readonly storePath: string;
  readonly embedded: EmbeddedRocketMQ;
  /** A remoting client of the specs' own. */
  readonly client: RemotingClient;
  readonly log: CollectingLogger;
  /** Asks the broker; any response code is an answer. */
  call(code: number, fields?: ExtFields, body?: Buffer): Promise<RemotingCommand>;
  /** Stops the broker and starts another one on the same store and, with `samePorts`, at the same addresses. */
  restart(options?: { readonly samePorts?: boolean }): Promise<void>;
}

const CALL_TIMEOUT_MS = 20_000;

/** Starts a broker before the specs of the calling block and stops it behind them; fails if it logged an error. */
export function useBroker(options: UseBrokerOptions = {}): UsedBroker {
  const log = new CollectingLogger();
  let embedded: EmbeddedRocketMQ | undefined;
  let client: RemotingClient | undefined;
  let directory: { path: string; remove(): void } | undefined;

  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the broker is not there before the specs of its block run');
    return value;
  };
  const start = async (more: EmbeddedOptions = {}) => {
    embedded = await startEmbeddedRocketMQ({ ...options, ...more, storePath: started(directory).path, logger: log });
  };

  beforeAll(async () => {
    directory = makeTemporaryDirectory('rocketmq-spec-');
    client = patientClient({ logger: log });
    await start();
  });

  afterAll(async () => {
    await client?.shutdown();
    await embedded?.stop();
    directory?.remove();
    const { expectedErrors } = options;
    expect(log.errors.filter((line) => !expectedErrors?.test(line))).toEqual([]);
  });

  return {
    log,
    get embedded() {
      return started(embedded);
    },
    get client() {
      return started(client);
    },
    get nameServerAddress() {
      return started(embedded).nameServerAddress;
    },
    get brokerAddress() {
      return started(embedded).brokerAddress;
    },
    get storePath() {
      return started(directory).path;
    },
    call(code, fields, body) {
      return started(client).invoke(
        started(embedded).brokerAddress,
        createRequest(code, fields, body),
        CALL_TIMEOUT_MS,
      );
    },
    async restart({ samePorts = false } = {}) {
      const { nameServerAddress, brokerAddress } = started(embedded);
      await started(embedded).stop();
      await start(samePorts ? { nameServerPort: portOf(nameServerAddress), brokerPort: portOf(brokerAddress) } : {});
    },
  };
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

import { resolve } from 'node:path';
import type { Logger } from 'rocketmq-broker-core/client';
import type { EmbeddedOptions } from '../interfaces/connection-options.js';

/** A name server and a broker in this process. */
export interface EmbeddedBroker {
  /** `127.0.0.1:port` */
  readonly nameServerAddress: string;
  /** Resolves with the reason when the store cannot go on. */
  readonly fatal: Promise<unknown>;
  /** Flushes and closes; a temporary store is removed. */
  stop(): Promise<void>;
}

/**
 * Starts a broker in this process. The broker's code is loaded here and only here: applications that connect to a
 * cluster never read it.
 */
export async function startEmbeddedBroker(options: EmbeddedOptions, logger: Logger): Promise<EmbeddedBroker> {
  const { startEmbeddedRocketMQ } = await import('rocketmq-broker-core');
  const { storePath, ...rest } = options;
  return startEmbeddedRocketMQ({
    ...rest,
    ...(storePath === undefined ? {} : { storePath: resolve(storePath) }),
    logger: quiet(logger),
  });
}

/** The application speaks for itself: of the broker's log only what somebody should see. */
function quiet(logger: Logger): Logger {
  return {
    ...logger,
    info: (message, fields) => logger.debug(message, fields),
    child: (fields) => quiet(logger.child(fields)),
  };
}

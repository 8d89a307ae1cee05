import type { PinoLogger } from 'nestjs-pino';
import type { LogFields, Logger } from 'rocketmq-broker-core';

/** Lets broker and name server write into the application's log, with their fields as fields. */
export function coreLogger(logger: PinoLogger, fields: LogFields = {}): Logger {
  const merge = (own: LogFields | undefined) => {
    const { error, ...others } = { ...fields, ...own } as Record<string, unknown>;
    // pino prints an Error with its stack under `err`.
    return error === undefined ? others : { ...others, err: error };
  };
  return {
    error: (message, own) => logger.error(merge(own), message),
    warn: (message, own) => logger.warn(merge(own), message),
    info: (message, own) => logger.info(merge(own), message),
    debug: (message, own) => logger.debug(merge(own), message),
    child: (more) => coreLogger(logger, { ...fields, ...more }),
  };
}

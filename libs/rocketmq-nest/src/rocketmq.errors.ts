import { RocketMQError } from 'rocketmq-broker-core/client';

/** Options that cannot work: the application does not start. The message names the option and where it stands. */
export class RocketMQOptionsError extends RocketMQError {
  readonly code = 'ROCKETMQ_OPTIONS';
  readonly ends = 'process';
}

/** A call that cannot work, whatever the broker does: nothing was sent. */
export class RocketMQArgumentError extends RocketMQError {
  readonly code = 'ROCKETMQ_ARGUMENT';
  readonly ends = 'request';
}

/** A call before the application started, or after it stopped. */
export class RocketMQNotRunningError extends RocketMQError {
  readonly code = 'ROCKETMQ_NOT_RUNNING';
  readonly ends = 'request';
}

/** A body that cannot become the wanted type; a handler's `errorHandler` may tell it by this class or by its `code`. */
export class PayloadConversionError extends RocketMQError {
  readonly code = 'ROCKETMQ_PAYLOAD_CONVERSION';
  readonly ends = 'request';
}

/** Whatever was thrown, as an Error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

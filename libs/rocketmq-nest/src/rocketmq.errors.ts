import { RocketMQError } from 'rocketmq-broker-core/client';
import type { MessageExt } from './messages/message-ext.js';

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
  /** Private, so that logs of the error do not print the body. */
  #messageExt: MessageExt | undefined;

  /** The message whose body it is, as it was received. */
  get messageExt(): MessageExt | undefined {
    return this.#messageExt;
  }

  /** Notes whose body it is. */
  of(message: MessageExt): this {
    this.#messageExt ??= message;
    return this;
  }
}

/** Whatever was thrown, as an Error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

import { RpcException } from '@nestjs/microservices';
import { ConsumeResult, type Millis } from './interfaces/vocabulary.js';

/** Marks our exceptions across the two builds of this library, where `instanceof` would fail. */
const OUTCOME = Symbol.for('rocketmq-nest:outcome');

/** What an exception says should become of its message. */
export interface ExceptionOutcome {
  readonly result: ConsumeResult;
  readonly delayLevel?: number;
  readonly delay?: Millis;
}

/** The common part: `getError` gives the exception itself, because that alone survives Nest's RPC exception layer. */
abstract class ConsumeException extends RpcException {
  constructor(message: string, outcome: ExceptionOutcome, cause: unknown) {
    super(message);
    this.name = new.target.name;
    Object.defineProperty(this, OUTCOME, { value: outcome });
    if (cause !== undefined) this.cause = cause;
  }

  override getError(): this {
    return this;
  }
}

/** Throw it to have the message again: after `delayLevel`, or after the level that is not shorter than `delay`. */
export class RocketMQRetryException extends ConsumeException {
  constructor(message = 'retry', options: { delayLevel?: number; delay?: Millis; cause?: unknown } = {}) {
    const { cause, ...outcome } = options;
    super(message, { result: ConsumeResult.RETRY, ...outcome }, cause);
  }
}

/** Throw it to put the message into `%DLQ%group` at once. */
export class RocketMQDeadLetterException extends ConsumeException {
  constructor(message = 'dead letter', options: { cause?: unknown } = {}) {
    super(message, { result: ConsumeResult.DEAD_LETTER }, options.cause);
  }
}

/** Throw it to be done with the message although it was not handled. */
export class RocketMQSkipException extends ConsumeException {
  constructor(message = 'skipped', options: { cause?: unknown } = {}) {
    super(message, { result: ConsumeResult.SUCCESS }, options.cause);
  }
}

/** What `error` asks for, if it is one of the three above. */
export function outcomeOf(error: unknown): ExceptionOutcome | undefined {
  return typeof error === 'object' && error !== null ? (error as { [OUTCOME]?: ExceptionOutcome })[OUTCOME] : undefined;
}

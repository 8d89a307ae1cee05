import { BaseRpcContext } from '@nestjs/microservices';
import type { RocketMQListenerContainer } from '../interfaces/listener-container.js';
import type { TimeLimit } from '../interfaces/time-limit.js';
import type { MessageExt } from '../messages/message-ext.js';

/** The context type that Nest's `ExecutionContext.getType()` answers for listeners. */
export const ROCKETMQ_CONTEXT_TYPE = 'rocketmq';

/** Whether guards, interceptors and filters are looking at a RocketMQ listener: `isRocketMQContext(context.getType())`. */
export function isRocketMQContext(type: string): boolean {
  return type === ROCKETMQ_CONTEXT_TYPE;
}

/** What a handler can know about the message it got, besides its payload. */
export class RocketMQContext extends BaseRpcContext<
  [message: MessageExt, group: { consumerGroup: string }, container: RocketMQListenerContainer]
> {
  readonly #limit: TimeLimit;
  #delayLevel: number | undefined;

  constructor(message: MessageExt, container: RocketMQListenerContainer, limit: TimeLimit) {
    super([message, { consumerGroup: container.consumerGroup }, container]);
    this.#limit = limit;
  }

  /**
   * Aborted when the handler runs out of time: `consumeTimeout` (CONCURRENTLY), its queue going to another member of the
   * group (ORDERLY), or the drain of a stop.
   */
  get signal(): AbortSignal {
    return this.#limit.signal;
  }

  getMessage(): MessageExt {
    return this.args[0];
  }

  getTopic(): string {
    return this.getMessage().topic;
  }

  getTag(): string | undefined {
    return this.getMessage().tags;
  }

  getKeys(): readonly string[] {
    return this.getMessage().keys;
  }

  getProperty(name: string): string | undefined {
    return this.getMessage().getProperty(name);
  }

  getConsumerGroup(): string {
    return this.args[1].consumerGroup;
  }

  /** 0 at the first delivery. */
  getReconsumeTimes(): number {
    return this.getMessage().reconsumeTimes;
  }

  getContainer(): RocketMQListenerContainer {
    return this.args[2];
  }

  /** Delay level of the retry, should there be one: 0 lets the broker decide, -1 means dead letter. */
  setDelayLevelWhenNextConsume(level: number): void {
    this.#delayLevel = level;
  }

  /** What `setDelayLevelWhenNextConsume` was told. */
  get delayLevelWhenNextConsume(): number | undefined {
    return this.#delayLevel;
  }
}

/** The context of a batch: that of each message, in order. */
export class RocketMQBatchContext extends BaseRpcContext<
  [messages: readonly MessageExt[], group: { consumerGroup: string }, container: RocketMQListenerContainer]
> {
  readonly #contexts: readonly RocketMQContext[];
  readonly #limit: TimeLimit;

  constructor(contexts: readonly RocketMQContext[], container: RocketMQListenerContainer, limit: TimeLimit) {
    super([contexts.map((context) => context.getMessage()), { consumerGroup: container.consumerGroup }, container]);
    this.#contexts = contexts;
    this.#limit = limit;
  }

  /** As that of each message's context. */
  get signal(): AbortSignal {
    return this.#limit.signal;
  }

  getMessages(): readonly MessageExt[] {
    return this.args[0];
  }

  getContexts(): readonly RocketMQContext[] {
    return this.#contexts;
  }

  getConsumerGroup(): string {
    return this.args[1].consumerGroup;
  }

  getContainer(): RocketMQListenerContainer {
    return this.args[2];
  }
}

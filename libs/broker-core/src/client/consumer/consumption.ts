import type { MessageExt } from '../../protocol/message.js';
import { MessageConst } from '../../protocol/message-const.js';
import { retryTopicOf } from '../../protocol/topic-names.js';
import type { DirectConsumption } from '../instance/group-members.js';
import type { Awaitable } from './listeners.js';
import type { ProcessQueue } from './process-queue.js';

/** Takes pulled messages to the listener and their outcome to the offsets. RocketMQ: ConsumeMessageService. */
export interface Consumption {
  readonly isOrderly: boolean;
  start(): void;
  /** New messages are in the queue's cache. */
  accept(messages: readonly MessageExt[], queue: ProcessQueue): void;
  /** Hands one message to the listener, for operators. */
  consumeDirectly(message: MessageExt, brokerName: string | undefined): Promise<DirectConsumption>;
  /** Resolves when no listener call for this queue runs, or after `waitMs`; answers which. */
  awaitIdle(queue: ProcessQueue, waitMs: number): Promise<boolean>;
  /** Begins no further listener calls until `resume`. */
  pause(): void;
  resume(): void;
  /** Begins no further listener calls; resolves when those in flight have ended, or after `waitMs`. */
  stop(waitMs: number): Promise<void>;
}

/** What a listener said: its word, or none and what it threw. */
export interface Heard<S> {
  readonly status: S | undefined;
  readonly error: unknown;
}

/** Calls a listener; one that throws, or answers nothing, has answered too. */
export async function hear<S>(call: () => Awaitable<S | undefined>): Promise<Heard<S>> {
  try {
    return { status: await call(), error: undefined };
  } catch (error) {
    return { status: undefined, error: error ?? new Error('the listener threw nothing') };
  }
}

/** Messages of the group's retry topic arrive under the topic they were sent to. */
export function restoreTopic(messages: readonly MessageExt[], group: string): void {
  for (const message of messages) {
    const original = message.properties.get(MessageConst.PROPERTY_RETRY_TOPIC);
    if (original !== undefined && message.topic === retryTopicOf(group)) message.topic = original;
  }
}

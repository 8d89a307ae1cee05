import type { MessageHandler } from '@nestjs/microservices';
import { formatDestination, parseDestination } from '../messages/destination.js';
import { RocketMQArgumentError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

/** One handler with its pattern read. */
export interface PatternRoute {
  readonly topic: string;
  readonly tag: string | undefined;
  readonly handler: MessageHandler;
}

/**
 * A pattern as a destination.
 *
 * Throws  RocketMQArgumentError for patterns that are not texts: RocketMQ routes by topic and tag
 */
export function readPattern(pattern: unknown): string {
  if (typeof pattern !== 'string')
    throw new RocketMQArgumentError(messages.patternNotText(JSON.stringify(pattern) ?? 'undefined'));
  const { topic, tag } = parseDestination(pattern);
  return formatDestination(topic, tag);
}

/** The handlers of one group, by topic and tag. */
export class PatternRouter {
  readonly #routes: readonly PatternRoute[];

  constructor(handlers: ReadonlyMap<string, MessageHandler>) {
    this.#routes = [...handlers].map(([pattern, handler]) => {
      const { topic, tag } = parseDestination(pattern);
      return { topic, tag, handler };
    });
  }

  /** Each topic once, with an expression that covers the tags of its handlers. */
  subscriptions(): { topic: string; selectorExpression: string }[] {
    const topics = new Map<string, Set<string>>();
    for (const { topic, tag } of this.#routes) topics.set(topic, (topics.get(topic) ?? new Set()).add(tag ?? '*'));
    return [...topics].map(([topic, tags]) => ({
      topic,
      selectorExpression: tags.has('*') ? '*' : [...tags].sort().join(' || '),
    }));
  }

  /** `topic:tag` wins over `topic`. */
  route(topic: string, tag: string | undefined): MessageHandler | undefined {
    const ofTopic = this.#routes.filter((route) => route.topic === topic);
    const exact = tag === undefined ? undefined : ofTopic.find((route) => route.tag === tag);
    return (exact ?? ofTopic.find((route) => route.tag === undefined))?.handler;
  }
}

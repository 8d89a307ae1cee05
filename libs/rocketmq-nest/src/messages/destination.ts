import type { Destination, ParsedDestination } from '../interfaces/vocabulary.js';
import { RocketMQArgumentError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

/**
 * Splits `topic` or `topic:tag` at the first colon, so a tag may contain further colons.
 *
 * Throws  RocketMQArgumentError for an empty topic, an empty tag, or several tags joined by `||`
 */
export function parseDestination(destination: Destination): ParsedDestination {
  const text = typeof destination === 'string' ? destination : '';
  const colon = text.indexOf(':');
  const topic = (colon < 0 ? text : text.slice(0, colon)).trim();
  if (topic === '') throw new RocketMQArgumentError(messages.emptyTopic(String(destination)));
  if (colon < 0) return { topic };
  const tag = text.slice(colon + 1).trim();
  if (tag === '') throw new RocketMQArgumentError(messages.emptyTag(destination));
  if (tag.includes('||')) throw new RocketMQArgumentError(messages.severalTags(destination));
  return { topic, tag };
}

/** The inverse of parseDestination. */
export function formatDestination(topic: string, tag?: string): Destination {
  return tag === undefined ? topic : `${topic}:${tag}`;
}

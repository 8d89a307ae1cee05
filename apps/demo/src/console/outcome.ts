import type { JournalEntry } from '../journal/journal-entry.js';
import type { MessageKind } from '../message/message-kind.js';

/** What happened on a topic. */
export interface TopicOutcome {
  sent: number;
  received: number;
  replies: number;
}

/** How the demo went. `problems` is empty when everything arrived. */
export interface Outcome {
  readonly topics: ReadonlyMap<string, TopicOutcome>;
  readonly totals: TopicOutcome;
  readonly problems: readonly string[];
}

/** Counts what happened and says what is missing: every message sent must be received once, every request answered. */
export function judge(kinds: readonly MessageKind[], entries: readonly JournalEntry[]): Outcome {
  const topics = new Map<string, TopicOutcome>();
  for (const { topic, happening } of entries) {
    const outcome = topics.get(topic) ?? { sent: 0, received: 0, replies: 0 };
    topics.set(topic, outcome);
    if (happening === 'sent') outcome.sent++;
    if (happening === 'received') outcome.received++;
    if (happening === 'replied') outcome.replies++;
  }
  const totals = { sent: 0, received: 0, replies: 0 };
  for (const { sent, received, replies } of topics.values()) {
    totals.sent += sent;
    totals.received += received;
    totals.replies += replies;
  }
  return { topics, totals, problems: [...missing(kinds, topics), ...lost(entries), ...failures(entries)] };
}

function missing(kinds: readonly MessageKind[], topics: ReadonlyMap<string, TopicOutcome>): string[] {
  return kinds.flatMap(({ topic, listener, messages, replies }) => {
    const outcome = topics.get(topic) ?? { sent: 0, received: 0, replies: 0 };
    const problems: string[] = [];
    if (outcome.sent < messages) problems.push(`${topic}: ${outcome.sent} of ${messages} messages were sent`);
    if (outcome.received < messages)
      problems.push(`${topic}: ${listener} received ${outcome.received} of ${messages} messages`);
    if (outcome.replies < replies) problems.push(`${topic}: ${outcome.replies} of ${replies} requests were answered`);
    return problems;
  });
}

/** Texts that were sent but never seen by a listener, by name. */
function lost(entries: readonly JournalEntry[]): string[] {
  const received = entries
    .filter(({ happening }) => happening === 'received')
    .map(({ topic, text }) => `${topic} ${text}`);
  const sent = entries.filter(({ happening }) => happening === 'sent');
  return sent.flatMap(({ topic, text }) => {
    const index = received.indexOf(`${topic} ${text}`);
    if (index >= 0) received.splice(index, 1);
    return index >= 0 ? [] : [`${topic}: nobody received ${JSON.stringify(text)}`];
  });
}

function failures(entries: readonly JournalEntry[]): string[] {
  return entries
    .filter(({ happening }) => happening === 'failed')
    .map(({ topic, by, text }) => `${topic}: ${by} failed: ${text}`);
}

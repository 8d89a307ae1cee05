import type { Happening, JournalEntry } from '../journal/journal-entry.js';
import type { MessageKind } from '../message/message-kind.js';
import type { Outcome, TopicOutcome } from './outcome.js';
import type { Palette } from './paint.js';

const SIGN: Record<Happening, string> = { sent: '→', received: '←', replied: '↩', failed: '✗' };
const TOPIC_WIDTH = 18;
const TEXT_WIDTH = 42;

/** Writes the demo to a terminal: a line per happening, and a table at the end. */
export class Reporter {
  constructor(
    private readonly write: (line: string) => void,
    private readonly paint: Palette,
  ) {}

  title(facts: Record<string, string>): void {
    this.write('');
    this.write(`  ${this.paint.bold('RocketMQ for Node')} ${this.paint.dim('· demo')}`);
    for (const [name, value] of Object.entries(facts)) this.write(`  ${this.paint.dim(name.padEnd(10))} ${value}`);
    this.write('');
    const { sent, received, replied, dim } = this.paint;
    this.write(
      `  ${sent('→')} ${dim('sent')}   ${received('←')} ${dim('received')}   ${replied('↩')} ${dim('replied')}`,
    );
    this.write('');
  }

  entry({ happening, topic, tag, text, by, detail, at }: JournalEntry): void {
    const colour = this.paint[happening];
    const time = this.paint.dim(`${at.toFixed(0).padStart(6)} ms`);
    const place = (tag === undefined ? topic : `${topic}:${tag}`).padEnd(TOPIC_WIDTH);
    const words = shorten(text, TEXT_WIDTH).padEnd(TEXT_WIDTH);
    const note = [by, detail].filter(Boolean).join(' · ');
    const indent = happening === 'sent' ? '' : '  ';
    this.write(
      `${time}  ${indent}${colour(`${SIGN[happening]} ${place}`)} ${indent === '' ? '  ' : ''}${words} ${this.paint.dim(note)}`,
    );
  }

  summary(kinds: readonly MessageKind[], outcome: Outcome, seconds: number): void {
    this.write('');
    this.write(this.paint.dim('  topic             listener                         sent  received  replies'));
    for (const kind of kinds) this.#topic(kind, outcome.topics.get(kind.topic));
    this.write('');
    const { sent, received, replies } = outcome.totals;
    const counts = `${sent} messages sent, ${received} received, ${replies} replies in ${seconds.toFixed(1)} s`;
    if (outcome.problems.length === 0) this.write(`  ${this.paint.received('✓')} ${this.paint.bold(counts)}`);
    for (const problem of outcome.problems) this.write(`  ${this.paint.failed(`✗ ${problem}`)}`);
    if (outcome.problems.length > 0) this.write(`  ${this.paint.bold(counts)}`);
    this.write('');
  }

  failure(error: unknown): void {
    this.write('');
    for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
      this.write(`  ${depth === 0 ? this.paint.failed('✗') : this.paint.dim('  because')} ${at.message}`);
    }
    this.write('');
  }

  #topic(kind: MessageKind, outcome: TopicOutcome = { sent: 0, received: 0, replies: 0 }): void {
    const isGood =
      outcome.received >= kind.messages && outcome.replies >= kind.replies && outcome.sent >= kind.messages;
    const mark = isGood ? this.paint.received('✓') : this.paint.failed('✗');
    const numbers = [outcome.sent, outcome.received, kind.replies === 0 ? '' : outcome.replies].map(String);
    const [sent = '', received = '', replies = ''] = numbers;
    this.write(
      `${mark} ${kind.topic.padEnd(17)} ${kind.listener.padEnd(30)} ${sent.padStart(6)} ${received.padStart(9)} ${replies.padStart(8)}`,
    );
  }
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

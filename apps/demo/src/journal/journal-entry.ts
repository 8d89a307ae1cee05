/**
 * What happened to a message, as the demo shows it.
 *
 * sent      the broker said yes (or a one-way send left)
 * received  a listener has it
 * replied   a request got its answer
 * failed    an exception, in words
 */
export type Happening = 'sent' | 'received' | 'replied' | 'failed';

/** One line of the demo. */
export interface JournalEntry {
  readonly id: number;
  readonly happening: Happening;
  readonly topic: string;
  readonly tag?: string;
  /** The payload in words. */
  readonly text: string;
  /** Who: a method of the template, or a listener's class. */
  readonly by: string;
  /** What else is known: status, queue. */
  readonly detail: string;
  /** Milliseconds since the application started. */
  readonly at: number;
}

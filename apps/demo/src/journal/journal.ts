import { Injectable } from '@nestjs/common';
import type { RocketMQContext, SendResult } from 'rocketmq-nest';
import { type Observable, Subject } from 'rxjs';
import type { Happening, JournalEntry } from './journal-entry.js';

/** Entries kept for late viewers; older ones are forgotten. */
const MOST_ENTRIES = 500;

/** Where senders and listeners write what happened, and where the console and the page read it. */
@Injectable()
export class Journal {
  readonly #startedAt = performance.now();
  readonly #bornAfter = Date.now();
  readonly #entries: JournalEntry[] = [];
  readonly #news = new Subject<JournalEntry>();
  #nextId = 1;

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  get news(): Observable<JournalEntry> {
    return this.#news.asObservable();
  }

  sent(by: string, destination: string, payload: unknown, result?: SendResult): void {
    const [topic = '', tag] = destination.split(':');
    const detail = result ? `${result.sendStatus} · queue ${result.messageQueue.queueId}` : '';
    this.#write('sent', topic, tag, payload, by, detail);
  }

  /** Messages of an earlier run (on a broker that outlives the demo) are not ours to show. */
  received(by: string, payload: unknown, context: RocketMQContext): void {
    const message = context.getMessage();
    if (message.bornTimestamp < this.#bornAfter) return;
    this.#write('received', message.topic, message.tags, payload, by, `queue ${message.queueId}`);
  }

  replied(by: string, topic: string, reply: unknown): void {
    this.#write('replied', topic, undefined, reply, by, '');
  }

  failed(by: string, topic: string, error: Error): void {
    this.#write('failed', topic, undefined, error.message, by, error.name);
  }

  #write(
    happening: Happening,
    topic: string,
    tag: string | undefined,
    payload: unknown,
    by: string,
    detail: string,
  ): void {
    const at = performance.now() - this.#startedAt;
    const entry = { id: this.#nextId++, happening, topic, text: describe(payload), by, detail, at };
    const complete: JournalEntry = tag === undefined ? entry : { ...entry, tag };
    this.#entries.push(complete);
    if (this.#entries.length > MOST_ENTRIES) this.#entries.shift();
    this.#news.next(complete);
  }
}

function describe(payload: unknown): string {
  if (typeof payload === 'string') return payload;
  if (payload instanceof Uint8Array) return Buffer.from(payload).toString();
  return `${(payload as object).constructor.name} ${JSON.stringify(payload)}`;
}

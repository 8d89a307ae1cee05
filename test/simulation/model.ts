/** What must be true of a message that was sent. */
export type Promised =
  /** Nothing was answered: it may be there, or not. */
  | 'nothing'
  /** Answered after the write: it survives the death of the process, and of the system up to the last sync. */
  | 'written'
  /** Answered after the sync, or seen by a consumer of a store that shows synced messages only: it survives everything. */
  | 'durable';

/** A message as its sender knows it. */
export interface SentMessage {
  readonly id: string;
  readonly topic: string;
  readonly queueId: number;
  readonly body: Buffer;
  readonly key: string | undefined;
  promised: Promised;
  queueOffset: number;
  commitLogOffset: number;
}

/** A message as a consumer found it. */
export interface FoundMessage {
  readonly id: string;
  readonly queueOffset: number;
  readonly commitLogOffset: number;
}

/** Everything that was sent to a store, and what it owes to those who sent it. */
export class Model {
  readonly sent = new Map<string, SentMessage>();
  #nextId = 0;

  newMessage(topic: string, queueId: number, bodyBytes: number, key: string | undefined): SentMessage {
    const id = `m${this.#nextId++}`;
    const body = Buffer.alloc(Math.max(bodyBytes, 12), `${id}.`);
    const message: SentMessage = {
      id,
      topic,
      queueId,
      body,
      key,
      promised: 'nothing',
      queueOffset: -1,
      commitLogOffset: -1,
    };
    this.sent.set(id, message);
    return message;
  }

  /** Messages to which at least this was promised. */
  promised(least: 'written' | 'durable'): SentMessage[] {
    return [...this.sent.values()].filter(
      ({ promised }) => promised === 'durable' || (least === 'written' && promised === 'written'),
    );
  }

  /** Everything below `offset` of the log was synced. */
  markSynced(offset: number): void {
    for (const message of this.sent.values()) {
      // A sync reaches to the end of a record, so one that begins below is below as a whole.
      if (message.promised === 'written' && message.commitLogOffset < offset) message.promised = 'durable';
    }
  }

  /** After a crash: what was found is what there is, and it was made durable; the rest will never come. */
  restart(found: ReadonlyMap<string, FoundMessage>): void {
    for (const [id, message] of this.sent) {
      const now = found.get(id);
      if (!now) this.sent.delete(id);
      else {
        message.promised = 'durable';
        message.queueOffset = now.queueOffset;
        message.commitLogOffset = now.commitLogOffset;
      }
    }
  }
}

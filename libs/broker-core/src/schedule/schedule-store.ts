import type { PutMessage, PutResult } from '../store/put-message.js';

/** Where a waiting message lies, and when it is due: one ConsumeQueue entry of SCHEDULE_TOPIC_XXXX. */
export interface WaitingEntry {
  readonly commitLogOffset: number;
  readonly sizeBytes: number;
  /** The deliver timestamp, ms since 1970. */
  readonly tagsCode: number;
}

/** What delayed delivery asks of the store. MessageStore is one. */
export interface ScheduleStore {
  /** The entries from `fromQueueOffset` on, without a gap; none when the queue does not reach there. */
  consumeQueueEntries(
    topic: string,
    queueId: number,
    fromQueueOffset: number,
    count: number,
  ): readonly WaitingEntry[] | Promise<readonly WaitingEntry[]>;
  minQueueOffset(topic: string, queueId: number): number;
  maxQueueOffset(topic: string, queueId: number): number;
  selectRecord(commitLogOffset: number, sizeBytes: number): Promise<Buffer | undefined> | Buffer | undefined;
  putMessage(message: PutMessage): Promise<PutResult>;
  onMessageArriving(listener: (topic: string, queueId: number) => void): void;
  /** Resolves when everything that was put before is on disk, or never will be; `flushedWhere` tells. */
  awaitSynced(): Promise<void>;
  /** Bytes of the CommitLog that are known to be on disk. */
  readonly flushedWhere: number;
}

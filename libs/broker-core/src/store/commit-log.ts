import type { HostAddress } from '../protocol/host-address.js';
import { MessageConst } from '../protocol/message-const.js';
import { getPropertyFrom } from '../protocol/message-properties.js';
import { encodeRecord, recordLength } from '../protocol/message-record.js';
import { MessageSysFlag, transactionTypeOf } from '../protocol/sys-flag.js';
import { SystemTopic } from '../protocol/topic-names.js';
import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import { asCommitLogOffset, asQueueOffset } from '../runtime/numbers.js';
import type { ConsumeQueue } from './consume-queue.js';
import type { SegmentFiles } from './files/segment-files.js';
import { BLANK_BYTES, encodeBlank } from './format/blank.js';
import { LogSegments } from './log-segments.js';
import { LogTail, type TailBlock } from './log-tail.js';
import type { PutMessage } from './put-message.js';
import type { DeliverTimestamp } from './scanned-record.js';
import { StagedRecord } from './staged-record.js';
import { type StoreConfig, storeLimits } from './store-config.js';

/** More than a record can need beside its body. RocketMQ: MessageExtEncoder */
export const BESIDE_BODY_BYTES = 64 * 1024;

/**
 * The one log that every message of every topic goes to. RocketMQ: CommitLog
 *
 * A record is given its offset and encoded in memory (`stage`); everything staged is written by one positional write
 * (`write`) and made durable by one sync (`awaitSynced`). Nothing here decides when: see put-pipeline.ts and group-commit.ts.
 */
export class CommitLog {
  readonly tail: LogTail;
  /** Where the next record goes. */
  #stagedOffset = 0;
  /** Everything before this is in the file. */
  #writtenOffset = 0;
  /** Everything before this survives a power cut. */
  #syncedOffset = 0;
  // When the newest record before each of the three was stored.
  #stagedTimestamp = 0;
  #writtenTimestamp = 0;
  #syncedTimestamp = 0;
  readonly #segments: LogSegments;

  constructor(
    config: StoreConfig,
    disk: Disk,
    private readonly clock: Clock,
    private readonly storeHost: () => HostAddress,
    private readonly deliverTimestamp: DeliverTimestamp,
    maxOpenFiles: number | undefined,
  ) {
    this.#segments = new LogSegments(config, disk, maxOpenFiles);
    this.tail = new LogTail(storeLimits.hotTailBytes, Math.min(storeLimits.tailBlockBytes, config.commitLogFileBytes));
  }

  get files(): SegmentFiles {
    return this.#segments.files;
  }

  get minOffset(): number {
    return this.files.startOffset;
  }

  get writtenOffset(): number {
    return this.#writtenOffset;
  }

  get syncedOffset(): number {
    return this.#syncedOffset;
  }

  get syncedTimestamp(): number {
    return this.#syncedTimestamp;
  }

  /** When the newest record was stored; the next one is never older, whatever the clock does. */
  get lastStoreTimestamp(): number {
    return this.#stagedTimestamp;
  }

  /** Continues at `offset`, as recovery found it. */
  resume(offset: number, lastStoreTimestamp: number): void {
    this.#stagedOffset = this.#writtenOffset = this.#syncedOffset = offset;
    this.#stagedTimestamp = this.#writtenTimestamp = this.#syncedTimestamp = lastStoreTimestamp;
  }

  /** Whether a segment can hold the message at all. */
  fits(message: PutMessage): boolean {
    const { segmentBytes } = this.files;
    const isSmall = message.body.length + BESIDE_BODY_BYTES <= segmentBytes;
    return isSmall || this.#sizeOf(message, this.storeHost()) + BLANK_BYTES <= segmentBytes;
  }

  /**
   * Gives a message its place in its queue and in the log, and encodes it there. Nothing is on disk yet.
   *
   * `makeRoom` is called when what is staged has to be written first.
   */
  stage(message: PutMessage, queue: ConsumeQueue, makeRoom: () => void): StagedRecord {
    const storeHost = this.storeHost();
    const sizeBytes = this.#sizeOf(message, storeHost);
    if (this.#stagedOffset + sizeBytes + BLANK_BYTES > this.#segments.endOf(this.#stagedOffset)) this.#roll(makeRoom);
    const block = this.#blockFor(sizeBytes, makeRoom);
    const commitLogOffset = asCommitLogOffset(this.#stagedOffset);
    const hasPlace = takesQueueOffset(message.sysFlag);
    const queueOffset = asQueueOffset(hasPlace ? queue.nextOffset : 0);
    const storeTimestamp = Math.max(this.clock.now(), this.#stagedTimestamp);
    encodeRecord(
      {
        topic: message.topic,
        queueId: message.queueId,
        flag: message.flag,
        queueOffset,
        commitLogOffset,
        sysFlag: message.sysFlag,
        bornTimestamp: message.bornTimestamp,
        bornHost: message.bornHost,
        storeTimestamp,
        storeHost,
        reconsumeTimes: message.reconsumeTimes,
        preparedTransactionOffset: message.preparedTransactionOffset,
        body: message.body,
        propertiesString: message.propertiesString,
      },
      block.bytes,
      commitLogOffset - block.startOffset,
    );
    block.endOffset += sizeBytes;
    this.#stagedOffset += sizeBytes;
    this.#stagedTimestamp = storeTimestamp;
    if (hasPlace) queue.nextOffset++;
    return new StagedRecord(
      queue,
      queueOffset,
      commitLogOffset,
      sizeBytes,
      this.#tagsCodeOf(message, storeTimestamp),
      storeTimestamp,
      message.sysFlag,
      message.keys,
      message.uniqKey,
      message.tagsCode === 0 ? undefined : getPropertyFrom(message.propertiesString, MessageConst.PROPERTY_TAGS),
      storeHost,
      message.waitStoreMsgOK,
      this.clock.monotonicMs(),
    );
  }

  /** Writes what is staged: one positional write, because a block never crosses a segment's end. */
  write(): void {
    if (this.#writtenOffset === this.#stagedOffset) return;
    const block = this.tail.find(this.#writtenOffset, this.#stagedOffset - this.#writtenOffset)!;
    const bytes = block.bytes.subarray(this.#writtenOffset - block.startOffset, this.#stagedOffset - block.startOffset);
    this.#segments.write(bytes, this.#writtenOffset);
    this.#writtenOffset = this.#stagedOffset;
    this.#writtenTimestamp = this.#stagedTimestamp;
  }

  /** Makes everything written so far durable; resolves with the offset it reaches to. At most one at a time. */
  async awaitSynced(): Promise<number> {
    const upTo = this.#writtenOffset;
    const timestamp = this.#writtenTimestamp;
    await this.#segments.awaitSynced();
    this.#syncedOffset = upTo;
    this.#syncedTimestamp = timestamp;
    return upTo;
  }

  /**
   * Takes back what is staged and could not be written, and whatever the failed write left behind it in the file:
   * half of it may look like records to the next recovery.
   */
  unstage(records: readonly StagedRecord[]): void {
    for (const { queue, queueOffset, sysFlag } of records) {
      if (takesQueueOffset(sysFlag)) queue.nextOffset = Math.min(queue.nextOffset, queueOffset);
    }
    this.tail.rewind(this.#writtenOffset);
    this.#stagedOffset = this.#writtenOffset;
    this.#segments.truncate(this.#writtenOffset);
  }

  close(): void {
    this.#segments.close();
  }

  /** Memory for the next bytes of the log. */
  #blockFor(sizeBytes: number, makeRoom: () => void): TailBlock {
    const block = this.tail.blockFor(this.#stagedOffset, sizeBytes);
    if (block) return block;
    makeRoom();
    return this.tail.begin(this.#stagedOffset, sizeBytes);
  }

  /** Ends the segment with a blank, and goes on in the next. */
  #roll(makeRoom: () => void): void {
    const endOffset = this.#segments.endOf(this.#stagedOffset);
    const remainingBytes = endOffset - this.#stagedOffset;
    if (remainingBytes > 0) {
      const block = this.#blockFor(BLANK_BYTES, makeRoom);
      encodeBlank(block.bytes, this.#stagedOffset - block.startOffset, remainingBytes);
      block.endOffset += BLANK_BYTES;
      this.#stagedOffset += BLANK_BYTES;
    }
    makeRoom();
    // Before the next file is there: when it cannot be made, nothing may be put behind the blank.
    this.#stagedOffset = this.#writtenOffset = endOffset;
    this.#segments.roll(endOffset);
  }

  /** Entries of delayed messages say when they are due. */
  #tagsCodeOf(message: PutMessage, storeTimestamp: number): number {
    const isWaiting = message.delayLevel > 0 && message.topic === SystemTopic.RMQ_SYS_SCHEDULE_TOPIC;
    return isWaiting ? this.deliverTimestamp(message.delayLevel, storeTimestamp) : message.tagsCode;
  }

  #sizeOf(message: PutMessage, storeHost: HostAddress): number {
    const { topic, body, propertiesString, bornHost } = message;
    return recordLength({ topic, body, propertiesString, bornHost, storeHost });
  }
}

/** Half messages and their rollbacks have no place in a queue. */
export function takesQueueOffset(sysFlag: number): boolean {
  const type = transactionTypeOf(sysFlag);
  return type === MessageSysFlag.TRANSACTION_NOT_TYPE || type === MessageSysFlag.TRANSACTION_COMMIT_TYPE;
}

import type { HostAddress } from '../protocol/host-address.js';
import { encodeRecord, recordLength } from '../protocol/message-record.js';
import { MessageSysFlag, transactionTypeOf } from '../protocol/sys-flag.js';
import { SystemTopic } from '../protocol/topic-names.js';
import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import { SyncFailedError } from '../runtime/errors.js';
import { asCommitLogOffset, asQueueOffset } from '../runtime/numbers.js';
import type { ConsumeQueue } from './consume-queue.js';
import { isDiskFull } from './disk-space.js';
import { OpenFiles } from './files/open-files.js';
import { type Segment, SegmentFiles } from './files/segment-files.js';
import { BLANK_BYTES, encodeBlank } from './format/blank.js';
import { LogTail } from './log-tail.js';
import type { PutMessage } from './put-message.js';
import type { DeliverTimestamp } from './scanned-record.js';
import { StagedRecord } from './staged-record.js';
import { type StoreConfig, storeLimits } from './store-config.js';

/** More than a record can need beside its body. RocketMQ: MessageExtEncoder */
const BESIDE_BODY_BYTES = 64 * 1024;

/** Writes up to this size are followed by a sync that costs more than they do (SYNC_FLUSH). */
const MAX_SMALL_WRITE = 16 * 1024;

/**
 * The one log that every message of every topic goes to. RocketMQ: CommitLog
 *
 * A record is given its offset and encoded in memory (`stage`); everything staged is written by one positional write
 * (`write`) and made durable by one sync (`awaitSynced`). Nothing here decides when: see put-pipeline.ts and group-commit.ts.
 */
export class CommitLog {
  readonly files: SegmentFiles;
  readonly tail: LogTail;
  /** Where the next record goes. */
  #stagedOffset = 0;
  /** Everything before this is in the file. */
  #writtenOffset = 0;
  /** Everything before this survives a power cut. */
  #syncedOffset = 0;
  /** When the newest synced record was stored. */
  #syncedTimestamp = 0;
  #lastStoreTimestamp = 0;
  #writtenTimestamp = 0;
  #hasSyncFailed = false;
  /** Zeros were written up to here. */
  #zeroedOffset = 0;
  readonly #zeroesAhead: boolean;
  /** Segments with bytes that no sync has covered. */
  readonly #unsynced = new Set<Segment>();
  readonly #openFiles: OpenFiles;

  constructor(
    config: StoreConfig,
    private readonly disk: Disk,
    private readonly clock: Clock,
    private readonly storeHost: () => HostAddress,
    private readonly deliverTimestamp: DeliverTimestamp,
  ) {
    this.#zeroesAhead = config.flushDiskType === 'SYNC_FLUSH';
    this.tail = new LogTail(storeLimits.hotTailBytes, Math.min(storeLimits.tailBlockBytes, config.commitLogFileBytes));
    this.#openFiles = new OpenFiles(disk, storeLimits.openFiles);
    this.files = new SegmentFiles(config.commitLogDirectory, config.commitLogFileBytes, disk, this.#openFiles);
  }

  get stagedOffset(): number {
    return this.#stagedOffset;
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

  get minOffset(): number {
    return this.files.startOffset;
  }

  /** When the newest record was stored; the next one is never older, whatever the clock does. */
  get lastStoreTimestamp(): number {
    return this.#lastStoreTimestamp;
  }

  /** Continues at `offset`, as recovery found it. */
  resume(offset: number, lastStoreTimestamp: number): void {
    this.#stagedOffset = this.#writtenOffset = this.#syncedOffset = this.#zeroedOffset = offset;
    this.#lastStoreTimestamp = this.#writtenTimestamp = this.#syncedTimestamp = lastStoreTimestamp;
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
    if (this.#stagedOffset + sizeBytes + BLANK_BYTES > this.files.endOffset) this.#roll(makeRoom);
    let block = this.tail.blockFor(this.#stagedOffset, sizeBytes);
    if (!block) {
      makeRoom();
      block = this.tail.begin(this.#stagedOffset, sizeBytes);
    }
    const commitLogOffset = asCommitLogOffset(this.#stagedOffset);
    const hasPlace = takesQueueOffset(message.sysFlag);
    const queueOffset = asQueueOffset(hasPlace ? queue.nextOffset : 0);
    const storeTimestamp = Math.max(this.clock.now(), this.#lastStoreTimestamp);
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
    this.#lastStoreTimestamp = storeTimestamp;
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
      storeHost,
      message.waitStoreMsgOK,
      this.clock.monotonicMs(),
    );
  }

  /** Writes what is staged: one positional write, because a block never crosses a segment's end. */
  write(): void {
    if (this.#writtenOffset === this.#stagedOffset) return;
    const block = this.tail.find(this.#writtenOffset, this.#stagedOffset - this.#writtenOffset)!;
    const segment = this.files.at(this.#writtenOffset)!;
    const bytes = block.bytes.subarray(this.#writtenOffset - block.startOffset, this.#stagedOffset - block.startOffset);
    this.files.file(segment).writeAt(bytes, this.#writtenOffset - segment.startOffset);
    this.#unsynced.add(segment);
    this.#writtenOffset = this.#stagedOffset;
    this.#writtenTimestamp = this.#lastStoreTimestamp;
    if (this.#zeroesAhead && bytes.length <= MAX_SMALL_WRITE) this.#zeroAhead(segment);
  }

  /**
   * Writes zeros ahead of the log, so that its next writes go to blocks that the file already has: then a sync writes
   * data alone and no change of the file system. With one put at a time that nearly doubles their rate; many at a time
   * share a sync anyway, and the zeros would only make it longer. Without room for them the log finds out soon enough.
   */
  #zeroAhead(segment: Segment): void {
    if (this.#zeroedOffset >= this.#writtenOffset + storeLimits.zeroAheadBytes / 2) return;
    const from = Math.max(this.#zeroedOffset, this.#writtenOffset);
    const end = Math.min(from + storeLimits.zeroAheadBytes, segment.startOffset + this.files.segmentBytes);
    if (from >= end) return;
    this.#zeroedOffset = end;
    try {
      this.files.file(segment).writeAt(Buffer.alloc(end - from), from - segment.startOffset);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
  }

  /** Makes everything written so far durable; resolves with the offset it reaches to. At most one at a time. */
  async awaitSynced(): Promise<number> {
    // After a sync that failed the next one may say yes to pages that never arrived: there is none.
    if (this.#hasSyncFailed) throw new SyncFailedError('an earlier sync of the log failed');
    const upTo = this.#writtenOffset;
    const timestamp = this.#writtenTimestamp;
    const segments = [...this.#unsynced];
    this.#unsynced.clear();
    try {
      for (const segment of segments) await this.files.file(segment).awaitSynced();
    } catch (error) {
      this.#hasSyncFailed = true;
      throw new SyncFailedError('a sync of the log failed: restart the broker, it recovers', { cause: error });
    }
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
    this.files.truncate(this.#writtenOffset);
  }

  close(): void {
    this.#openFiles.closeAll();
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

  /** Ends the segment with a blank and goes on in the next, whose name is durable before anything in it can be acknowledged. */
  #roll(makeRoom: () => void): void {
    const endOffset = this.files.endOffset;
    const remainingBytes = endOffset - this.#stagedOffset;
    if (remainingBytes > 0) {
      let block = this.tail.blockFor(this.#stagedOffset, BLANK_BYTES);
      if (!block) {
        makeRoom();
        block = this.tail.begin(this.#stagedOffset, BLANK_BYTES);
      }
      encodeBlank(block.bytes, this.#stagedOffset - block.startOffset, remainingBytes);
      block.endOffset += BLANK_BYTES;
      this.#stagedOffset += BLANK_BYTES;
    }
    makeRoom();
    this.files.create(endOffset);
    this.disk.syncDirectory(this.files.directory);
    this.#stagedOffset = this.#writtenOffset = endOffset;
  }
}

/** Half messages and their rollbacks have no place in a queue. */
export function takesQueueOffset(sysFlag: number): boolean {
  const type = transactionTypeOf(sysFlag);
  return type === MessageSysFlag.TRANSACTION_NOT_TYPE || type === MessageSysFlag.TRANSACTION_COMMIT_TYPE;
}

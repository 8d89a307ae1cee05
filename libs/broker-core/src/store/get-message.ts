import { lentBuffers } from '../runtime/lent-buffers.js';
import { asQueueOffset, type QueueOffset } from '../runtime/numbers.js';
import type { ConsumeQueue } from './consume-queue.js';
import type { EntryView } from './entry-search.js';
import {
  CONSUME_QUEUE_ENTRY_BYTES as ENTRY,
  entryOffset,
  entrySize,
  entryTagsCode,
  isFiller,
} from './format/consume-queue-entry.js';
import { emptyPull, type GetMessageResult, type GetMessageStatus } from './get-message-result.js';
import { isRecordOf, type LogReader, type LogView } from './log-reader.js';
import type { StoreConfig } from './store-config.js';

/** Decides what a consumer wants, first by the queue's entry, then by the record itself. RocketMQ: MessageFilter */
export interface MessageFilter {
  matchesConsumeQueue(tagsCode: number): boolean;
  matchesRecord?(record: Buffer): boolean;
}

export interface GetMessageRequest {
  readonly topic: string;
  readonly queueId: number;
  readonly queueOffset: number;
  readonly maxMsgNums: number;
  /** Most bytes of the answer; the first message is given however large it is. */
  readonly maxBytes?: number;
  readonly filter?: MessageFilter;
}

/** Entries looked at in one pull, however few match: bytes of them. RocketMQ: maxFilterMessageSize */
const MAX_SCANNED_BYTES = 16_000;
/** Bytes of one answer that nothing raises. RocketMQ: DefaultMessageStore#MAX_PULL_MSG_SIZE */
const MAX_PULL_BYTES = 128 * 1024 * 1024;

/** Reads messages of a queue: at once when they are in memory, else as soon as the disk gave them. */
export function getMessage(
  request: GetMessageRequest,
  queue: ConsumeQueue | undefined,
  log: LogReader,
  config: StoreConfig,
  memoryBytes: number,
): GetMessageResult | Promise<GetMessageResult> {
  const { queueOffset } = request;
  if (!queue) return emptyPull('NO_MATCHED_LOGIC_QUEUE', 0, 0, 0);
  const { minOffset, maxOffset } = queue;
  if (maxOffset === 0) return emptyPull('NO_MESSAGE_IN_QUEUE', 0, minOffset, maxOffset);
  if (queueOffset < minOffset) return emptyPull('OFFSET_TOO_SMALL', minOffset, minOffset, maxOffset);
  if (queueOffset === maxOffset) return emptyPull('OFFSET_OVERFLOW_ONE', queueOffset, minOffset, maxOffset);
  if (queueOffset > maxOffset) return emptyPull('OFFSET_OVERFLOW_BADLY', maxOffset, minOffset, maxOffset);
  return new Pull(request, queue, log, config, memoryBytes).run();
}

/** One pull on its way through a queue's entries. */
class Pull {
  readonly #minOffset: QueueOffset;
  readonly #maxOffset: QueueOffset;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #logEnd: number;
  readonly #inMemoryBytes: number;
  readonly #chunks: Buffer[] = [];
  /** Records found and not yet copied: they are only lent until the end of the turn. */
  readonly #views: LogView[] = [];
  readonly #viewSizes: number[] = [];
  #viewBytes = 0;
  #nextBeginOffset: number;
  #status: GetMessageStatus = 'NO_MATCHED_MESSAGE';
  #messageCount = 0;
  #totalBytes = 0;
  #lastOffset = 0;
  /** After a miss: entries before this offset of the log are gone as well. */
  #resumeAt = -1;

  constructor(
    private readonly request: GetMessageRequest,
    private readonly queue: ConsumeQueue,
    private readonly log: LogReader,
    private readonly config: StoreConfig,
    memoryBytes: number,
  ) {
    this.#minOffset = queue.minOffset;
    this.#maxOffset = queue.maxOffset;
    this.#nextBeginOffset = request.queueOffset;
    this.#maxEntries = Math.max(MAX_SCANNED_BYTES / ENTRY, request.maxMsgNums);
    this.#maxBytes = Math.min(Math.max(request.maxBytes ?? MAX_PULL_BYTES, 100), MAX_PULL_BYTES);
    this.#logEnd = log.endOffset;
    this.#inMemoryBytes = memoryBytes * (config.accessMessageInMemoryMaxRatio / 100);
  }

  /** At once when all is in memory; a promise as soon as something has to be read from a file that may be cold. */
  run(): GetMessageResult | Promise<GetMessageResult> {
    // Without a filter an entry is a message, and to block for more of them than the answer takes is for nothing.
    const { filter, maxMsgNums } = this.request;
    const blockingCount = filter === undefined ? Math.max(1, maxMsgNums) : this.#maxEntries;
    const entries = this.queue.entries(this.#nextBeginOffset, this.#maxEntries, blockingCount);
    if (entries === undefined) return this.#runCold();
    const missing = this.#scan(entries, 0);
    return missing === undefined ? this.#result(entries) : this.#goOn(entries, missing);
  }

  async #runCold(): Promise<GetMessageResult> {
    const entries = await this.queue.read(this.#nextBeginOffset, this.#maxEntries);
    const missing = this.#scan(entries, 0);
    return missing === undefined ? this.#result(entries) : this.#goOn(entries, missing);
  }

  async #goOn(view: EntryView, firstMissing: number): Promise<GetMessageResult> {
    // The queue's own memory changes with the next append: entries that are needed after a wait are copied.
    const end = view.position + view.count * ENTRY;
    const entries = { bytes: Buffer.from(view.bytes.subarray(view.position, end)), position: 0, count: view.count };
    let missing: number | undefined = firstMissing;
    while (missing !== undefined) {
      this.#copyViews();
      const at: number = missing * ENTRY;
      const [offset, sizeBytes] = [entryOffset(entries.bytes, at), entrySize(entries.bytes, at)];
      // What cannot be read at all is passed over, like any damage.
      const isThere = await this.log.load(offset, sizeBytes);
      if (!isThere) this.#nextBeginOffset++;
      missing = this.#scan(entries, isThere ? missing : missing + 1);
    }
    return this.#result(entries);
  }

  /** Looks at entries from number `index` of the view on; returns the one whose record has to be loaded first. */
  #scan({ bytes, position, count }: EntryView, index: number): number | undefined {
    for (let number = index; number < count; number++) {
      const at = position + number * ENTRY;
      const offset = entryOffset(bytes, at);
      const sizeBytes = entrySize(bytes, at);
      if (this.#isFull(offset, sizeBytes)) return undefined;
      if (this.#wants(bytes, at, offset) && !this.#take(offset, sizeBytes)) return number;
      this.#nextBeginOffset++;
      this.#lastOffset = offset;
    }
    return undefined;
  }

  #wants(bytes: Buffer, at: number, offset: number): boolean {
    if (isFiller(bytes, at) || offset < this.#resumeAt) return false;
    const { filter } = this.request;
    return filter === undefined || filter.matchesConsumeQueue(entryTagsCode(bytes, at));
  }

  /** Adds a record to the answer, if it is there and wanted; false when it has to be loaded first. */
  #take(offset: number, sizeBytes: number): boolean {
    if (!this.log.has(offset, sizeBytes)) {
      if (this.#messageCount === 0) this.#status = 'MESSAGE_WAS_REMOVING';
      if (offset < this.log.minOffset) this.#resumeAt = this.log.nextSegmentOffset(offset);
      return true;
    }
    const view = this.log.view(offset, sizeBytes);
    if (!view) return false;
    if (!isRecordOf(view.bytes, view.position, sizeBytes)) return true;
    const matches = this.request.filter?.matchesRecord;
    if (matches && !matches(view.bytes.subarray(view.position, view.position + sizeBytes))) {
      if (this.#messageCount === 0) this.#status = 'NO_MATCHED_MESSAGE';
      return true;
    }
    this.#views.push(view);
    this.#viewSizes.push(sizeBytes);
    this.#viewBytes += sizeBytes;
    this.#messageCount++;
    this.#totalBytes += sizeBytes;
    this.#status = 'FOUND';
    this.#resumeAt = -1;
    return true;
  }

  /** Copies what was found into one chunk. */
  #copyViews(): void {
    if (this.#viewBytes === 0) {
      this.log.releaseViews();
      return;
    }
    const chunk = lentBuffers.take(this.#viewBytes);
    let at = 0;
    for (let index = 0; index < this.#views.length; index++) {
      const { bytes, position } = this.#views[index]!;
      at += bytes.copy(chunk, at, position, position + this.#viewSizes[index]!);
    }
    this.#chunks.push(chunk);
    this.#views.length = this.#viewSizes.length = this.#viewBytes = 0;
    this.log.releaseViews();
  }

  /** RocketMQ: DefaultMessageStore#isTheBatchFull. The first message always fits. */
  #isFull(offset: number, sizeBytes: number): boolean {
    if (this.#messageCount === 0) return false;
    if (this.#messageCount + 1 > this.request.maxMsgNums) return true;
    const totalBytes = this.#totalBytes + sizeBytes;
    if (totalBytes > this.#maxBytes) return true;
    return this.#logEnd - offset <= this.#inMemoryBytes
      ? totalBytes > this.config.maxTransferBytesInMemory || this.#messageCount >= this.config.maxTransferCountInMemory
      : totalBytes > this.config.maxTransferBytesOnDisk || this.#messageCount >= this.config.maxTransferCountOnDisk;
  }

  #result({ count }: EntryView): GetMessageResult {
    if (count === 0) {
      const perFile = this.queue.files.segmentBytes / ENTRY;
      const nextFile = this.#nextBeginOffset + perFile - (this.#nextBeginOffset % perFile);
      return emptyPull('OFFSET_FOUND_NULL', nextFile, this.#minOffset, this.#maxOffset);
    }
    this.#copyViews();
    return {
      status: this.#status,
      nextBeginOffset: asQueueOffset(this.#nextBeginOffset),
      minOffset: this.#minOffset,
      maxOffset: this.#maxOffset,
      chunks: this.#chunks,
      messageCount: this.#messageCount,
      totalBytes: this.#totalBytes,
      suggestPullingFromSlave: this.#logEnd - this.#lastOffset > this.#inMemoryBytes,
    };
  }
}

import { MessageSysFlag, transactionTypeOf } from '../protocol/sys-flag.js';
import { MessageConst } from '../protocol/message-const.js';
import { javaStringHash } from '../protocol/string-hash.js';
import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import { localTimeText } from '../runtime/machine.js';
import { indexFileBytes, indexKeyHash, type IndexShape } from './format/index-layout.js';
import { IndexFile } from './index-file.js';
import type { DispatchRecord } from './staged-record.js';

/** Hashes of `topic#` remembered; beyond it they are computed each time. */
const MAX_REMEMBERED_TOPICS = 10_000;
/** Most messages of one query. RocketMQ: maxMsgsNumBatch */
const MAX_FOUND = 64;

/** What a query found, and how far the index reaches. */
export interface IndexMatches {
  /** Ascending, each once. Other keys may share the hash, so the client compares. */
  readonly commitLogOffsets: readonly number[];
  readonly indexLastUpdateTimestamp: number;
  readonly indexLastUpdatePhyoffset: number;
}

/** Finds messages by their UNIQ_KEY, by each of their KEYS and by their tag. RocketMQ: IndexService */
export class IndexFiles {
  /** Oldest first; the last one grows. */
  #files: IndexFile[] = [];
  /** Files that became full since they were synced. */
  readonly #unsynced = new Set<IndexFile>();
  readonly #topicHashes = new Map<string, number>();
  /** Records that the disk had no room for; puts are refused meanwhile, so they are few. */
  readonly #deferred: DispatchRecord[] = [];
  /** Hears that the disk did not let a record be indexed; see ConsumeQueues. */
  onTrouble: (error: unknown) => void = (error) => {
    throw error;
  };

  constructor(
    private readonly directory: string,
    private readonly shape: IndexShape,
    private readonly disk: Disk,
    private readonly clock: Clock,
  ) {}

  /** Finds the files. One that is shorter than it was made is worth nothing, nor are those behind it: the log has it all. */
  load(): void {
    const all = this.disk.list(this.directory).filter((name) => /^\d{17}$/.test(name));
    const sizeOf = (name: string) => this.disk.stat(`${this.directory}/${name}`)?.sizeBytes ?? 0;
    const short = all.findIndex((name) => sizeOf(name) < indexFileBytes(this.shape));
    const names = short < 0 ? all : all.slice(0, short);
    for (const name of all.slice(names.length)) this.disk.remove(`${this.directory}/${name}`);
    this.#files = names.map((name) => new IndexFile(`${this.directory}/${name}`, this.shape, this.disk));
  }

  get count(): number {
    return this.#files.length;
  }

  /** The newest message that is indexed; records before it need not be added again. -1 when nothing is. */
  get endPhyOffset(): number {
    return this.#files.at(-1)?.header.endPhyOffset ?? -1;
  }

  /** When the newest message that is indexed was stored; 0 when nothing is. */
  get endTimestamp(): number {
    return this.#files.at(-1)?.header.endTimestamp ?? 0;
  }

  /** Keeps what is certain: entries of messages before `commitLogOffset`. Records from `endPhyOffset` on are to be added again. */
  rebuild(commitLogOffset: number): void {
    while (this.#files.length > 0) {
      const last = this.#files.at(-1)!;
      if (last.header.beginPhyOffset < commitLogOffset && last.rebuild(commitLogOffset)) return;
      this.#files.pop();
      last.close();
      this.disk.remove(last.path);
    }
  }

  /**
   * Indexes a record. Memory only, but for now and then a write of many entries or a new file; when the disk does not
   * let these happen, the record waits in memory for the next `write`.
   */
  add(record: DispatchRecord): void {
    if (transactionTypeOf(record.sysFlag) === MessageSysFlag.TRANSACTION_ROLLBACK_TYPE) return;
    if (this.#deferred.length > 0) {
      this.#deferred.push(record);
      return;
    }
    try {
      this.#addKeys(record);
    } catch (error) {
      this.#deferred.push(record);
      this.onTrouble(error);
    }
  }

  #addKeys(record: DispatchRecord): void {
    const { uniqKey, keys, tags } = record;
    if (record.commitLogOffset < this.endPhyOffset) return;
    if (uniqKey !== undefined) this.#addKey(record, uniqKey);
    if (keys !== undefined) for (const key of keys.split(' ')) if (key !== '') this.#addKey(record, key);
    if (tags !== undefined) this.#addKey(record, tagKey(tags));
  }

  async query(topic: string, key: string, maxCount: number, begin: number, end: number): Promise<IndexMatches> {
    const found: number[] = [];
    const keyHash = indexKeyHash(this.#topicHash(topic), key);
    const files = [...this.#files];
    for (const file of files.reverse()) {
      const { beginTimestamp, endTimestamp } = file.header;
      const overlaps = begin <= endTimestamp && end >= beginTimestamp;
      if (overlaps) await file.select(keyHash, Math.min(maxCount, MAX_FOUND), begin, end, found);
      if (beginTimestamp < begin || found.length >= Math.min(maxCount, MAX_FOUND)) break;
    }
    const last = this.#files.at(-1)?.header;
    return {
      commitLogOffsets: [...new Set(found)].sort((a, b) => a - b),
      indexLastUpdateTimestamp: last?.endTimestamp ?? 0,
      indexLastUpdatePhyoffset: last?.endPhyOffset ?? 0,
    };
  }

  /** Pages of slots that are only in memory. */
  get unwrittenPages(): number {
    return this.#files.at(-1)?.unwrittenPages ?? 0;
  }

  /** Writes behind: all entries, and up to `maxPages` pages of slots, those that wait longest first. */
  write(maxPages: number): void {
    while (this.#deferred.length > 0) {
      this.#addKeys(this.#deferred[0]!);
      this.#deferred.shift();
    }
    this.#files.at(-1)?.write(maxPages);
  }

  async awaitSynced(): Promise<void> {
    const last = this.#files.at(-1);
    if (!last) return;
    const full = [...this.#unsynced];
    this.#unsynced.clear();
    for (const file of [...full, last]) if (!file.isClosed) await file.awaitSynced();
    await this.disk.awaitDirectorySynced(this.directory);
  }

  /** Removes files whose messages the log no longer has; the last one always stays. */
  removeBefore(commitLogOffset: number): number {
    let count = 0;
    while (this.#files.length > 1 && this.#files[0]!.header.endPhyOffset < commitLogOffset) {
      this.disk.remove(this.#files[0]!.path);
      this.#files.shift()!.close();
      count++;
    }
    return count;
  }

  close(): void {
    for (const file of this.#files) file.close();
    this.#files = [];
  }

  #addKey(record: DispatchRecord, key: string): void {
    let file = this.#files.at(-1);
    if (!file || file.isFull) file = this.#grow(file);
    file.add(indexKeyHash(this.#topicHash(record.topic), key), record.commitLogOffset, record.storeTimestamp);
  }

  /** Begins a new file, named by the time of its making. */
  #grow(full: IndexFile | undefined): IndexFile {
    full?.rest();
    if (full) this.#unsynced.add(full);
    this.disk.makeDirectory(this.directory);
    let time = this.clock.now();
    // Names are made of milliseconds: two files of one millisecond (small files, tests) must not become one.
    while (this.disk.exists(`${this.directory}/${timeName(time)}`)) time++;
    const file = new IndexFile(`${this.directory}/${timeName(time)}`, this.shape, this.disk);
    this.#files.push(file);
    return file;
  }

  #topicHash(topic: string): number {
    let hash = this.#topicHashes.get(topic);
    if (hash === undefined) {
      hash = javaStringHash(`${topic}#`);
      if (this.#topicHashes.size < MAX_REMEMBERED_TOPICS) this.#topicHashes.set(topic, hash);
    }
    return hash;
  }
}

/** The key that stands for a tag: RocketMQ 5.5 puts the index type T before it. */
export function tagKey(tags: string): string {
  return `${MessageConst.INDEX_TAG_TYPE}#${tags}`;
}

/** yyyyMMddHHmmssSSS in local time. RocketMQ: UtilAll#timeMillisToHumanString */
function timeName(time: number): string {
  return localTimeText(time).replace(/\D/g, '');
}

import { javaStringHash } from '../../protocol/string-hash.js';
import type { DiskFile } from '../../runtime/disk.js';
import {
  decodeIndexEntry,
  decodeIndexHeader,
  INDEX_ENTRY_BYTES,
  INDEX_HEADER_BYTES,
  INDEX_SLOT_BYTES,
  type IndexEntry,
  indexKeyHash,
  slotPosition,
} from '../format/index-layout.js';
import { tagKey } from '../index-files.js';
import type { LogScanner } from '../log-scanner.js';
import type { DispatchRecord } from '../staged-record.js';
import type { Findings } from './findings.js';

/** RocketMQ gives an index file four entries a slot. */
const BYTES_PER_SLOT = INDEX_SLOT_BYTES + 4 * INDEX_ENTRY_BYTES;
/** Entries, or slots, read at a time. */
const AT_ONCE = 4096;

/** What an index file is compared with. */
export interface IndexCheck {
  readonly scanner: LogScanner;
  readonly findings: Findings;
  readonly logStart: number;
  /** Slots, where `maxIndexNum` is not four times `maxHashSlotNum`. */
  readonly slots: number | undefined;
  /** While a broker runs, and after a crash, slots may be older or newer than entries: a start makes them anew. */
  readonly isAtWork: boolean;
}

/**
 * Looks through an index file: each entry has to name a message with a key of its hash, and to lead to the entry before it
 * in its slot; each slot has to lead to its newest entry. Returns the number of entries.
 */
export async function verifyIndexFile(name: string, file: DiskFile, check: IndexCheck): Promise<number> {
  const head = Buffer.alloc(INDEX_HEADER_BYTES);
  file.readAt(head, 0);
  const { indexCount } = decodeIndexHeader(head);
  const slots = check.slots ?? Math.floor((file.sizeBytes() - INDEX_HEADER_BYTES) / BYTES_PER_SLOT);
  const newest = new Int32Array(slots);
  let brokenLinks = 0;
  for (const { number, entry } of entriesOf(file, slotPosition(slots), indexCount)) {
    const slot = entry.keyHash % slots;
    if (entry.previousEntry !== newest[slot]) brokenLinks++;
    newest[slot] = number;
    await checkEntry(`index ${name} #${number}`, entry, check);
  }
  for (const { slot, value } of slotsOf(file, slots)) if (value !== newest[slot]) brokenLinks++;
  if (brokenLinks > 0) {
    const sentence = `${brokenLinks} slots or entries lead to another entry than the one before it: queries miss messages`;
    if (check.isAtWork) check.findings.note(`index ${name}`, `${sentence}; a start makes them anew`);
    else check.findings.damage(`index ${name}`, sentence);
  }
  return indexCount - 1;
}

async function checkEntry(at: string, entry: IndexEntry, { scanner, findings, logStart }: IndexCheck): Promise<void> {
  const { commitLogOffset, keyHash } = entry;
  if (commitLogOffset < logStart) return;
  const found = scanner.at(commitLogOffset);
  const place = found instanceof Promise ? await found : found;
  const isRight = place.kind === 'record' && hashesOf(place.record).includes(keyHash);
  if (!isRight) findings.damage(at, `no message with this key is at ${commitLogOffset}`);
}

function* entriesOf(file: DiskFile, from: number, indexCount: number): Iterable<{ number: number; entry: IndexEntry }> {
  const bytes = Buffer.alloc(AT_ONCE * INDEX_ENTRY_BYTES);
  for (let first = 1; first < indexCount; first += AT_ONCE) {
    file.readAt(bytes, from + first * INDEX_ENTRY_BYTES);
    for (let index = 0; index < Math.min(AT_ONCE, indexCount - first); index++) {
      yield { number: first + index, entry: decodeIndexEntry(bytes, index * INDEX_ENTRY_BYTES) };
    }
  }
}

function* slotsOf(file: DiskFile, slots: number): Iterable<{ slot: number; value: number }> {
  const bytes = Buffer.alloc(AT_ONCE * INDEX_SLOT_BYTES);
  for (let first = 0; first < slots; first += AT_ONCE) {
    file.readAt(bytes, slotPosition(first));
    for (let index = 0; index < Math.min(AT_ONCE, slots - first); index++) {
      yield { slot: first + index, value: bytes.readInt32BE(index * INDEX_SLOT_BYTES) };
    }
  }
}

function hashesOf({ topic, uniqKey, keys, tags }: DispatchRecord): number[] {
  const topicHash = javaStringHash(`${topic}#`);
  const words = (keys ?? '').split(' ').filter((key) => key !== '');
  if (uniqKey !== undefined) words.push(uniqKey);
  if (tags !== undefined) words.push(tagKey(tags));
  return words.map((key) => indexKeyHash(topicHash, key));
}

import { CONSUME_QUEUE_ENTRY_BYTES as ENTRY, isFiller } from './format/consume-queue-entry.js';

/** Entries read at once where a queue is searched. */
const HEAD_ENTRIES = 200;

/** Some entries of a queue, one after the other from `position` of `bytes`; valid until the next append. */
export interface EntryView {
  readonly bytes: Buffer;
  readonly position: number;
  readonly count: number;
}

/** Where entries are read, blocking; there may be fewer than asked for. */
export interface EntrySource {
  readAt(queueOffset: number, maxCount: number): EntryView;
}

/**
 * The first entry between `low` and `high` for which `holds` is false, when it holds for all before and none after.
 * Fillers say nothing, so the entry before them is asked; fillers that nothing is before hold.
 */
export function firstNot(
  source: EntrySource,
  low: number,
  high: number,
  holds: (bytes: Buffer, position: number) => boolean,
): number {
  if (low >= high) return low;
  // Most queues are short: one read has all of them.
  const head = source.readAt(low, HEAD_ENTRIES);
  const look = (number: number): EntryView =>
    number - low < head.count
      ? { bytes: head.bytes, position: head.position + (number - low) * ENTRY, count: 1 }
      : source.readAt(number, 1);
  let [from, to] = [low, high];
  let middle = head.count > 0 ? Math.min(low + head.count, high) - 1 : low;
  while (from < to) {
    let asked = middle;
    let { bytes, position, count } = look(asked);
    while (count > 0 && isFiller(bytes, position) && asked > from) {
      ({ bytes, position, count } = look(--asked));
    }
    if (count > 0 && (isFiller(bytes, position) || holds(bytes, position))) from = middle + 1;
    else to = asked;
    middle = Math.floor((from + to) / 2);
  }
  return from;
}

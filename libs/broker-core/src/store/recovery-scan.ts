import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { LogPlace, LogScanner } from './log-scanner.js';
import type { DispatchRecord } from './staged-record.js';

/** How often a long scan says how far it is. */
const PROGRESS_MS = 1000;

/** Bytes of the log that are no records, between records that are. */
export interface Damage {
  readonly from: number;
  readonly to: number;
  readonly problem: string;
}

/** What a scan found. */
export interface ScanResult {
  /** The first byte behind the last good record, or behind the blank that follows it: where the log ends. */
  readonly endOffset: number;
  readonly lastStoreTimestamp: number;
  readonly records: number;
  readonly damages: readonly Damage[];
  /** Why the log ends where it ends: nothing was written there, or something is wrong with it. */
  readonly endedBy: string;
}

/**
 * Walks the log from `from` to its end, and decides where that is.
 *
 * A bad record behind `certainOffset` is where the power went: the log ends there, and what follows, good or not, was
 * never promised. Before it everything had been synced, so a bad record is damage: it is reported, its bytes are kept,
 * and the log goes on at the next record that is one; behind the damage, when there is none.
 */
export async function scanLog(
  scanner: LogScanner,
  from: number,
  certainOffset: number,
  visit: (record: DispatchRecord) => void,
  clock: Clock,
  logger: Logger,
): Promise<ScanResult> {
  const damages: Damage[] = [];
  let [offset, endOffset, lastStoreTimestamp, records, saidAtMs] = [from, from, 0, 0, clock.monotonicMs()];
  for (;;) {
    const found = scanner.at(offset);
    const place = found instanceof Promise ? await found : found;
    if (place.kind === 'record') {
      visit(place.record);
      records++;
      lastStoreTimestamp = place.record.storeTimestamp;
      endOffset = offset += place.record.sizeBytes;
    } else if (place.kind === 'blank') {
      endOffset = offset = place.next;
    } else {
      const result = { endOffset, lastStoreTimestamp, records, damages, endedBy: reasonOf(place) };
      if (offset >= certainOffset) return result;
      const next = await behindDamage(scanner, offset, place, certainOffset);
      damages.push({ from: offset, to: next ?? certainOffset, problem: reasonOf(place) });
      logger.error('the log is damaged; what lies around it stays readable', { ...damages.at(-1) });
      if (next === undefined) return result;
      endOffset = offset = next;
    }
    if (records % 1024 === 0 && clock.monotonicMs() - saidAtMs > PROGRESS_MS) {
      saidAtMs = clock.monotonicMs();
      logger.info('recovering', { commitLogOffset: offset, records });
    }
  }
}

/** Where the log goes on; undefined when it ends with the damage, because nothing is there that could be kept. */
async function behindDamage(
  scanner: LogScanner,
  offset: number,
  place: LogPlace,
  certainOffset: number,
): Promise<number | undefined> {
  const next = await scanner.nextRecord(offset + 1);
  if (next !== undefined || place.kind === 'end' || certainOffset > scanner.endOffset) return next;
  return certainOffset;
}

function reasonOf(place: LogPlace): string {
  return place.kind === 'bad' ? place.problem : 'nothing written';
}

import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { LogPlace, LogScanner } from './log-scanner.js';
import type { DispatchRecord } from './staged-record.js';

/** How often a long scan says how far it is, and how many bytes it reads before it looks at the clock. */
const PROGRESS_MS = 1000;
const LOOK_BYTES = 8 * 1024 * 1024;

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
  /** How long the walk took; the rest of a recovery is a few writes and syncs. */
  readonly scanMs: number;
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
  const progress = new Progress(scanner, from, clock, logger);
  let [offset, endOffset, lastStoreTimestamp, records] = [from, from, 0, 0];
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
      const scanMs = progress.tookMs;
      const result = { endOffset, lastStoreTimestamp, records, damages, endedBy: reasonOf(place), scanMs };
      if (offset >= certainOffset) return result;
      const next = await behindDamage(scanner, offset, place, certainOffset);
      damages.push({ from: offset, to: next ?? certainOffset, problem: reasonOf(place) });
      logger.error('the log is damaged; what lies around it stays readable', { ...damages.at(-1) });
      if (next === undefined) return result;
      endOffset = offset = next;
    }
    if (offset >= progress.nextLook) progress.look(offset, records);
  }
}

/** Says every second how far a long scan is: an operator who waits for a start wants to know how long yet. */
class Progress {
  nextLook: number;
  readonly #startedAtMs: number;
  #saidAtMs: number;

  constructor(
    private readonly scanner: LogScanner,
    private readonly from: number,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.nextLook = from + LOOK_BYTES;
    this.#startedAtMs = this.#saidAtMs = clock.monotonicMs();
  }

  get tookMs(): number {
    return Math.round(this.clock.monotonicMs() - this.#startedAtMs);
  }

  look(offset: number, records: number): void {
    this.nextLook = offset + LOOK_BYTES;
    if (this.clock.monotonicMs() - this.#saidAtMs < PROGRESS_MS) return;
    this.#saidAtMs = this.clock.monotonicMs();
    const { endOffset } = this.scanner;
    const percent = Math.floor((100 * (offset - this.from)) / (endOffset - this.from));
    this.logger.info('recovering', { commitLogOffset: offset, atMost: endOffset, percent, records });
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

import type { Clock } from '../runtime/clock.js';
import { writeInt64, readInt64 } from '../runtime/numbers.js';
import { type HostAddress, hostBytes, readHost, writeHost } from './host-address.js';

const V4_BYTES = 16;
const V6_BYTES = 28;
const scratch = Buffer.alloc(V6_BYTES);

/**
 * The id that says where a message lies.
 *
 * Shape   upper-case hex of the store host's address (4 or 16 bytes), i32 port, i64 commitLogOffset: 32 or 56 characters
 * Source  RocketMQ MessageDecoder#createMessageId
 */
export function formatOffsetMessageId(storeHost: HostAddress, commitLogOffset: number): string {
  const end = writeHost(storeHost, scratch, 0);
  writeInt64(scratch, commitLogOffset, end);
  return scratch.toString('hex', 0, end + 8).toUpperCase();
}

/** Takes an offset id apart; undefined if the text is none. */
export function parseOffsetMessageId(
  id: string,
): { readonly storeHost: HostAddress; readonly commitLogOffset: number } | undefined {
  if (!/^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{56})$/.test(id)) return undefined;
  const bytes = Buffer.from(id, 'hex');
  const isV6 = bytes.length === V6_BYTES;
  const storeHost = readHost(bytes, 0, isV6);
  const commitLogOffset = readInt64(bytes, bytes.length - 8);
  if (!Number.isSafeInteger(commitLogOffset) || commitLogOffset < 0) return undefined;
  return { storeHost, commitLogOffset };
}

/** What makes the ids of one process differ from those of all others. */
export interface UniqueIdSource {
  readonly clock: Clock;
  /** This machine's address. */
  readonly ip: string;
  readonly pid: number;
  /** Tells apart several generators of one process; Java puts its class loader's hash here. */
  readonly salt: number;
}

/** A clock that was set back by less than this counts as the start of the month. */
const SMALL_STEP_BACK_MS = 1_000_000;

/**
 * Gives every message an id of its own (UNIQ_KEY).
 *
 * Shape   upper-case hex of the ip (4 or 16 bytes), i16 pid, i32 salt, i32 milliseconds since the start of the month (local
 *         time), i16 counter: 32 or 56 characters
 * Source  RocketMQ MessageClientIDSetter
 */
export class UniqueIdGenerator {
  private readonly prefix: string;
  private monthStart = 0;
  private nextMonthStart = 0;
  private counter = 0;

  constructor(private readonly source: UniqueIdSource) {
    const bytes = hostBytes(source.ip) - 4;
    const fixed = Buffer.alloc(bytes + 6);
    // writeHost puts a port behind the address; pid and salt overwrite it.
    writeHost({ address: source.ip, port: 0 }, fixed, 0);
    fixed.writeUInt16BE(source.pid & 0xffff, bytes);
    fixed.writeInt32BE(source.salt | 0, bytes + 2);
    this.prefix = fixed.toString('hex').toUpperCase();
    this.beginMonth(source.clock.now());
  }

  next(): string {
    const now = this.source.clock.now();
    if (now >= this.nextMonthStart) this.beginMonth(now);
    let sinceMonthStart = now - this.monthStart;
    if (sinceMonthStart < 0 && sinceMonthStart > -SMALL_STEP_BACK_MS) sinceMonthStart = 0;
    const count = this.counter;
    this.counter = (count + 1) & 0xffff;
    return this.prefix + hex(sinceMonthStart >>> 0, 8) + hex(count, 4);
  }

  private beginMonth(now: number): void {
    this.monthStart = startOfMonth(now, 0);
    this.nextMonthStart = startOfMonth(now, 1);
  }
}

/** Midnight, local time, of the first day of the month that lies `months` after that of `timestamp`. */
function startOfMonth(timestamp: number, months: number): number {
  // biome-ignore lint/style/noRestrictedGlobals: the calendar of a given time, no clock
  const date = new Date(timestamp);
  date.setDate(1);
  date.setMonth(date.getMonth() + months);
  date.setHours(0, 0, 0, 0);
  return date.getTime();
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** When a unique id was made, as far as it says: it knows the time within a month only, so the last such moment before `now`. */
export function timeOfUniqueId(id: string, now: number): number | undefined {
  if (!/^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{56})$/.test(id)) return undefined;
  const bytes = id.length / 2;
  const sinceMonthStart = Number.parseInt(id.slice((bytes - 6) * 2, (bytes - 2) * 2), 16);
  const time = startOfMonth(now, 0) + sinceMonthStart;
  return time < now ? time : startOfMonth(now, -1) + sinceMonthStart;
}

/** Length in characters of an id made on a machine with an IPv4 address. */
export const UNIQUE_ID_LENGTH = V4_BYTES * 2;

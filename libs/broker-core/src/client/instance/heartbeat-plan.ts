/** Pauses after failed heartbeats to an address: doubled from the first to the regular interval. */
const FIRST_PAUSE_MS = 1_000;

interface Entry {
  dueAtMs: number;
  failures: number;
  isKnown: boolean;
}

/**
 * When which broker is to hear from us: regularly, at once when it is new or its connection came anew, and later and later
 * while it does not answer. A broker that has not heard from us sends no replies and counts us out of our groups.
 *
 * Units  milliseconds of a clock that does not go back
 */
export class HeartbeatPlan {
  readonly #entries = new Map<string, Entry>();

  constructor(readonly intervalMs: number) {}

  /** The addresses that matter from now on; new ones are due at once. */
  keep(addresses: ReadonlySet<string>, now: number): void {
    for (const address of this.#entries.keys()) if (!addresses.has(address)) this.#entries.delete(address);
    for (const address of addresses) {
      if (!this.#entries.has(address)) this.#entries.set(address, { dueAtMs: now, failures: 0, isKnown: false });
    }
  }

  /** What is to be sent now; each address once, until its outcome is noted. */
  takeDue(now: number): string[] {
    const due: string[] = [];
    for (const [address, entry] of this.#entries) {
      if (entry.dueAtMs > now) continue;
      entry.dueAtMs = Number.POSITIVE_INFINITY;
      due.push(address);
    }
    return due;
  }

  /** Answers whether the broker did not know us before. */
  succeeded(address: string, now: number): boolean {
    const entry = this.#entries.get(address);
    if (!entry) return false;
    const wasNew = !entry.isKnown;
    Object.assign(entry, { dueAtMs: now + this.intervalMs, failures: 0, isKnown: true });
    return wasNew;
  }

  failed(address: string, now: number): void {
    const entry = this.#entries.get(address);
    if (!entry) return;
    entry.isKnown = false;
    entry.failures++;
    entry.dueAtMs = now + Math.min(this.intervalMs, FIRST_PAUSE_MS * 2 ** Math.min(entry.failures - 1, 20));
  }

  /** The connection is gone, and with it the broker's memory of us. */
  disconnected(address: string, now: number): void {
    const entry = this.#entries.get(address);
    if (!entry?.isKnown) return;
    entry.isKnown = false;
    entry.dueAtMs = now;
  }

  /** Everybody is to hear from us now: what we subscribe to has changed. */
  makeAllDue(now: number): void {
    for (const entry of this.#entries.values()) entry.dueAtMs = now;
  }

  /** Whether the broker matters and has not been asked yet since it is new, or since its connection was lost. */
  isStranger(address: string): boolean {
    const entry = this.#entries.get(address);
    return entry !== undefined && !entry.isKnown && entry.failures === 0;
  }
}

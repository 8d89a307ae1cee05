import type { Connection } from '../remoting/connection.js';

/** What hangs on each connection: one that closes costs what it used, not a walk through everything there is. */
export class ByConnection<T> {
  readonly #sets = new Map<Connection, Set<T>>();

  add(connection: Connection, one: T): void {
    const set = this.#sets.get(connection);
    if (set) set.add(one);
    else this.#sets.set(connection, new Set([one]));
  }

  delete(connection: Connection, one: T): void {
    const set = this.#sets.get(connection);
    set?.delete(one);
    if (set?.size === 0) this.#sets.delete(connection);
  }

  /** Whether anything hangs on it. */
  has(connection: Connection): boolean {
    return this.#sets.has(connection);
  }

  count(connection: Connection): number {
    return this.#sets.get(connection)?.size ?? 0;
  }

  /** All that hangs on it now: whoever goes through them may delete. */
  of(connection: Connection): readonly T[] {
    return [...(this.#sets.get(connection) ?? [])];
  }

  /** The connections on which anything hangs now. */
  get connections(): readonly Connection[] {
    return [...this.#sets.keys()];
  }
}

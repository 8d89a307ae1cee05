/**
 * Counts the turns of the event loop, so that a connection can know whether it has had its share of this one.
 *
 * libuv drains a hot socket for up to 32 reads before it looks at the next; without a share per turn, one client with
 * thousands of pipelined requests makes everybody else wait for all of them.
 */
export class Turn {
  #current = 0;
  #isArmed = false;

  /** The number of this turn; the next one has another. */
  mark(): number {
    if (!this.#isArmed) {
      this.#isArmed = true;
      setImmediate(this.#next);
    }
    return this.#current;
  }

  readonly #next = (): void => {
    this.#isArmed = false;
    this.#current++;
  };
}

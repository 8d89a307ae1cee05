import type { Random } from '../../runtime/random.js';

/**
 * Which name server to ask: one at a time, kept as long as it answers, then the next in turn. They all know the same.
 * RocketMQ: NettyRemotingClient's name server choice.
 */
export class NameServers {
  readonly #addresses: readonly string[];
  #current = 0;

  /** The order is shuffled once, so that many clients do not all sit on the first. */
  constructor(addresses: readonly string[], random: Random) {
    const shuffled = [...addresses];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = random.int(last + 1);
      [shuffled[last], shuffled[other]] = [shuffled[other] as string, shuffled[last] as string];
    }
    this.#addresses = shuffled;
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  get current(): string {
    return this.#addresses[this.#current] as string;
  }

  /** Moves on, unless somebody already did since `address` failed. */
  failed(address: string): void {
    if (address === this.current) this.#current = (this.#current + 1) % this.#addresses.length;
  }
}

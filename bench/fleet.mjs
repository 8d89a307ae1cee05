// Brokers that stay for several workloads, and work one at a time.
import { setTimeout as sleep } from 'node:timers/promises';
import { Side } from './sides.mjs';
import { load } from './workloads/load.mjs';

/** The brokers of workloads that start alike: started and warmed once, each stopped while the other works. */
export class Fleet {
  #sides = new Map();

  constructor(start, warmUpSeconds, say) {
    this.start = start;
    this.warmUpSeconds = warmUpSeconds;
    this.say = say;
  }

  /** Runs a task on a side, and on nobody else. */
  async on(kind, task) {
    const side = this.#sides.get(kind) ?? (await this.#start(kind));
    side.resume();
    await sleep(500);
    try {
      return await task(side);
    } finally {
      if (side.pid !== undefined) side.pause();
    }
  }

  async #start(kind) {
    const side = await Side.start(kind, this.start);
    this.#sides.set(kind, side);
    const { rate } = await load(side, 'send', { topic: 'WarmUp', seconds: this.warmUpSeconds, warm: 0 });
    const how = `${kind} started (${JSON.stringify(this.start)}) and warmed for ${this.warmUpSeconds} s`;
    this.say(`  ${how}, ${rate}/s on the way`);
    return side;
  }

  async stop() {
    const sides = [...this.#sides.values()];
    this.#sides.clear();
    for (const side of sides) await side.stop();
  }
}

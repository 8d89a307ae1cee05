import { describe, expect, it } from '@jest/globals';
import { TurnLag } from './turn-lag.js';

/** A loop whose turns take as long as the spec says. */
class SlowLoop {
  #now = 0;
  #task: (() => void) | undefined;

  now = () => this.#now;
  monotonicMs = () => this.#now;
  after = () => () => {};
  soon = () => {};

  every(_: number, task: () => void): () => void {
    this.#task = task;
    return () => {
      this.#task = undefined;
    };
  }

  turn(ms: number): void {
    this.#now += ms;
    this.#task?.();
  }

  get isWatched(): boolean {
    return this.#task !== undefined;
  }
}

describe('the lag of turns', () => {
  it('is nothing while turns are short', () => {
    const loop = new SlowLoop();
    const lag = new TurnLag(loop, loop);
    lag.start();
    for (let turns = 0; turns < 5; turns++) loop.turn(50);
    expect(lag.lateMs).toBe(0);
  });

  it('takes no notice of a single stall', () => {
    const loop = new SlowLoop();
    const lag = new TurnLag(loop, loop);
    lag.start();
    for (const ms of [50, 50, 900, 50]) loop.turn(ms);
    expect(lag.lateMs).toBe(0);
  });

  it('is what every late turn was late at least, and ends with the first that is not', () => {
    const loop = new SlowLoop();
    const lag = new TurnLag(loop, loop);
    lag.start();
    for (const ms of [350, 450, 300]) loop.turn(ms);
    expect(lag.lateMs).toBe(250);
    loop.turn(50);
    expect(lag.lateMs).toBe(0);
    lag.stop();
    expect(loop.isWatched).toBe(false);
  });
});

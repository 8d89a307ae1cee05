import type { TimeLimit } from '../interfaces/time-limit.js';

/**
 * The time limit of one dispatch: up when the driver says so, or when the drain of a stop has lasted too long.
 *
 * Its signal is made for the first who looks, and few handlers do. It is no AbortSignal.any of the driver's signal and
 * one of the whole consumer: Node 20 keeps something of every such signal for as long as its longest-lived source.
 */
export class DispatchLimit implements TimeLimit {
  #controller: AbortController | undefined;
  #ended: { readonly reason: unknown } | undefined;

  constructor(private readonly driver: TimeLimit) {}

  get signal(): AbortSignal {
    this.#controller ??= this.#watch(new AbortController());
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#ended ??= { reason };
    this.#controller?.abort(reason);
  }

  #watch(controller: AbortController): AbortController {
    const { signal } = this.driver;
    if (signal.aborted) this.#ended ??= { reason: signal.reason as unknown };
    else signal.addEventListener('abort', () => this.abort(signal.reason), { once: true });
    if (this.#ended) controller.abort(this.#ended.reason);
    return controller;
  }
}

import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the event loop runs: the one number that says whether this process keeps up. */
@Injectable()
export class EventLoop implements OnModuleDestroy {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: 20 });

  constructor() {
    this.#histogram.enable();
  }

  /** The 99th percentile since the last call, in milliseconds. */
  takeDelayMs(): number {
    const delayMs = this.#histogram.percentile(99) / 1e6;
    this.#histogram.reset();
    return Number.isFinite(delayMs) ? Math.round(delayMs * 10) / 10 : 0;
  }

  onModuleDestroy(): void {
    this.#histogram.disable();
  }
}

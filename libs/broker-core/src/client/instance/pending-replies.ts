import type { MessageExt } from '../../protocol/message.js';
import type { Clock } from '../../runtime/clock.js';
import { ConnectionError, TimeoutError } from '../../runtime/errors.js';
import type { Cancel, Scheduler } from '../../runtime/scheduler.js';
import { TooManyRequestsError } from '../errors.js';

/** How exact a reply's time limit is: one timer looks after all of them. */
const SWEEP_MS = 20;
const MAX_WAITING = 65_536;

interface Waiting {
  readonly resolve: (reply: MessageExt) => void;
  readonly reject: (error: unknown) => void;
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  readonly topic: string;
  /** Takes the ear off the caller's signal, which may outlive many requests. */
  readonly forgetSignal: () => void;
}

/** Requests whose replies have not come, by correlation id. RocketMQ: RequestFutureHolder. */
export class PendingReplies {
  readonly #waiting = new Map<string, Waiting>();
  #stopSweep: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
  ) {}

  /** Waits for the reply; call it before the request is sent, since replies can be quick. */
  expect(correlationId: string, topic: string, timeoutMs: number, signal?: AbortSignal): Promise<MessageExt> {
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(
        new TooManyRequestsError(`${MAX_WAITING} requests already wait for replies: send fewer at once`),
      );
    }
    return new Promise<MessageExt>((resolve, reject) => {
      const deadlineMs = this.clock.monotonicMs() + timeoutMs;
      const onAbort = () => this.fail(correlationId, signal?.reason);
      const forgetSignal = () => signal?.removeEventListener('abort', onAbort);
      this.#waiting.set(correlationId, { resolve, reject, deadlineMs, timeoutMs, topic, forgetSignal });
      this.#stopSweep ??= this.scheduler.every(SWEEP_MS, () => this.#sweep());
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
  }

  /** A reply came; false when nobody waits for it (any more). */
  settle(correlationId: string | undefined, reply: MessageExt): boolean {
    const waiting = this.#take(correlationId);
    waiting?.resolve(reply);
    return waiting !== undefined;
  }

  /** The request could not be sent, or its sender no longer waits. */
  fail(correlationId: string, error: unknown): void {
    this.#take(correlationId)?.reject(error);
  }

  close(): void {
    for (const correlationId of [...this.#waiting.keys()]) {
      this.fail(correlationId, new ConnectionError('the client was shut down before the reply came'));
    }
  }

  #take(correlationId: string | undefined): Waiting | undefined {
    if (correlationId === undefined) return undefined;
    const waiting = this.#waiting.get(correlationId);
    this.#waiting.delete(correlationId);
    waiting?.forgetSignal();
    if (this.#waiting.size === 0) {
      this.#stopSweep?.();
      this.#stopSweep = undefined;
    }
    return waiting;
  }

  #sweep(): void {
    const now = this.clock.monotonicMs();
    for (const [correlationId, { deadlineMs, timeoutMs, topic }] of this.#waiting) {
      if (deadlineMs > now) continue;
      this.fail(
        correlationId,
        new TimeoutError(
          `no reply from topic ${topic} within ${timeoutMs} ms: is a consumer of it running, and does it send replies (createReplyMessage)?`,
        ),
      );
    }
  }
}

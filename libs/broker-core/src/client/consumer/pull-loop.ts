import type { SubscriptionData } from '../../protocol/bodies/heartbeat-data.js';
import type { MessageExt } from '../../protocol/message.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { buildPullSysFlag } from '../../protocol/sys-flag.js';
import { RemoteError } from '../../runtime/errors.js';
import { delay } from '../../runtime/scheduler.js';
import { messageOf } from '../errors.js';
import type { ClientSettings } from '../instance/client-settings.js';
import { type FlowLimits, reasonToWait } from './flow-control.js';
import type { ProcessQueue } from './process-queue.js';
import type { PullAnswer, PullCalls } from './pull-call.js';

/** How long the broker may hold a pull, and we wait for its answer. */
const SUSPEND_MS = 15_000;
const TIMEOUT_MS = 30_000;
/** Pauses: after an error, when the broker sheds load, while paused, before a full cache is looked at again. */
const AFTER_ERROR_MS = 3_000;
const FLOW_CONTROLLED_MS = 20;
const PAUSED_MS = 1_000;
const CACHE_FULL_MS = 1_000;
/** Pauses when answers bring neither messages nor a later offset: none after the first, then doubled from and up to. */
const FIRST_STANDSTILL_MS = 10;
const LONGEST_STANDSTILL_MS = 1_000;

/** What a pull loop needs of its consumer. */
export interface PullLoopHost {
  readonly world: ClientSettings;
  readonly calls: PullCalls;
  readonly group: string;
  readonly isPaused: (queue: ProcessQueue) => boolean;
  readonly limits: () => FlowLimits;
  readonly pullBatchSize: number;
  readonly pullIntervalMs: number;
  readonly isLite: boolean;
  subscriptionOf(queue: ProcessQueue): SubscriptionData | undefined;
  /** What goes along with the pull to be committed; undefined when nothing is to be. */
  commitOffsetOf(queue: ProcessQueue): number | undefined;
  /** Orderly: only while the queue's lock is ours. */
  mayPull(queue: ProcessQueue): boolean;
  onMessages(messages: readonly MessageExt[], queue: ProcessQueue): void;
  /** Nothing of ours lies before `nextOffset`, and nothing is cached. */
  onNothing(queue: ProcessQueue, nextOffset: number): void;
  /** The broker has no such offset. The loop ends; the host decides what becomes of the queue. */
  onMoved(queue: ProcessQueue, nextOffset: number): void;
  onPulled?(queue: ProcessQueue, messages: number, tookMs: number): void;
}

/** Asks for one queue's messages, one question after the other, until the queue is dropped. RocketMQ: PullMessageService. */
export class PullLoop {
  readonly #abort = new AbortController();
  #wasAnswered = false;
  #nextOffset: number;
  #wake: (() => void) | undefined;
  #isFull = false;
  #fullTimes = 0;
  /** Quick answers in a row without progress. */
  #standstills = 0;

  constructor(
    private readonly host: PullLoopHost,
    private readonly queue: ProcessQueue,
    startOffset: number,
  ) {
    this.#nextOffset = startOffset;
    queue.onShrink = () => this.#onShrink();
  }

  /** Where the next question starts. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** Runs until the queue is dropped or the loop stopped; never rejects. */
  async run(firstAfterMs: number): Promise<void> {
    await this.#pause(firstAfterMs);
    while (!this.#isOver) {
      try {
        await this.#once();
      } catch (error) {
        if (this.#isOver) return;
        await this.#sleepUntilWoken(this.#pauseAfter(error));
      }
    }
  }

  /** Whatever failed may work again (a broker is back): asks now instead of after the pause. */
  retryNow(): void {
    if (!this.#isFull) this.#wake?.();
  }

  /** No further question; one that is open is given up. */
  stop(): void {
    this.#abort.abort(new Error('pulling has stopped'));
    this.#wake?.();
  }

  get #isOver(): boolean {
    return this.queue.isDropped || this.#abort.signal.aborted;
  }

  async #once(): Promise<void> {
    const { host, queue } = this;
    queue.pulledAtMs = host.world.clock.monotonicMs();
    if (host.isPaused(queue)) return this.#pause(PAUSED_MS);
    const reason = reasonToWait(queue, host.limits());
    if (reason !== undefined) return this.#awaitRoom(reason);
    const subscription = host.subscriptionOf(queue);
    if (!subscription || !host.mayPull(queue)) return this.#pause(AFTER_ERROR_MS);
    const startedAtMs = host.world.clock.monotonicMs();
    const answer = await this.#ask(subscription);
    this.#wasAnswered = true;
    if (this.#isOver) return;
    const tookMs = host.world.clock.monotonicMs() - startedAtMs;
    const restMs = this.#restAfter(answer, tookMs);
    this.#take(answer, tookMs);
    await this.#pause(restMs);
  }

  /**
   * A broker that does not hold pulls, or says to pull again and means it for long, is asked less and less often.
   * RocketMQ asks again at once, whatever was answered.
   */
  #restAfter(answer: PullAnswer, tookMs: number): number {
    const hasMoved = answer.nextOffset > this.#nextOffset || tookMs >= LONGEST_STANDSTILL_MS;
    this.#standstills = hasMoved ? 0 : this.#standstills + 1;
    if (this.#standstills > 1)
      return Math.min(LONGEST_STANDSTILL_MS, FIRST_STANDSTILL_MS * 2 ** Math.min(this.#standstills - 2, 10));
    return answer.kind === 'found' ? this.host.pullIntervalMs : 0;
  }

  async #ask(subscription: SubscriptionData): Promise<PullAnswer> {
    const { host, queue } = this;
    const commitOffset = host.commitOffsetOf(queue);
    return host.calls.pull({
      queue: queue.messageQueue,
      subscription,
      queueOffset: this.#nextOffset,
      maxMessages: host.pullBatchSize,
      sysFlag: buildPullSysFlag({
        commitOffset: commitOffset !== undefined,
        suspend: true,
        subscription: host.isLite,
        litePull: host.isLite,
      }),
      commitOffset: commitOffset ?? 0,
      suspendMs: SUSPEND_MS,
      timeoutMs: TIMEOUT_MS,
      isLite: host.isLite,
      signal: this.#abort.signal,
    });
  }

  #take(answer: PullAnswer, tookMs: number): void {
    const { host, queue } = this;
    this.#nextOffset = answer.nextOffset;
    switch (answer.kind) {
      case 'found': {
        const fresh = queue.put(answer.messages, answer.nextOffset);
        queue.backlog = Math.max(0, answer.maxOffset - answer.nextOffset);
        host.onPulled?.(queue, fresh.length, tookMs);
        if (fresh.length > 0) host.onMessages(fresh, queue);
        else if (queue.messageCount === 0) host.onNothing(queue, answer.nextOffset);
        return;
      }
      case 'nothing':
        queue.backlog = 0;
        if (queue.messageCount === 0) host.onNothing(queue, answer.nextOffset);
        return;
      case 'moved':
        host.world.logger.warn('the queue has no such offset, going on where it has', {
          ...this.#fields(),
          nextOffset: answer.nextOffset,
        });
        this.#abort.abort(new Error('the offset has moved'));
        host.onMoved(queue, answer.nextOffset);
        return;
    }
  }

  #pauseAfter(error: unknown): number {
    if (error instanceof RemoteError && error.responseCode === ResponseCode.FLOW_CONTROL) return FLOW_CONTROLLED_MS;
    // A sender of this process knows of a topic a moment before its first message makes it.
    const isEarly = !this.#wasAnswered && isNoSuchTopic(error);
    this.host.world.logger[isEarly ? 'debug' : 'warn']('pull failed, trying again', {
      ...this.#fields(),
      pauseMs: AFTER_ERROR_MS,
      reason: messageOf(error),
    });
    return AFTER_ERROR_MS;
  }

  async #awaitRoom(reason: string): Promise<void> {
    if (this.#fullTimes++ % 1000 === 0) {
      const { messageCount, bodyBytes, span } = this.queue;
      this.host.world.logger.warn('pulling waits for the listener', {
        ...this.#fields(),
        reason,
        messageCount,
        bodyBytes,
        span,
      });
    }
    this.#isFull = true;
    await this.#sleepUntilWoken(CACHE_FULL_MS);
    this.#isFull = false;
  }

  async #sleepUntilWoken(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.host.world.scheduler.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #onShrink(): void {
    if (this.#isOver) this.#wake?.();
    else if (this.#isFull && reasonToWait(this.queue, this.host.limits()) === undefined) this.#wake?.();
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await delay(this.host.world.scheduler, ms, this.#abort.signal).catch(() => undefined);
  }

  #fields() {
    return { group: this.host.group, ...this.queue.messageQueue, nextOffset: this.#nextOffset };
  }
}

function isNoSuchTopic(error: unknown): boolean {
  return error instanceof RemoteError && error.responseCode === ResponseCode.TOPIC_NOT_EXIST;
}

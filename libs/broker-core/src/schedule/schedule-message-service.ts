import { SystemTopic } from '../protocol/topic-names.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import type { PutMessage, PutMessageHook, PutResult } from '../store/put-message.js';
import type { TextFile } from '../topics/saved-table.js';
import { delayHook } from './delay-hook.js';
import { type DelayLevels, parseDelayLevels, queueIdOfLevel } from './delay-levels.js';
import { DelayProgress } from './delay-progress.js';
import { LevelDelivery } from './level-delivery.js';
import type { ScheduleStore } from './schedule-store.js';

/** The settings this room takes. */
export interface ScheduleSettings {
  readonly messageDelayLevel: string;
  readonly flushOffsetsEveryMs: number;
  readonly offsetVersionStep: number;
}

/** Hears of each message that reached its topic, and of the level it waited in. */
export type DeliveredListener = (message: PutMessage, result: PutResult, level: number) => void;

export interface ScheduleMessageServiceOptions {
  readonly store: ScheduleStore;
  /** delayOffset.json */
  readonly file: TextFile;
  readonly settings: ScheduleSettings;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/**
 * Delay levels: holds messages back in SCHEDULE_TOPIC_XXXX and stores them again, under their own topic, when their time
 * has come. Never early, and after a pause at once.
 *
 * RocketMQ: ScheduleMessageService
 */
export class ScheduleMessageService {
  readonly levels: DelayLevels;
  /** Goes into the store; turns messages with a delay level aside. */
  readonly hook: PutMessageHook;
  readonly #options: ScheduleMessageServiceOptions;
  readonly #progress: DelayProgress;
  readonly #deliveries: readonly LevelDelivery[];
  readonly #listeners: DeliveredListener[] = [];
  #cancelSaving: Cancel | undefined;

  constructor(options: ScheduleMessageServiceOptions) {
    const { settings, store } = options;
    const onDelivered: DeliveredListener = (...delivered) => this.#listeners.forEach((hear) => void hear(...delivered));
    this.#options = options;
    this.levels = parseDelayLevels(settings.messageDelayLevel);
    this.hook = delayHook(this.levels);
    this.#progress = new DelayProgress({ ...options, versionStep: () => settings.offsetVersionStep });
    this.#deliveries = Array.from({ length: this.levels.max }, (_, index) => {
      const level = index + 1;
      const delayMs = this.levels.delayMs(level) ?? 0;
      return new LevelDelivery({ ...options, level, delayMs, progress: this.#progress, onDelivered });
    });
    store.onMessageArriving((topic, queueId) => {
      if (topic === SystemTopic.RMQ_SYS_SCHEDULE_TOPIC && this.#cancelSaving) this.#deliveries[queueId]?.notify();
    });
  }

  onDelivered(listener: DeliveredListener): void {
    this.#listeners.push(listener);
  }

  /** Begins to deliver; the store is open. */
  start(): void {
    const { scheduler, settings } = this.#options;
    this.#progress.load();
    this.#cancelSaving = scheduler.every(settings.flushOffsetsEveryMs, () => void this.#save());
    for (const delivery of this.#deliveries) delivery.notify();
  }

  /**
   * Finishes the batches under way, brings what they delivered to disk, and saves how far each level is: nothing is
   * delivered again by the next start. The store is still open.
   */
  async shutdown(): Promise<void> {
    if (!this.#cancelSaving) return;
    this.#cancelSaving();
    this.#cancelSaving = undefined;
    await Promise.all(this.#deliveries.map((delivery) => delivery.stop()));
    await this.#options.store.awaitSynced();
    await this.#save();
  }

  /** The text of delayOffset.json as it would be saved now: what slaves and tools read. */
  printProgress(): string {
    return this.#progress.print();
  }

  /** `delivered,stored` by level: the scheduleMessageOffset_<level> lines of the runtime information. */
  runtimeInfo(): Map<string, string> {
    const { store } = this.#options;
    const topic = SystemTopic.RMQ_SYS_SCHEDULE_TOPIC;
    return new Map(
      this.#progress
        .all()
        .map(([level, next]) => [
          `scheduleMessageOffset_${level}`,
          `${next},${store.maxQueueOffset(topic, queueIdOfLevel(level))}`,
        ]),
    );
  }

  async #save(): Promise<void> {
    this.#progress.noteSynced(this.#options.store.flushedWhere);
    // A failed save was logged; the next one covers it, and until then a restart delivers some messages again.
    await this.#progress.awaitSaved().catch(() => {});
  }
}

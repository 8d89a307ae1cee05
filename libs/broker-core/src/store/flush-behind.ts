import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import { type Cancel, type Scheduler, turnEnd } from '../runtime/scheduler.js';
import type { CommitLog } from './commit-log.js';
import type { ConsumeQueues } from './consume-queues.js';
import { bootMark } from './format/checkpoint.js';
import type { IndexFiles } from './index-files.js';
import type { StoreCheckpoint } from './store-checkpoint.js';
import type { StoreConfig } from './store-config.js';

/** Queues written, and pages of index slots, before other work of the process gets its turn. */
const QUEUES_PER_TURN = 64;
const INDEX_PAGES_PER_TURN = 64;
/** How often queues and index are synced: what was stored since then is read again after a crash. RocketMQ: flushConsumeQueueThoroughInterval */
const SYNC_INTERVAL_MS = 60_000;
const CHECKPOINT_INTERVAL_MS = 1000;
/** A stop syncs queues no longer than this; if the power goes after it, the next start reads the newest part of the log again. */
const STOP_SYNC_MS = 2000;

export interface FlushBehindParts {
  readonly config: StoreConfig;
  readonly log: CommitLog;
  readonly queues: ConsumeQueues;
  readonly index: IndexFiles | undefined;
  readonly checkpoint: StoreCheckpoint;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly onTrouble: (error: unknown) => void;
}

/** Store times up to which something was done. */
interface Progress {
  readonly dispatchedTimestamp: number;
  readonly indexedTimestamp: number;
}

/**
 * Brings to disk what nobody waits for: queues, index and checkpoint. All of it can be made from the log again.
 *
 * The checkpoint is written after what it claims was synced, never before.
 */
export class FlushBehind {
  /** The store time up to which records were dispatched to queues and index. */
  dispatchedTimestamp = 0;
  readonly #timers: Cancel[];
  #running: Promise<void> | undefined;
  #syncedAtMs: number;

  constructor(private readonly parts: FlushBehindParts) {
    const { scheduler, config, clock } = parts;
    this.#syncedAtMs = clock.monotonicMs();
    this.#timers = [
      scheduler.every(config.flushConsumeQueueIntervalMs, () => this.#startCycle()),
      scheduler.every(CHECKPOINT_INTERVAL_MS, () => this.#guard(() => this.#writeCheckpoint())),
    ];
  }

  stopTimers(): void {
    for (const cancel of this.#timers) cancel();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopTimers();
    await this.#running;
  }

  /** Brings everything to disk, and says in the checkpoint that it is complete. The log is synced already. */
  async finish(): Promise<void> {
    const { queues, index, checkpoint, clock, disk } = this.parts;
    const progress = this.#progress();
    queues.write(Number.POSITIVE_INFINITY);
    index?.write(Number.POSITIVE_INFINITY);
    const deadlineMs = clock.monotonicMs() + STOP_SYNC_MS;
    const isSynced = await queues.awaitSynced(() => clock.monotonicMs() < deadlineMs);
    await index?.awaitSynced();
    if (isSynced) this.#claim(progress);
    checkpoint.values.queueEntries = [...queues].reduce((sum, { maxOffset }) => sum + maxOffset, 0);
    checkpoint.values.unsyncedBoot = isSynced ? 0 : bootMark(disk.bootId());
    this.#claimLog();
    checkpoint.write({ sync: true });
  }

  #startCycle(): void {
    this.#running ??= this.#cycle()
      .catch((error: unknown) => this.parts.onTrouble(error))
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #cycle(): Promise<void> {
    const { queues, index, clock } = this.parts;
    const progress = this.#progress();
    await this.#inTurns(queues.unwrittenCount, QUEUES_PER_TURN, (limit) => queues.write(limit));
    if (clock.monotonicMs() - this.#syncedAtMs < SYNC_INTERVAL_MS) return;
    this.#syncedAtMs = clock.monotonicMs();
    if (index) await this.#inTurns(index.unwrittenPages, INDEX_PAGES_PER_TURN, (limit) => index.write(limit));
    await queues.awaitSynced();
    await index?.awaitSynced();
    this.#claim(progress);
  }

  /**
   * How far queues and index are now. The index ends with the newest message that has a key: a later time would make the
   * next start believe that a file is gone.
   */
  #progress(): Progress {
    const { dispatchedTimestamp } = this;
    const { endTimestamp } = this.parts.index ?? { endTimestamp: dispatchedTimestamp };
    return { dispatchedTimestamp, indexedTimestamp: Math.min(dispatchedTimestamp, endTimestamp) };
  }

  #claim({ dispatchedTimestamp, indexedTimestamp }: Progress): void {
    const { values } = this.parts.checkpoint;
    values.logicsMsgTimestamp = dispatchedTimestamp;
    values.indexMsgTimestamp = indexedTimestamp;
  }

  #claimLog(): void {
    const { log, checkpoint } = this.parts;
    checkpoint.values.physicMsgTimestamp = log.syncedTimestamp;
    checkpoint.values.confirmPhyOffset = log.syncedOffset;
  }

  #writeCheckpoint(): void {
    this.#claimLog();
    this.parts.checkpoint.write();
  }

  /**
   * Writes `count` things, the oldest first, some in each turn: those that waited when this began. What comes meanwhile is
   * for the next cycle, or there would be no end to this one under load.
   */
  async #inTurns(count: number, perTurn: number, write: (limit: number) => void): Promise<void> {
    write(Math.min(count, perTurn));
    for (let left = count - perTurn; left > 0; left -= perTurn) {
      await turnEnd(this.parts.scheduler);
      write(Math.min(left, perTurn));
    }
  }

  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.parts.onTrouble(error);
    }
  }
}

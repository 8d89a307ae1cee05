import type { Clock } from '../runtime/clock.js';
import type { Disk } from '../runtime/disk.js';
import type { Logger } from '../runtime/logger.js';
import { localTimeOf } from '../runtime/machine.js';
import { type Cancel, delay, type Scheduler, turnEnd } from '../runtime/scheduler.js';
import type { CommitLog } from './commit-log.js';
import type { ConsumeQueues } from './consume-queues.js';
import type { DiskSpace } from './disk-space.js';
import type { IndexFiles } from './index-files.js';
import type { StoreConfig } from './store-config.js';

const FIRST_PASS_MS = 60_000;
/** Passes that one manual order lasts for. RocketMQ: MAX_MANUAL_DELETE_FILE_TIMES */
const MANUAL_PASSES = 20;
const HOUR_MS = 3_600_000;
/** Queues cleaned before other work of the process gets its turn. */
const QUEUES_PER_TURN = 64;

export interface RetentionParts {
  readonly config: StoreConfig;
  readonly log: CommitLog;
  readonly queues: ConsumeQueues;
  readonly index: IndexFiles | undefined;
  readonly space: DiskSpace;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** Why a pass deletes, if it does. */
export interface Reasons {
  /** The hour is one of `deleteWhen`. */
  readonly isTimeUp: boolean;
  /** The disk is fuller than `diskMaxUsedRatio`. */
  readonly isSpaceShort: boolean;
  /** So full that age does not matter any more. */
  readonly isForced: boolean;
  readonly isManual: boolean;
}

/**
 * Deletes what is too old or takes too much room: segments of the log from the oldest on, never the newest, and then
 * the files of queues and index that only knew messages in them. RocketMQ: CleanCommitLogService, CleanConsumeQueueService
 *
 * A file that someone still reads is unlinked all the same: its bytes stay until the reader is done.
 */
export class Retention {
  #manualPasses = 0;
  /** The pass under way. */
  #running: Promise<void> | undefined;
  /** After the stop nothing is touched any more: the directory may be another's. */
  readonly #stopped = new AbortController();
  /** When the first file could not be deleted: it is tried again after `redeleteHangedFileIntervalMs`. */
  #hangedAtMs: number | undefined;
  readonly #timers: Cancel[] = [];

  constructor(private readonly parts: RetentionParts) {
    const { scheduler, config } = parts;
    const cancelFirst = scheduler.after(FIRST_PASS_MS, () => {
      this.#startPass();
      this.#timers.push(scheduler.every(config.cleanResourceIntervalMs, () => this.#startPass()));
    });
    this.#timers.push(cancelFirst);
  }

  /** Ends the timers; a pass under way does nothing more. */
  stop(): void {
    this.#stopped.abort();
    for (const cancel of this.#timers) cancel();
  }

  /** Resolves when no pass is under way. */
  async ended(): Promise<void> {
    await this.#running;
  }

  /** Lets the next passes delete expired files at any hour. */
  deleteManually(): void {
    this.#manualPasses = MANUAL_PASSES;
  }

  /** One pass; resolves with the number of segments it deleted. */
  async pass(): Promise<number> {
    const reasons = this.#look();
    const { isTimeUp, isSpaceShort, isManual, isForced } = reasons;
    let deleted = 0;
    if (isTimeUp || isSpaceShort || isManual) {
      if (isManual) this.#manualPasses--;
      deleted = await this.#deleteSegments(isForced);
      if (deleted > 0) this.parts.logger.info('deleted segments of the log', { deleted, ...reasons });
      else if (isSpaceShort) this.parts.logger.warn('the disk fills up, and no segment may be deleted', { ...reasons });
    }
    await this.cleanDerived();
    return deleted;
  }

  /** Lets queues and index forget messages that the log no longer has; other work gets its turn between them. */
  async cleanDerived(): Promise<void> {
    const { log, queues, index, scheduler, logger } = this.parts;
    let count = 0;
    for (const queue of queues) {
      if (++count % QUEUES_PER_TURN === 0) await turnEnd(scheduler);
      if (this.#isStopped) return;
      if (queue.isGone) continue;
      try {
        queue.correctMinOffset(log.minOffset);
        queue.removeExpiredFiles();
      } catch (error) {
        const { topic, queueId } = queue;
        logger.warn('old files of a queue could not be deleted; the next pass tries again', { topic, queueId, error });
      }
      queue.rest();
    }
    if (!this.#isStopped) index?.removeBefore(log.minOffset);
  }

  get #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #startPass(): void {
    this.#running ??= this.pass()
      .then(() => {})
      .catch((error: unknown) => {
        if (!this.#isStopped) this.parts.logger.error('cleaning failed', { error });
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  #look(): Reasons {
    const { config, space, clock } = this.parts;
    const usedPercent = space.look();
    return {
      isTimeUp: isHourOf(config.deleteWhen, clock.now()),
      isSpaceShort: usedPercent > config.diskMaxUsedRatio,
      isForced: config.cleanFileForciblyEnable && usedPercent > space.cleanForciblyRatio,
      isManual: this.#manualPasses > 0,
    };
  }

  async #deleteSegments(isForced: boolean): Promise<number> {
    const { log, config, clock } = this.parts;
    if (this.#hangedAtMs !== undefined) {
      if (clock.monotonicMs() - this.#hangedAtMs < config.redeleteHangedFileIntervalMs) return 0;
      this.#hangedAtMs = undefined;
    }
    for (let count = 0; count < config.deleteFileBatchMax; count++) {
      const first = log.files.segments[0];
      // The segment being written stays, and so does everything that is not old enough.
      if (!first || first === log.files.at(log.writtenOffset) || log.files.segments.length < 2) return count;
      if (!isForced && !this.#isExpired(first.path)) return count;
      if (!this.#delete()) return count;
      if (config.deleteCommitLogFilesIntervalMs > 0) await this.#pause();
    }
    return config.deleteFileBatchMax;
  }

  /** Leaves the disk to others for a moment; throws at the stop. */
  #pause(): Promise<void> {
    const { scheduler, config } = this.parts;
    return delay(scheduler, config.deleteCommitLogFilesIntervalMs, this.#stopped.signal);
  }

  #isExpired(path: string): boolean {
    const { disk, clock, config } = this.parts;
    const modifiedAtMs = disk.stat(path)?.modifiedAtMs ?? 0;
    return clock.now() >= modifiedAtMs + config.reservedHours * HOUR_MS;
  }

  #delete(): boolean {
    try {
      this.parts.log.files.removeFirst();
      return true;
    } catch (error) {
      this.#hangedAtMs = this.parts.clock.monotonicMs();
      this.parts.logger.warn('a segment could not be deleted; it is tried again later', { error });
      return false;
    }
  }
}

/** Whether the local hour of `time` is one of `04;16`. RocketMQ: UtilAll#isItTimeToDo */
export function isHourOf(deleteWhen: string, time: number): boolean {
  const { hour } = localTimeOf(time);
  return deleteWhen.split(';').some((word) => word.trim() !== '' && Number(word) === hour);
}

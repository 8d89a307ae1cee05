import { type Disk, usedPercentOf } from '../runtime/disk.js';
import type { Logger } from '../runtime/logger.js';
import type { Cancel, Scheduler } from '../runtime/scheduler.js';
import type { StoreConfig } from './store-config.js';

/** How often a full disk is asked whether it has room again. */
const PROBE_MS = 1000;
/** Room that makes writing worth another try. */
const ENOUGH_BYTES = 4 * 1024 * 1024;

/** Ratios above this refuse sends even when the settings say more. RocketMQ: CleanCommitLogService#getDiskSpaceWarningLevelRatio */
const clampRatio = (ratio: number, low: number, high: number): number => Math.min(high, Math.max(low, ratio));

/**
 * Whether there is room for more. Sends are refused when the disk said ENOSPC, until it has room again, and when it is
 * fuller than `diskWarningRatio`, until retention made room. Reads go on.
 */
export class DiskSpace {
  /** The disk refused a write. */
  #isOutOfSpace = false;
  /** The disk is fuller than the settings allow. */
  #isAboveWarning = false;
  #cancelProbe: Cancel | undefined;

  constructor(
    private readonly config: StoreConfig,
    private readonly disk: Disk,
    private readonly scheduler: Scheduler,
    private readonly logger: Logger,
  ) {}

  get isFull(): boolean {
    return this.#isOutOfSpace || this.#isAboveWarning;
  }

  /** Used part of the file system that holds the directory, in whole percent. */
  usedPercent(directory: string): number {
    return usedPercentOf(this.disk.space(directory));
  }

  get cleanForciblyRatio(): number {
    return clampRatio(this.config.diskCleanForciblyRatio, 30, 85);
  }

  /** The disk said that there is no room. */
  onDiskFull(error: unknown): void {
    if (!this.#isOutOfSpace) this.logger.error('the disk is full: sends are refused until it has room', { error });
    this.#isOutOfSpace = true;
    this.#watch();
  }

  /** Looks how full the disk is, in percent. */
  look(): number {
    const { commitLogDirectory, rootDirectory } = this.config;
    const usedPercent = Math.max(this.usedPercent(commitLogDirectory), this.usedPercent(rootDirectory));
    const isAbove = usedPercent > clampRatio(this.config.diskWarningRatio, 35, 90);
    if (isAbove && !this.#isAboveWarning) {
      this.logger.error('the disk is nearly full: sends are refused until old files are gone', { usedPercent });
      this.#watch();
    }
    this.#isAboveWarning = isAbove;
    return usedPercent;
  }

  stop(): void {
    this.#cancelProbe?.();
  }

  /** Asks every second until there is room. */
  #watch(): void {
    this.#cancelProbe ??= this.scheduler.every(PROBE_MS, () => this.#probe());
  }

  #probe(): void {
    try {
      const usedPercent = this.look();
      const { usableBytes } = this.disk.space(this.config.commitLogDirectory);
      if (this.#isAboveWarning || usableBytes < ENOUGH_BYTES) return;
      this.#isOutOfSpace = false;
      this.#cancelProbe?.();
      this.#cancelProbe = undefined;
      this.logger.info('the disk has room again', { usableBytes, usedPercent });
    } catch (error) {
      this.logger.warn('the disk does not say how full it is; it is asked again', { error });
    }
  }
}

import type { Disk } from '../runtime/disk.js';
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
  /** Retention found the disk fuller than the settings allow. */
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

  /** Used part of the file system that holds the directory, in percent; 0 when that cannot be said. */
  usedRatio(directory: string): number {
    const { totalBytes, freeBytes } = this.disk.space(directory);
    return totalBytes > 0 ? ((totalBytes - freeBytes) / totalBytes) * 100 : 0;
  }

  get warningRatio(): number {
    return clampRatio(this.config.diskWarningRatio, 35, 90);
  }

  get cleanForciblyRatio(): number {
    return clampRatio(this.config.diskCleanForciblyRatio, 30, 85);
  }

  /** The disk said that there is no room. Writing begins again within a second of there being some. */
  onDiskFull(error: unknown): void {
    if (this.#isOutOfSpace) return;
    this.#isOutOfSpace = true;
    this.logger.error('the disk is full: sends are refused until it has room', { error });
    this.#cancelProbe = this.scheduler.every(PROBE_MS, () => this.#probe());
  }

  /** What a look at the ratios found. */
  setAboveWarning(isAbove: boolean, usedRatio: number): void {
    if (isAbove === this.#isAboveWarning) return;
    this.#isAboveWarning = isAbove;
    if (isAbove)
      this.logger.error('the disk is nearly full: sends are refused until old files are gone', { usedRatio });
    else this.logger.info('the disk has room again', { usedRatio });
  }

  stop(): void {
    this.#cancelProbe?.();
  }

  #probe(): void {
    const { freeBytes } = this.disk.space(this.config.commitLogDirectory);
    if (freeBytes < ENOUGH_BYTES) return;
    this.#cancelProbe?.();
    this.#isOutOfSpace = false;
    this.logger.info('the disk has room again', { freeBytes });
  }
}

import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './where.js';

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: nothing reaches the disk any more, not even the journal. */
const CUT = 'open(F,"<",$ARGV[0]) or die $!; my $f=pack("L",2); ioctl(F,0x8004587D,$f) or die $!';

/** A small ext4 of its own in a file, mounted: it can be full, and lose its power. Needs root and Linux. */
export class LoopDisk {
  readonly #directory = mkdtempSync(join(tmpdir(), 'rocketmq-disk-'));
  readonly #image = join(this.#directory, 'image');
  /** Where it is mounted. */
  readonly path = join(this.#directory, 'mounted');

  constructor(sizeBytes: number) {
    try {
      writeFileSync(this.#image, '');
      truncateSync(this.#image, sizeBytes);
      mkdirSync(this.path);
      command('mkfs.ext4', '-q', '-m', '0', this.#image);
      this.mount();
    } catch (error) {
      rmSync(this.#directory, { recursive: true, force: true });
      throw error;
    }
  }

  mount(): void {
    command('mount', '-o', 'loop', this.#image, this.path);
  }

  unmount(): void {
    command('umount', this.path);
  }

  /** The power goes: every write fails from now on, and what was not synced is gone when it is mounted again. */
  cutPower(): void {
    command('perl', '-e', CUT, this.path);
  }

  remove(): void {
    try {
      this.unmount();
    } finally {
      rmSync(this.#directory, { recursive: true, force: true });
    }
  }
}

/** Why there can be no LoopDisk here; undefined when there can. */
export function loopDiskProblem(): string | undefined {
  try {
    const disk = new LoopDisk(16 * 1024 * 1024);
    try {
      disk.cutPower();
    } finally {
      disk.remove();
    }
    return undefined;
  } catch (error) {
    return `a power cut on a loop-mounted ext4 needs root on Linux with mkfs.ext4, mount and perl: ${(error as Error).message}`;
  }
}

import { diskFailed, SyncFailedError } from '../runtime/errors.js';
import type { Scheduler } from '../runtime/scheduler.js';
import type { CommitLog } from './commit-log.js';
import type { ConsumeQueue } from './consume-queue.js';
import { isDiskFull, isOutOfDescriptors, isPassing } from './files/disk-errors.js';
import type { GroupCommit } from './group-commit.js';
import { type PutMessage, type PutResult, refusedPut } from './put-message.js';
import { type StagedRecord, StoredPut } from './staged-record.js';

/** What the pipeline tells when the disk does not do what it should. */
export interface DiskTrouble {
  /** No room, or no descriptor for the next file: nothing of what was staged is stored. */
  onPassing(error: unknown): void;
  /** Any other failure to write: the end of the store. */
  onFailure(error: unknown): void;
}

/**
 * The way of a message to its answer: staged now, written at the end of this turn, synced where that was promised, made
 * visible, answered.
 *
 * Everything that was decoded in one turn of the event loop shares one write, and one sync.
 */
export class PutPipeline {
  /** Staged and not yet written. */
  #staged: StagedRecord[] = [];
  #isTurnArmed = false;
  #isAbandoned = false;

  constructor(
    private readonly log: CommitLog,
    private readonly groupCommit: GroupCommit,
    private readonly scheduler: Scheduler,
    private readonly trouble: DiskTrouble,
  ) {}

  /** Puts on their way. */
  get pendingCount(): number {
    return this.#staged.length + this.groupCommit.waitingCount;
  }

  /** Puts messages that belong together, all into one queue; the answer comes when the last of them has what was promised. */
  put(messages: readonly PutMessage[], queue: ConsumeQueue): Promise<PutResult> {
    return new Promise((resolve) => {
      // As long as it needs to be: an array that grows takes room for seventeen, and this one is made for every message.
      const records = new Array<StagedRecord>(messages.length);
      try {
        for (let index = 0; index < messages.length; index++) {
          const record = this.log.stage(messages[index]!, queue, this.#writeStaged);
          this.#staged.push(record);
          records[index] = record;
        }
      } catch (error) {
        this.#couldNotWrite(error);
        resolve(refusedPut('SERVICE_NOT_AVAILABLE', remarkOf(error)));
        return;
      }
      records.at(-1)!.acknowledge = (status) => {
        if (status === 'SERVICE_NOT_AVAILABLE') resolve(refusedPut(status, 'the store failed to write this message'));
        else resolve(new StoredPut(status, records));
      };
      this.#armTurn();
    });
  }

  /** Ends the turn before its time. */
  writeNow(): void {
    try {
      this.#writeStaged();
    } catch (error) {
      this.#couldNotWrite(error);
    }
  }

  /** The store failed: what is staged is never written. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#refuseStaged();
  }

  /** Write, then sync, then say yes: the last two are the group commit's. */
  readonly #writeStaged = (): void => {
    if (this.#isAbandoned) throw new SyncFailedError('the store failed before this could be written');
    this.log.write();
    if (this.#staged.length === 0) return;
    const written = this.#staged;
    this.#staged = [];
    this.groupCommit.written(written);
  };

  #armTurn(): void {
    if (this.#isTurnArmed) return;
    this.#isTurnArmed = true;
    this.scheduler.soon(() => {
      this.#isTurnArmed = false;
      this.writeNow();
    });
  }

  #couldNotWrite(error: unknown): void {
    try {
      if (!isPassing(error)) throw error;
      this.log.unstage(this.#staged);
      this.trouble.onPassing(error);
    } catch (reason) {
      this.trouble.onFailure(diskFailed('writing the log', reason));
    }
    this.#refuseStaged();
  }

  #refuseStaged(): void {
    const refused = this.#staged;
    this.#staged = [];
    for (const record of refused) record.answer('SERVICE_NOT_AVAILABLE');
  }
}

function remarkOf(error: unknown): string {
  if (isOutOfDescriptors(error)) return 'too many files are open';
  return isDiskFull(error) ? 'the disk is full' : 'the store failed to write this message';
}

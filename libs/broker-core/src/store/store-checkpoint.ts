import type { Disk, DiskFile } from '../runtime/disk.js';
import {
  CHECKPOINT_BYTES,
  type Checkpoint,
  decodeCheckpoint,
  emptyCheckpoint,
  encodeCheckpoint,
} from './format/checkpoint.js';

/** What Apache's broker gives to clocks that are not quite equal: its recovery begins this much earlier. */
const MARGIN_MS = 3000;

/** The file `checkpoint`: where recovery may begin. RocketMQ: StoreCheckpoint */
export class StoreCheckpoint {
  readonly values: Checkpoint = emptyCheckpoint();
  #written = '';
  /** Open from the first write on: a process that has no descriptor left for a moment can write it still. */
  #file: DiskFile | undefined;

  constructor(
    private readonly path: string,
    private readonly disk: Disk,
  ) {}

  load(): void {
    if (!this.disk.exists(this.path)) return;
    const file = this.disk.open(this.path, { readOnly: true });
    try {
      const bytes = Buffer.alloc(CHECKPOINT_BYTES);
      Object.assign(this.values, decodeCheckpoint(bytes.subarray(0, file.readAt(bytes, 0))));
    } finally {
      file.close();
    }
  }

  /** Everything stored before this time is certain: log and queues were synced. RocketMQ: getMinTimestamp */
  get certainTimestamp(): number {
    return Math.max(0, Math.min(this.values.physicMsgTimestamp, this.values.logicsMsgTimestamp) - MARGIN_MS);
  }

  /** Says that no queue and no index file is certain, and makes that durable. */
  vouchForNoQueue(): void {
    this.values.logicsMsgTimestamp = this.values.indexMsgTimestamp = 0;
    this.values.queueEntries = undefined;
    this.write({ sync: true });
  }

  /** Writes the values if they changed. It is written after what it claims is true, so it may be lost and never lies. */
  write(options: { readonly sync?: boolean } = {}): void {
    const bytes = encodeCheckpoint(this.values);
    const text = bytes.toString('latin1', 0, 64);
    if (text === this.#written && !options.sync) return;
    this.#file ??= this.disk.open(this.path, { create: true });
    this.#file.writeAt(bytes, 0);
    if (options.sync) this.#file.sync();
    this.#written = text;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

import { decodeResetOffsetBody, encodeResetOffsetBody } from '../../protocol/bodies/reset-offset-body.js';
import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import type { Disk } from '../../runtime/disk.js';
import type { Logger } from '../../runtime/logger.js';
import { messageOf } from '../errors.js';
import type { OffsetStore } from './offset-store.js';

/**
 * Offsets of a broadcasting consumer, in a file of its own. RocketMQ: LocalFileOffsetStore.
 *
 * Shape   `<folder>/offsets.json`: `{"offsetTable":{{"brokerName":…,"queueId":…,"topic":…}:offset}}`; `.bak` is the one before
 */
export class LocalOffsetStore implements OffsetStore {
  readonly #offsets = new Map<string, { readonly queue: MessageQueue; consumerOffset: number }>();
  /** What the file says of queues that are not ours now is kept. */
  readonly #persisted = new Map<string, { readonly queue: MessageQueue; readonly consumerOffset: number }>();
  #isDirty = false;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly logger: Logger,
  ) {}

  async load(): Promise<void> {
    const paths = [this.#path, `${this.#path}.bak`];
    const table = this.#readTable(paths[0] as string) ?? this.#readTable(paths[1] as string);
    if (table === undefined && paths.some((path) => this.disk.exists(path))) {
      this.logger.warn('neither offset file can be read: this consumer begins anew', { folder: this.folder });
    }
    for (const [queue, consumerOffset] of table ?? [])
      this.#persisted.set(messageQueueKey(queue), { queue, consumerOffset });
  }

  update(queue: MessageQueue, consumerOffset: number, increaseOnly: boolean): void {
    const key = messageQueueKey(queue);
    const known = this.#offsets.get(key);
    if (known && (known.consumerOffset === consumerOffset || (increaseOnly && consumerOffset < known.consumerOffset)))
      return;
    this.#offsets.set(key, { queue, consumerOffset });
    this.#isDirty = true;
  }

  get(queue: MessageQueue): number | undefined {
    return this.#offsets.get(messageQueueKey(queue))?.consumerOffset;
  }

  async read(queue: MessageQueue): Promise<number | undefined> {
    const stored = this.#persisted.get(messageQueueKey(queue))?.consumerOffset;
    if (stored !== undefined) this.update(queue, stored, false);
    return stored;
  }

  /** A file that cannot be written is a line in the log, and the next persist tries again: consuming goes on. */
  async persist(queues: readonly MessageQueue[]): Promise<void> {
    if (!this.#isDirty) return;
    for (const queue of queues) {
      const known = this.#offsets.get(messageQueueKey(queue));
      if (known) this.#persisted.set(messageQueueKey(queue), { ...known });
    }
    try {
      this.#write(new Map([...this.#persisted.values()].map(({ queue, consumerOffset }) => [queue, consumerOffset])));
      this.#isDirty = false;
    } catch (error) {
      this.logger.warn('offsets not persisted', { path: this.#path, reason: messageOf(error) });
    }
  }

  forget(queue: MessageQueue): void {
    this.#offsets.delete(messageQueueKey(queue));
  }

  ofTopic(topic: string): ReadonlyMap<MessageQueue, number> {
    const ofTopic = [...this.#offsets.values()].filter(({ queue }) => queue.topic === topic);
    return new Map(ofTopic.map(({ queue, consumerOffset }) => [queue, consumerOffset]));
  }

  get #path(): string {
    return `${this.folder}/offsets.json`;
  }

  #readTable(path: string): ReadonlyMap<MessageQueue, number> | undefined {
    const bytes = this.disk.stat(path)?.sizeBytes ?? 0;
    if (bytes === 0) return undefined;
    const file = this.disk.open(path, { readOnly: true });
    try {
      const text = Buffer.alloc(bytes);
      file.readAt(text, 0);
      return decodeResetOffsetBody(text).offsetTable;
    } catch (error) {
      this.logger.warn('offset file cannot be read', { path, reason: messageOf(error) });
      return undefined;
    } finally {
      file.close();
    }
  }

  /** Temporary file, sync, rename: a power cut leaves the old file or the new one. */
  #write(offsetTable: Map<MessageQueue, number>): void {
    const { disk } = this;
    const path = this.#path;
    disk.makeDirectory(this.folder);
    const file = disk.open(`${path}.tmp`, { create: true });
    try {
      const text = encodeResetOffsetBody({ offsetTable });
      file.writeAt(text, 0);
      file.truncate(text.length);
      file.sync();
    } finally {
      file.close();
    }
    if (disk.exists(path)) disk.rename(path, `${path}.bak`);
    disk.rename(`${path}.tmp`, path);
    disk.syncDirectory(this.folder);
  }
}

import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import type { ExtFields } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { messageOf } from '../errors.js';
import { ask, tell } from '../instance/call.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { addressForReading } from '../instance/queue-offsets.js';
import type { OffsetStore } from './offset-store.js';

const TIMEOUT_MS = 5_000;
/** An offset that stays the same is said again so often: the broker may have lost it in a crash. */
const REPEAT_MS = 60_000;

interface Entry {
  readonly queue: MessageQueue;
  consumerOffset: number;
  toldOffset: number;
  toldAtMs: number;
}

/** Offsets kept by the broker of each queue. RocketMQ: RemoteBrokerOffsetStore. */
export class RemoteOffsetStore implements OffsetStore {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly instance: MQClientInstance,
    private readonly group: string,
  ) {}

  async load(): Promise<void> {}

  update(queue: MessageQueue, consumerOffset: number, increaseOnly: boolean): void {
    const key = messageQueueKey(queue);
    const entry = this.#entries.get(key);
    if (!entry) {
      this.#entries.set(key, { queue, consumerOffset, toldOffset: -1, toldAtMs: 0 });
    } else if (!increaseOnly || consumerOffset > entry.consumerOffset) {
      entry.consumerOffset = consumerOffset;
    }
  }

  get(queue: MessageQueue): number | undefined {
    return this.#entries.get(messageQueueKey(queue))?.consumerOffset;
  }

  async read(queue: MessageQueue): Promise<number | undefined> {
    const consumerOffset = await this.#query(queue);
    if (consumerOffset !== undefined) this.update(queue, consumerOffset, false);
    return consumerOffset;
  }

  async #query(queue: MessageQueue): Promise<number | undefined> {
    const response = await ask(this.instance.transport, await addressForReading(this.instance, queue), {
      code: RequestCode.QUERY_CONSUMER_OFFSET,
      extFields: this.#headerOf(queue),
      timeoutMs: TIMEOUT_MS,
      topic: queue.topic,
      group: this.group,
      alsoGood: [ResponseCode.QUERY_NOT_FOUND],
    });
    if (response.code === ResponseCode.QUERY_NOT_FOUND) return undefined;
    const consumerOffset = Number(response.extFields?.['offset'] ?? -1);
    return consumerOffset < 0 ? undefined : consumerOffset;
  }

  async persist(queues: readonly MessageQueue[], isFinal = false): Promise<void> {
    const now = this.instance.settings.clock.monotonicMs();
    const due = queues
      .map((queue) => this.#entries.get(messageQueueKey(queue)))
      .filter((entry) => entry !== undefined)
      .filter(({ consumerOffset, toldOffset, toldAtMs }) => {
        return isFinal || consumerOffset !== toldOffset || now - toldAtMs >= REPEAT_MS;
      });
    await Promise.all(due.map((entry) => this.#tell(entry, now, isFinal)));
  }

  forget(queue: MessageQueue): void {
    this.#entries.delete(messageQueueKey(queue));
  }

  ofTopic(topic: string): ReadonlyMap<MessageQueue, number> {
    const ofTopic = [...this.#entries.values()].filter(({ queue }) => queue.topic === topic);
    return new Map(ofTopic.map(({ queue, consumerOffset }) => [queue, consumerOffset]));
  }

  async #tell(entry: Entry, now: number, isFinal: boolean): Promise<void> {
    const { queue, consumerOffset } = entry;
    try {
      if (isFinal) await this.#tellSurely(queue, consumerOffset);
      else
        await tell(
          this.instance.transport,
          await addressForReading(this.instance, queue),
          this.#saying(queue, consumerOffset),
        );
      entry.toldOffset = consumerOffset;
      entry.toldAtMs = now;
    } catch (error) {
      const fields = { group: this.group, ...queue, consumerOffset, reason: messageOf(error) };
      this.instance.settings.logger.warn('offset not persisted', fields);
    }
  }

  /**
   * Says it and looks. A pull that was on its way carries an older offset, and Apache's brokers serve pulls in threads of
   * their own: one that is late would have the next member consume the last messages again.
   */
  async #tellSurely(queue: MessageQueue, consumerOffset: number): Promise<void> {
    const address = await addressForReading(this.instance, queue);
    const question = { ...this.#saying(queue, consumerOffset), timeoutMs: TIMEOUT_MS, group: this.group };
    await ask(this.instance.transport, address, question);
    const stored = await this.#query(queue);
    if (stored !== undefined && stored < consumerOffset) await ask(this.instance.transport, address, question);
  }

  #saying(queue: MessageQueue, consumerOffset: number) {
    return {
      code: RequestCode.UPDATE_CONSUMER_OFFSET,
      extFields: { ...this.#headerOf(queue), commitOffset: String(consumerOffset) },
    };
  }

  #headerOf({ topic, brokerName, queueId }: MessageQueue): ExtFields {
    return { consumerGroup: this.group, topic, queueId: String(queueId), bname: brokerName };
  }
}

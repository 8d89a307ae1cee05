import type { MessageQueue } from '../../protocol/message-queue.js';
import { RequestCode } from '../../protocol/request-code.js';
import { RouteError } from '../errors.js';
import { ask } from './call.js';
import type { MQClientInstance } from './mq-client-instance.js';

/** What brokers know of a queue's ends. RocketMQ: MQAdminImpl. */
export class QueueOffsets {
  constructor(private readonly instance: MQClientInstance) {}

  /** The queueOffset that the queue's next message will get. */
  async max(queue: MessageQueue): Promise<number> {
    return this.#number(queue, RequestCode.GET_MAX_OFFSET, 'offset');
  }

  /** The queueOffset of the queue's oldest message. */
  async min(queue: MessageQueue): Promise<number> {
    return this.#number(queue, RequestCode.GET_MIN_OFFSET, 'offset');
  }

  /** First queueOffset that was stored at or after `timestamp`. */
  async search(queue: MessageQueue, timestamp: number): Promise<number> {
    return this.#number(queue, RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, 'offset', {
      timestamp: String(timestamp),
      boundaryType: 'LOWER',
    });
  }

  /** When the queue's oldest message was stored; -1 for an empty queue. */
  async earliestStoreTime(queue: MessageQueue): Promise<number> {
    return this.#number(queue, RequestCode.GET_EARLIEST_MSG_STORETIME, 'timestamp');
  }

  async #number(
    queue: MessageQueue,
    code: number,
    field: string,
    more: { [name: string]: string } = {},
  ): Promise<number> {
    const { topic, brokerName, queueId } = queue;
    const response = await ask(this.instance.transport, await addressForReading(this.instance, queue), {
      code,
      extFields: { topic, queueId: String(queueId), bname: brokerName, ...more },
      timeoutMs: this.instance.settings.mqClientApiTimeoutMs,
      topic,
    });
    return Number(response.extFields?.[field] ?? -1);
  }
}

/** The queue's master, or any replica when it has none. Throws RouteError when there is nobody. */
export async function addressForReading(
  instance: MQClientInstance,
  { topic, brokerName }: MessageQueue,
): Promise<string> {
  const { brokers } = instance.routes;
  let found = brokers.memberOf(brokerName);
  if (!found) {
    await instance.routes.refresh(topic, instance.settings.mqClientApiTimeoutMs);
    found = brokers.memberOf(brokerName);
  }
  if (!found)
    throw new RouteError(
      `nobody answers for broker '${brokerName}', which holds a queue of topic '${topic}': is it running?`,
    );
  return found.address;
}

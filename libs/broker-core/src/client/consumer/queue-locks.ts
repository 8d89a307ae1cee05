import { decodeLockBatchResponseBody, encodeLockBatchRequestBody } from '../../protocol/bodies/lock-batch-body.js';
import { type MessageQueue, messageQueueKey } from '../../protocol/message-queue.js';
import { RequestCode } from '../../protocol/request-code.js';
import { messageOf } from '../errors.js';
import { ask } from '../instance/call.js';
import type { MQClientInstance } from '../instance/mq-client-instance.js';
import { MASTER_ID } from '../instance/route.js';

const TIMEOUT_MS = 1_000;

/** Keeps others of the group from consuming a queue at the same time: the broker grants each queue to one client. */
export class QueueLocks {
  constructor(
    private readonly instance: MQClientInstance,
    private readonly group: string,
  ) {}

  /** Which of these are ours now, by key. A broker that does not answer grants nothing. */
  async lock(queues: readonly MessageQueue[]): Promise<ReadonlySet<string>> {
    const granted = await Promise.all(
      [...byBroker(queues)].map(([broker, ofBroker]) => this.#lockAt(broker, ofBroker)),
    );
    return new Set(granted.flat().map(messageQueueKey));
  }

  /** Gives queues back, as far as brokers can be reached. */
  async unlock(queues: readonly MessageQueue[]): Promise<void> {
    await Promise.all([...byBroker(queues)].map(([broker, ofBroker]) => this.#unlockAt(broker, ofBroker)));
  }

  async #lockAt(brokerName: string, mqSet: readonly MessageQueue[]): Promise<readonly MessageQueue[]> {
    const master = this.instance.routes.brokers.memberOf(brokerName, MASTER_ID, true);
    if (!master) return [];
    try {
      const response = await ask(this.instance.transport, master.address, {
        code: RequestCode.LOCK_BATCH_MQ,
        body: encodeLockBatchRequestBody(this.#request(mqSet)),
        timeoutMs: TIMEOUT_MS,
        group: this.group,
      });
      return response.body ? decodeLockBatchResponseBody(response.body).lockOKMQSet : [];
    } catch (error) {
      this.instance.settings.logger.warn('queues not locked', {
        group: this.group,
        brokerName,
        reason: messageOf(error),
      });
      return [];
    }
  }

  async #unlockAt(brokerName: string, mqSet: readonly MessageQueue[]): Promise<void> {
    const master = this.instance.routes.brokers.memberOf(brokerName, MASTER_ID, true);
    if (!master) return;
    try {
      await ask(this.instance.transport, master.address, {
        code: RequestCode.UNLOCK_BATCH_MQ,
        body: encodeLockBatchRequestBody(this.#request(mqSet)),
        timeoutMs: TIMEOUT_MS,
        group: this.group,
      });
    } catch (error) {
      this.instance.settings.logger.warn('queues not unlocked', {
        group: this.group,
        brokerName,
        reason: messageOf(error),
      });
    }
  }

  #request(mqSet: readonly MessageQueue[]) {
    return { consumerGroup: this.group, clientId: this.instance.clientId, onlyThisBroker: false, mqSet: [...mqSet] };
  }
}

function byBroker(queues: readonly MessageQueue[]): Map<string, MessageQueue[]> {
  const table = new Map<string, MessageQueue[]>();
  for (const queue of queues) {
    const ofBroker = table.get(queue.brokerName);
    if (ofBroker) ofBroker.push(queue);
    else table.set(queue.brokerName, [queue]);
  }
  return table;
}

import { createRequest, markOneWay } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import type { Scheduler } from '../runtime/scheduler.js';
import type { ConsumerGroup } from './consumer-group.js';
import type { ConsumerSettings } from './consumer-settings.js';

/**
 * Tells every member of a group that its members or topics changed, so that all rebalance at once.
 *
 * Changes of one turn are told once: when a thousand members join together, each hears of it a few times, not a thousand.
 * Source  RocketMQ DefaultConsumerIdsChangeListener, Broker2Client#notifyConsumerIdsChanged
 */
export class ConsumerIdsChanged {
  readonly #changed = new Set<ConsumerGroup>();

  constructor(
    private readonly settings: Pick<ConsumerSettings, 'notifyConsumerIdsChangedEnable'>,
    private readonly scheduler: Scheduler,
  ) {}

  /** Notes that a group changed; its members hear of it at the end of this turn. */
  note(group: ConsumerGroup): void {
    if (!this.settings.notifyConsumerIdsChangedEnable) return;
    if (this.#changed.size === 0) this.scheduler.soon(() => this.#tell());
    this.#changed.add(group);
  }

  #tell(): void {
    const groups = [...this.#changed];
    this.#changed.clear();
    for (const group of groups) {
      for (const connection of group.clients.keys()) {
        const request = createRequest(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, { consumerGroup: group.groupName });
        connection.invokeOneWay(markOneWay(request));
      }
    }
  }
}

import { RequestCode } from '../protocol/request-code.js';
import { createRequest, markOneWay } from '../protocol/remoting-command.js';
import type { ConsumerGroup } from './consumer-group.js';
import type { ConsumerSettings } from './consumer-settings.js';

/**
 * Tells every member of a group that its members or topics changed, so that all rebalance at once.
 *
 * Source  RocketMQ DefaultConsumerIdsChangeListener, Broker2Client#notifyConsumerIdsChanged
 */
export function notifyConsumerIdsChanged(
  group: ConsumerGroup,
  settings: Pick<ConsumerSettings, 'notifyConsumerIdsChangedEnable'>,
): void {
  if (!settings.notifyConsumerIdsChangedEnable) return;
  for (const connection of group.clients.keys()) {
    const request = createRequest(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, { consumerGroup: group.groupName });
    connection.invokeOneWay(markOneWay(request));
  }
}

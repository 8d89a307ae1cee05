import { NotifyMinBrokerIdChangeRequestHeader } from '../protocol/headers/namesrv.headers.js';
import { createRequest } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import type { RemotingClient } from '../remoting/remoting-client.js';
import type { Logger } from '../runtime/logger.js';
import type { MinBrokerIdChange } from './route-info.js';

/**
 * Tells the brokers of a group which id is the smallest now: that one stands in for a missing master. After a departure
 * all who are left hear it; after an arrival those who were there before.
 *
 * Source  RocketMQ RouteInfoManager#notifyMinBrokerIdChanged
 */
export function tellOfMinBrokerId(client: RemotingClient, change: MinBrokerIdChange, logger: Logger): void {
  const { group, minBrokerId, offlineBrokerAddr, haServerAddr } = change;
  const ext = NotifyMinBrokerIdChangeRequestHeader.encode({
    minBrokerId,
    brokerName: group.brokerName,
    minBrokerAddr: group.brokerAddrs.get(minBrokerId),
    offlineBrokerAddr,
    haBrokerAddr: haServerAddr,
  });
  for (const address of whoHears(change)) {
    client.invokeOneWay(address, createRequest(RequestCode.NOTIFY_MIN_BROKER_ID_CHANGE, ext)).catch((error: Error) => {
      logger.warn('a broker could not be told of the smallest id', { address, error: error.message });
    });
  }
}

/** The addresses that are told of a change. */
export function whoHears({ group, minBrokerId, offlineBrokerAddr }: MinBrokerIdChange): string[] {
  const all = [...group.brokerAddrs];
  const isAll = offlineBrokerAddr !== undefined || all.length === 1;
  return all.filter(([id]) => isAll || id !== minBrokerId).map(([, address]) => address);
}

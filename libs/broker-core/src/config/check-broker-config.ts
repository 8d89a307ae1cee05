import type { BrokerConfig } from './broker-config.js';

const CQ_ENTRY_BYTES = 20;

/** What each value allows and together they do not. */
export function problemsOf({ identity, network, store }: BrokerConfig): string[] {
  const problems: string[] = [];
  if (/^(0\.0\.0\.0|::)$/.test(identity.advertisedHost)) {
    problems.push(
      `brokerIP1=${identity.advertisedHost} is no address that clients can dial: write one of this machine`,
    );
  }
  if (store.consumeQueueFileBytes % CQ_ENTRY_BYTES !== 0) {
    problems.push(`mappedFileSizeConsumeQueue=${store.consumeQueueFileBytes} is no multiple of ${CQ_ENTRY_BYTES}`);
  }
  if (store.maxMessageBytes + 64 * 1024 > store.commitLogFileBytes) {
    problems.push(
      `maxMessageSize=${store.maxMessageBytes} does not fit into mappedFileSizeCommitLog=${store.commitLogFileBytes}: a record lies in one file`,
    );
  }
  if (store.maxMessageBytes > network.maxFrameBytes) {
    problems.push(
      `maxMessageSize=${store.maxMessageBytes} does not fit into maxFrameBytes=${network.maxFrameBytes}: a message comes in one frame`,
    );
  }
  if (store.diskCleanForciblyRatio >= store.diskWarningRatio) {
    problems.push(
      `diskSpaceCleanForciblyRatio=${store.diskCleanForciblyRatio} must be below diskSpaceWarningLevelRatio=${store.diskWarningRatio}`,
    );
  }
  if (store.diskMaxUsedRatio > store.diskCleanForciblyRatio) {
    problems.push(
      `diskMaxUsedSpaceRatio=${store.diskMaxUsedRatio} must not be above diskSpaceCleanForciblyRatio=${store.diskCleanForciblyRatio}`,
    );
  }
  return problems;
}

/** What works and is probably not meant. */
export function adviseOn({ identity, network, cluster }: BrokerConfig): string[] {
  const advice: string[] = [];
  if (/^(127\.|localhost$)/.test(identity.advertisedHost)) {
    advice.push(`brokerIP1=${identity.advertisedHost}: only clients on this machine can reach the broker`);
  }
  if (identity.brokerId !== 0) {
    advice.push(`brokerId=${identity.brokerId}: a master is 0, so it registers as 0`);
  }
  if (identity.brokerRole === 'SYNC_MASTER') {
    advice.push('brokerRole=SYNC_MASTER: without slaves it does what ASYNC_MASTER does');
  }
  if (cluster.nameServers === '') {
    advice.push('namesrvAddr is not set: no client will find this broker; write it, pass -n, or set NAMESRV_ADDR');
  }
  if (network.port !== 0 && network.port <= 2 && network.isVipPortOpen) {
    advice.push(`listenPort=${network.port}: there is no port two below it, so the VIP port stays closed`);
  }
  return advice;
}

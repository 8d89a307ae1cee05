import type { AdminParts } from './admin-parts.js';

/** Said of every queue of a thread pool that tools ask for: there is one thread here, and nothing waits for another. */
const POOLS = ['send', 'pull', 'litePull', 'query', 'ack'] as const;
const POOL_CAPACITY = '10000';

/**
 * Everything that `mqadmin brokerStatus`, `clusterList` and the dashboard read of a broker. What the store knows better
 * replaces what is counted here.
 *
 * Source  RocketMQ AdminBrokerProcessor#prepareRuntimeInfo, DefaultMessageStore#getRuntimeInfo
 */
export async function runtimeInfoOf(parts: AdminParts, startedAt: number): Promise<Map<string, string>> {
  const { store, schedule } = parts;
  const info = new Map([...days(parts), ...pools(), ...whatIsNotHere(), ...disk(parts), ...store.runtimeInfo()]);
  const now = parts.clock.now();
  info.set('bootTimestamp', String(startedAt));
  info.set('runtime', durationText(now - startedAt));
  info.set('brokerActive', 'true');
  info.set('brokerVersionDesc', 'V5_5_0');
  info.set('remainHowManyDataToFlush', bytesText(store.maxCommitLogOffset - store.flushedWhere));
  info.set('dispatchBehindBytes', String(store.dispatchBehindBytes));
  info.set('earliestMessageTimeStamp', String(await store.earliestStoreTimestamp()));
  info.set('startAcceptSendRequestTimeStamp', String(parts.acceptSendsFromMs()));
  info.set('commitLogMinOffset', String(store.minCommitLogOffset));
  info.set('commitLogMaxOffset', String(store.maxCommitLogOffset));
  for (const [key, value] of schedule.runtimeInfo()) info.set(key, value);
  return info;
}

/** What the store does not count: messages by day. */
function days({ midnightTotals, stats }: AdminParts): [string, string][] {
  const { putNums, getNums } = stats.totals;
  const { mornings } = midnightTotals;
  return [
    ['msgPutTotalYesterdayMorning', String(mornings.putYesterdayMorning)],
    ['msgPutTotalTodayMorning', String(mornings.putTodayMorning)],
    ['msgPutTotalTodayNow', String(putNums)],
    ['msgGetTotalYesterdayMorning', String(mornings.getYesterdayMorning)],
    ['msgGetTotalTodayMorning', String(mornings.getTodayMorning)],
    ['msgGetTotalTodayNow', String(getNums)],
  ];
}

function pools(): [string, string][] {
  const ofPools = POOLS.flatMap((pool): [string, string][] => [
    [`${pool}ThreadPoolQueueSize`, '0'],
    [`${pool}ThreadPoolQueueCapacity`, POOL_CAPACITY],
    [`${pool}ThreadPoolQueueHeadWaitTimeMills`, '0'],
  ]);
  return [...ofPools, ['EndTransactionQueueSize', '0'], ['EndTransactionThreadPoolQueueCapacity', POOL_CAPACITY]];
}

/** Tools want these keys; there is no timer wheel here, no transient buffer, and no lock around the page cache. */
function whatIsNotHere(): [string, string][] {
  return [
    ['pageCacheLockTimeMills', '0'],
    ['timerReadBehind', '0'],
    ['timerOffsetBehind', '0'],
    ['timerCongestNum', '0'],
    ['timerEnqueueTps', '0.0'],
    ['timerDequeueTps', '0.0'],
    ['remainTransientStoreBufferNumbs', '0'],
  ];
}

function disk({ disk: machineDisk, storePath }: AdminParts): [string, string][] {
  const { totalBytes, freeBytes } = machineDisk.space(storePath);
  const used = totalBytes > 0 ? (totalBytes - freeBytes) / totalBytes : 0;
  return [
    ['commitLogDirCapacity', `Total : ${bytesText(totalBytes)}, Free : ${bytesText(freeBytes)}.`],
    ['commitLogDiskRatio', String(used)],
    [`commitLogDiskRatio_${storePath}/commitlog`, String(used)],
    ['consumeQueueDiskRatio', String(used)],
  ];
}

/** `[ 0 days, 1 hours, 2 minutes, 3 seconds ]`, as StoreStatsService writes it. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  return `[ ${days} days, ${hours} hours, ${Math.floor(seconds / 60) % 60} minutes, ${seconds % 60} seconds ]`;
}

/** `512 B`, `1.0 GiB`. Source  RocketMQ MixAll#humanReadableByteCount */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(6, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${'KMGTPE'[power - 1]}iB`;
}

import type { AdminParts } from './admin-parts.js';

/**
 * Pools of threads that tools ask for, beside that of sends, each with the capacity that RocketMQ gives it: there is one
 * thread here, and nothing queues for another.
 */
const IDLE_POOLS = [
  ['pull', '100000'],
  ['litePull', '100000'],
  ['query', '20000'],
  ['ack', '100000'],
] as const;
/** RocketMQ's own answer without its pool of transient buffers: Integer.MAX_VALUE. */
const NO_TRANSIENT_POOL = '2147483647';

/**
 * Everything that `mqadmin brokerStatus`, `clusterList` and the dashboard read of a broker: what the store says of itself,
 * and what is known here.
 *
 * Source  RocketMQ AdminBrokerProcessor#prepareRuntimeInfo, DefaultMessageStore#getRuntimeInfo
 */
export async function runtimeInfoOf(parts: AdminParts): Promise<Map<string, string>> {
  const { store, schedule } = parts;
  const info = new Map([...store.runtimeInfo(), ...days(parts), ...pools(parts), ...whatIsNotHere()]);
  info.set('brokerActive', 'true');
  info.set('brokerVersionDesc', 'V5_5_0');
  info.set('remainHowManyDataToFlush', bytesText(store.maxCommitLogOffset - store.flushedWhere));
  info.set('dispatchBehindBytes', String(store.dispatchBehindBytes));
  info.set('earliestMessageTimeStamp', String(await store.earliestStoreTimestamp()));
  info.set('startAcceptSendRequestTimeStamp', String(parts.acceptSendsFromMs()));
  info.set('commitLogDirCapacity', capacityText(parts));
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

/** Sends queue for the store; whatever is asked waits as long for its turn of the event loop (docs/adr/0012). */
function pools({ admission }: AdminParts): [string, string][] {
  const waitMs = String(Math.round(admission.lateMs));
  const pool = (name: string, size: string, capacity: string): [string, string][] => [
    [`${name}ThreadPoolQueueSize`, size],
    [`${name}ThreadPoolQueueCapacity`, capacity],
    [`${name}ThreadPoolQueueHeadWaitTimeMills`, waitMs],
  ];
  return [
    ...pool('send', String(admission.pending), String(admission.capacity)),
    ...IDLE_POOLS.flatMap(([name, capacity]) => pool(name, '0', capacity)),
    ['EndTransactionQueueSize', '0'],
    ['EndTransactionThreadPoolQueueCapacity', '100000'],
  ];
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
    ['remainTransientStoreBufferNumbs', NO_TRANSIENT_POOL],
  ];
}

function capacityText({ disk, storePath }: AdminParts): string {
  const { totalBytes, freeBytes } = disk.space(storePath);
  return `Total : ${bytesText(totalBytes)}, Free : ${bytesText(freeBytes)}.`;
}

/** `512 B`, `1.0 GiB`. Source  RocketMQ MixAll#humanReadableByteCount */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(6, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${'KMGTPE'[power - 1]}iB`;
}

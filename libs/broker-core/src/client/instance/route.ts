import type { TopicRouteData } from '../../protocol/bodies/topic-route-data.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import { isReadable, isWriteable } from '../../protocol/permissions.js';

/** brokerId of a master; sends go nowhere else. */
export const MASTER_ID = 0;

/**
 * The queues a producer may send to: by `orderTopicConf` if there is one, else the write queues of writable brokers that
 * have a master, ordered by broker name. RocketMQ: MQClientInstance#topicRouteData2TopicPublishInfo.
 */
export function publishQueuesOf(topic: string, route: TopicRouteData): MessageQueue[] {
  if (route.orderTopicConf) return orderedQueuesOf(topic, route.orderTopicConf);
  const withMaster = new Set(
    route.brokerDatas.filter(({ brokerAddrs }) => brokerAddrs.has(MASTER_ID)).map(({ brokerName }) => brokerName),
  );
  return [...route.queueDatas]
    .sort((left, right) => (left.brokerName < right.brokerName ? -1 : 1))
    .filter(({ perm, brokerName }) => isWriteable(perm) && withMaster.has(brokerName))
    .flatMap(({ brokerName, writeQueueNums }) => queuesOfBroker(topic, brokerName, writeQueueNums));
}

/** The queues a consumer group shares out: the read queues of readable brokers. */
export function subscribeQueuesOf(topic: string, route: TopicRouteData): MessageQueue[] {
  return route.queueDatas
    .filter(({ perm }) => isReadable(perm))
    .flatMap(({ brokerName, readQueueNums }) => queuesOfBroker(topic, brokerName, readQueueNums));
}

/**
 * The route of a topic that does not exist yet: that of the auto-create topic with at most `queueNums` queues a broker.
 * The first send to one of its queues creates the topic there.
 */
export function provisionalRoute(autoCreateRoute: TopicRouteData, queueNums: number): TopicRouteData {
  return {
    ...autoCreateRoute,
    queueDatas: autoCreateRoute.queueDatas.map((data) => {
      const capped = Math.min(queueNums, data.readQueueNums);
      return { ...data, readQueueNums: capped, writeQueueNums: capped };
    }),
  };
}

/** Whether two routes lead to the same places. */
export function isSameRoute(left: TopicRouteData, right: TopicRouteData): boolean {
  return fingerprintOf(left) === fingerprintOf(right);
}

function fingerprintOf({ orderTopicConf, queueDatas, brokerDatas }: TopicRouteData): string {
  const queues = queueDatas.map(({ brokerName, readQueueNums, writeQueueNums, perm, topicSysFlag }) =>
    [brokerName, readQueueNums, writeQueueNums, perm, topicSysFlag].join(' '),
  );
  const brokers = brokerDatas.map(({ brokerName, cluster, brokerAddrs }) =>
    [brokerName, cluster, ...[...brokerAddrs].map(([id, address]) => `${id}=${address}`).sort()].join(' '),
  );
  return [orderTopicConf ?? '', ...queues.sort(), '/', ...brokers.sort()].join('\n');
}

function orderedQueuesOf(topic: string, orderTopicConf: string): MessageQueue[] {
  return orderTopicConf.split(';').flatMap((entry) => {
    const [brokerName = '', count = ''] = entry.split(':');
    return brokerName === '' ? [] : queuesOfBroker(topic, brokerName, Number.parseInt(count, 10) || 0);
  });
}

const queuesOfBroker = (topic: string, brokerName: string, count: number): MessageQueue[] =>
  Array.from({ length: count }, (_, queueId) => ({ topic, brokerName, queueId }));

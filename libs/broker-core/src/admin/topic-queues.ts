import { decodeTopicRouteData } from '../protocol/bodies/topic-route-data.js';
import { GetRouteInfoRequestHeader } from '../protocol/headers/namesrv.headers.js';
import { compareMessageQueues, type MessageQueue } from '../protocol/message-queue.js';
import { createRequest } from '../protocol/remoting-command.js';
import { RequestCode } from '../protocol/request-code.js';
import { ResponseCode } from '../protocol/response-code.js';
import type { AdminParts } from './admin-parts.js';

const READ = 4;
const TIMEOUT_MS = 3000;
/** A route this old is asked for again. */
const FRESH_MS = 5000;
const MAX_ROUTES = 10_000;

interface Known {
  readonly askedAt: number;
  readonly queues: Promise<readonly MessageQueue[] | undefined>;
}

/** All readable queues of a topic, on every broker, as the name servers know them. RocketMQ: TopicRouteInfoManager */
export class TopicQueues {
  readonly #known = new Map<string, Known>();

  constructor(private readonly parts: Pick<AdminParts, 'client' | 'nameServers' | 'clock'>) {}

  /** In the order in which every member of a group sees them; undefined when no name server knows the topic. */
  of(topic: string): Promise<readonly MessageQueue[] | undefined> {
    const now = this.parts.clock.monotonicMs();
    const known = this.#known.get(topic);
    if (known && now - known.askedAt < FRESH_MS) return known.queues;
    this.#known.delete(topic);
    if (this.#known.size >= MAX_ROUTES) this.#forgetOldest();
    const queues = this.#ask(topic);
    this.#known.set(topic, { askedAt: now, queues });
    return queues;
  }

  #forgetOldest(): void {
    for (const topic of this.#known.keys()) {
      this.#known.delete(topic);
      return;
    }
  }

  async #ask(topic: string): Promise<readonly MessageQueue[] | undefined> {
    const header = GetRouteInfoRequestHeader.encode({ topic, acceptStandardJsonOnly: true });
    const addresses = this.parts
      .nameServers()
      .split(';')
      .map((text) => text.trim());
    for (const address of addresses.filter(Boolean)) {
      const request = createRequest(RequestCode.GET_ROUTEINFO_BY_TOPIC, header);
      const answer = await this.parts.client.invoke(address, request, TIMEOUT_MS).catch(() => undefined);
      if (answer?.code !== ResponseCode.SUCCESS || !answer.body) continue;
      const readable = decodeTopicRouteData(answer.body).queueDatas.filter(({ perm }) => (perm & READ) !== 0);
      const queues = readable.flatMap(({ brokerName, readQueueNums }) =>
        Array.from({ length: readQueueNums }, (_, queueId) => ({ topic, brokerName, queueId })),
      );
      return queues.sort(compareMessageQueues);
    }
    return undefined;
  }
}

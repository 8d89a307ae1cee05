import { decodeTopicRouteData, type TopicRouteData } from '../../protocol/bodies/topic-route-data.js';
import type { RemotingCommand } from '../../protocol/remoting-command.js';
import { RequestCode } from '../../protocol/request-code.js';
import { ResponseCode } from '../../protocol/response-code.js';
import { SystemTopic } from '../../protocol/topic-names.js';
import type { Clock } from '../../runtime/clock.js';
import { ConnectionError, TimeoutError } from '../../runtime/errors.js';
import type { Logger } from '../../runtime/logger.js';
import { messageOf } from '../errors.js';
import { ask, type Question } from './call.js';
import type { NameServers } from './name-servers.js';
import type { Transport } from './transport.js';

/** Questions to whichever name server answers. */
export class NameServerCalls {
  constructor(
    private readonly transport: Transport,
    readonly servers: NameServers,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks the current name server; when it cannot be reached or is silent, the others in turn, each once. The question's time
   * is for all of them: each gets its share of what is left.
   *
   * Throws  RemoteError as any of them refuses; ConnectionError naming all of them when none can be talked to
   */
  async ask(question: Question): Promise<RemotingCommand> {
    const failures: string[] = [];
    const deadlineMs = this.clock.monotonicMs() + question.timeoutMs;
    for (let toAsk = this.servers.addresses.length; toAsk > 0; toAsk--) {
      const address = this.servers.current;
      const timeoutMs = Math.max(1, (deadlineMs - this.clock.monotonicMs()) / toAsk);
      try {
        return await ask(this.transport, address, { ...question, timeoutMs });
      } catch (error) {
        if (!(error instanceof ConnectionError || error instanceof TimeoutError)) throw error;
        failures.push(`${address}: ${messageOf(error)}`);
        this.servers.failed(address);
        this.logger.warn('name server does not answer', {
          address,
          next: this.servers.current,
          reason: messageOf(error),
        });
      }
    }
    throw new ConnectionError(
      `no name server answers (${failures.join('; ')}). Check namesrvAddr, that mqnamesrv runs, and the network between`,
    );
  }

  /** Resolves when some name server answers, whatever it says of the question. */
  async ping(timeoutMs: number): Promise<void> {
    await this.fetchRoute(SystemTopic.AUTO_CREATE_TOPIC_KEY_TOPIC, timeoutMs);
  }

  /** The route of a topic; undefined when the name server knows none. */
  async fetchRoute(topic: string, timeoutMs: number): Promise<TopicRouteData | undefined> {
    const response = await this.ask({
      code: RequestCode.GET_ROUTEINFO_BY_TOPIC,
      extFields: { topic, acceptStandardJsonOnly: 'true' },
      timeoutMs,
      topic,
      alsoGood: [ResponseCode.TOPIC_NOT_EXIST],
    });
    if (response.code === ResponseCode.TOPIC_NOT_EXIST || response.body === undefined) return undefined;
    return decodeTopicRouteData(response.body);
  }
}

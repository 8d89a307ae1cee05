import type { PipeTransform } from '@nestjs/common';
import type { Logger } from 'rocketmq-broker-core/client';
import type { RocketMQMessageConverter } from '../conversion/converter.js';
import { convertPayload } from '../conversion/payload.js';
import type { ConsumeVerdict } from '../interfaces/driver.js';
import type { RocketMQListenerContainer } from '../interfaces/listener-container.js';
import type { ListenerTuning } from '../interfaces/listener-options.js';
import type { TimeLimit } from '../interfaces/time-limit.js';
import { ConsumeResult, type PayloadType } from '../interfaces/vocabulary.js';
import type { MessageExt } from '../messages/message-ext.js';
import { messages } from '../rocketmq.messages.js';
import type { HandlerInvoker } from './handler-invoker.js';
import type { ListenerDefinition } from './listener-definition.js';
import type { ResolvedListenerOptions } from './listener-options.resolver.js';
import { RocketMQBatchContext, RocketMQContext } from './rocketmq.context.js';
import { isConsumeResult, type VerdictDefaults, verdictOf, verdictOfError } from './verdict.js';

/** Sends what a handler returned to the one who asked; resolves when it is out. */
export type Replier = (request: MessageExt, value: unknown) => Promise<void>;

/** What an endpoint is made of. */
export interface EndpointParts {
  readonly definition: ListenerDefinition;
  readonly options: ResolvedListenerOptions;
  readonly invoke: HandlerInvoker;
  readonly payloadType: PayloadType<unknown> | undefined;
  readonly pipes: readonly PipeTransform[];
  readonly converter: RocketMQMessageConverter;
  readonly charset: BufferEncoding;
  readonly reply: Replier;
  readonly logger: Logger;
}

/** Where messages of one listener end: converts, calls, replies, and says what became of each message. */
export class ListenerEndpoint {
  readonly name: string;
  readonly owner: object;
  /** What the listener says, and after `prepareStart` what it was changed to. */
  tuning: Partial<ListenerTuning>;
  subscriptions: ResolvedListenerOptions['subscriptions'];
  inFlight = 0;

  constructor(readonly parts: EndpointParts) {
    this.name = parts.definition.name;
    this.owner = parts.definition.instance;
    this.tuning = { ...parts.options.tuning };
    this.subscriptions = parts.options.subscriptions;
  }

  /** One verdict per message; never rejects. */
  async handle(
    incoming: readonly MessageExt[],
    container: RocketMQListenerContainer,
    limit: TimeLimit,
    groupTuning: Partial<ListenerTuning>,
  ): Promise<readonly ConsumeVerdict[]> {
    const defaults = verdictDefaults({ ...groupTuning, ...this.tuning });
    this.inFlight += incoming.length;
    try {
      const contexts = incoming.map((message) => new RocketMQContext(message, container, limit));
      if (this.parts.definition.kind === 'batch') return await this.#handleBatch(contexts, container, limit, defaults);
      return await this.#handleInTurn(contexts, defaults);
    } finally {
      this.inFlight -= incoming.length;
    }
  }

  async #handleInTurn(contexts: readonly RocketMQContext[], defaults: VerdictDefaults): Promise<ConsumeVerdict[]> {
    const verdicts: ConsumeVerdict[] = [];
    for (const context of contexts) verdicts.push(await this.#handleOne(context, defaults));
    return verdicts;
  }

  async #handleOne(context: RocketMQContext, defaults: VerdictDefaults): Promise<ConsumeVerdict> {
    try {
      const payload = await this.#payloadOf(context.getMessage());
      const returned = await this.parts.invoke(payload, context);
      const isOurs = isConsumeResult(returned);
      if (!isOurs || this.parts.options.source.reply === true) await this.#replyWith(returned, context);
      return verdictOf(isOurs ? returned : ConsumeResult.SUCCESS, defaults, context.delayLevelWhenNextConsume);
    } catch (error) {
      return this.#failed(error, context, defaults);
    }
  }

  async #handleBatch(
    contexts: readonly RocketMQContext[],
    container: RocketMQListenerContainer,
    limit: TimeLimit,
    defaults: VerdictDefaults,
  ): Promise<readonly ConsumeVerdict[]> {
    const batch = new RocketMQBatchContext(contexts, container, limit);
    try {
      const payloads = await Promise.all(contexts.map((context) => this.#payloadOf(context.getMessage())));
      const returned = await this.parts.invoke(payloads, batch);
      return contexts.map((context, index) => {
        const result: unknown = Array.isArray(returned) ? returned[index] : returned;
        const word = isConsumeResult(result) ? result : ConsumeResult.SUCCESS;
        return verdictOf(word, defaults, context.delayLevelWhenNextConsume);
      });
    } catch (error) {
      return Promise.all(contexts.map((context) => this.#failed(error, context, defaults)));
    }
  }

  async #payloadOf(message: MessageExt): Promise<unknown> {
    const { payloadType, converter, charset, pipes } = this.parts;
    let payload = await convertPayload(message, payloadType, converter, charset);
    for (const pipe of pipes) {
      const metatype = typeof payloadType === 'function' ? payloadType : undefined;
      payload = await pipe.transform(payload, { type: 'body', ...(metatype === undefined ? {} : { metatype }) });
    }
    return payload;
  }

  async #replyWith(value: unknown, context: RocketMQContext): Promise<void> {
    const { reply = 'auto' } = this.parts.options.source;
    const isAsked = context.getProperty('REPLY_TO_CLIENT') !== undefined;
    if (reply === false || (reply === 'auto' && (!isAsked || value === undefined))) return;
    const message = context.getMessage();
    if (!isAsked) {
      this.parts.logger.debug(messages.log.replyNotAsked, this.#fields(message));
      return;
    }
    try {
      await this.parts.reply(message, value);
    } catch (error) {
      // The handler has done its work: delivering the request again would do it twice.
      this.parts.logger.error(messages.log.replyFailed, { ...this.#fields(message), error });
    }
  }

  async #failed(error: unknown, context: RocketMQContext, defaults: VerdictDefaults): Promise<ConsumeVerdict> {
    const verdict = verdictOfError(error, defaults) ?? (await this.#askErrorHandler(error, context, defaults));
    const { result } = verdict;
    const fields = { ...this.#fields(context.getMessage()), result, error };
    // A retry is logged by the client, which gets the error with the verdict.
    this.parts.logger[result === ConsumeResult.DEAD_LETTER ? 'warn' : 'debug'](messages.log.handlerFailed, fields);
    return result === ConsumeResult.SUCCESS ? verdict : { ...verdict, error };
  }

  async #askErrorHandler(error: unknown, context: RocketMQContext, defaults: VerdictDefaults): Promise<ConsumeVerdict> {
    const { errorHandler } = this.parts.options.source;
    const level = context.delayLevelWhenNextConsume;
    if (!errorHandler) return verdictOf(ConsumeResult.RETRY, defaults, level);
    try {
      return verdictOf(await errorHandler(error, context), defaults, level);
    } catch (failure) {
      const fields = { ...this.#fields(context.getMessage()), error: failure };
      this.parts.logger.error(messages.log.errorHandlerFailed, fields);
      return verdictOfError(failure, defaults) ?? verdictOf(ConsumeResult.RETRY, defaults, level);
    }
  }

  #fields(message: MessageExt) {
    const { topic, tags, msgId, reconsumeTimes } = message;
    return { listener: this.name, group: this.parts.options.consumerGroup, topic, tags, msgId, reconsumeTimes };
  }
}

function verdictDefaults(tuning: Partial<ListenerTuning>): VerdictDefaults {
  return {
    delayLevelWhenNextConsume: tuning.delayLevelWhenNextConsume ?? 0,
    suspendCurrentQueueTime: tuning.suspendCurrentQueueTime ?? 1000,
  };
}

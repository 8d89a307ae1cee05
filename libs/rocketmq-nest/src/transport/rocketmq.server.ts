import { type CustomTransportStrategy, type MessageHandler, type ReadPacket, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type {
  RocketMQHandlerExtras,
  RocketMQServerOptions,
  RocketMQTransportEvents,
  RocketMQTransportStatus,
} from '../interfaces/transport-options.js';
import { type ConsumeMode, ConsumeResult } from '../interfaces/vocabulary.js';
import type { GroupConsumer } from '../listeners/group-consumer.js';
import type { RocketMQContext } from '../listeners/rocketmq.context.js';
import { isConsumeResult } from '../listeners/verdict.js';
import { RocketMQConnection } from '../rocketmq.connection.js';
import { RocketMQArgumentError, RocketMQOptionsError, toError } from '../rocketmq.errors.js';
import { outcomeOf } from '../rocketmq.exceptions.js';
import { messages } from '../rocketmq.messages.js';
import { ROCKETMQ_TRANSPORT } from '../rocketmq.tokens.js';
import { createHandlerGroup } from './handler-group.js';
import { PatternRouter, readPattern } from './pattern-router.js';
import { describeError, REPLY_ERROR } from './reply-error.js';
import { TransportEvents } from './transport-events.js';

/**
 * Nest's microservice transport over RocketMQ: @EventPattern and @MessagePattern take `topic` or `topic:tag`.
 *
 * There is no envelope: bodies are plain JSON, text or bytes, so senders in other languages need to know nothing of
 * Nest. A failed event comes again and ends in the dead letters, as with a listener; a failed request is answered with
 * its error, which the requester's `send()` emits.
 *
 *     app.connectMicroservice({ strategy: new RocketMQServer({ nameServer: 'localhost:9876', consumerGroup: 'shop' }) })
 */
export class RocketMQServer
  extends Server<RocketMQTransportEvents, RocketMQTransportStatus>
  implements CustomTransportStrategy
{
  override readonly transportId = ROCKETMQ_TRANSPORT;
  /** Handlers' failures reach RocketMQ as retries; Nest (12 and later) need not log them as unobserved. */
  override readonly propagatesEventHandlerErrors: boolean = true;
  readonly #connection: RocketMQConnection;
  readonly #events = new TransportEvents();
  #consumers: readonly GroupConsumer[] = [];

  /** Throws  RocketMQOptionsError for options that cannot work */
  constructor(private readonly options: RocketMQServerOptions) {
    super();
    const { connection, consumerGroup: _group, subscribe: _tuning, serializer, deserializer, ...own } = options;
    this.#connection = connection ?? RocketMQConnection.standalone(own);
    this.initializeSerializer({ ...(serializer ? { serializer } : {}) });
    // Nest's default deserializer expects an envelope; ours is used only when the application gives one.
    if (deserializer) this.initializeDeserializer({ deserializer });
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    const destination = readPattern(pattern);
    refuseExtras(destination, extras);
    const existing = this.messageHandlers.get(destination);
    if (existing && !(isEventHandler && existing.isEventHandler)) {
      throw new RocketMQArgumentError(messages.patternTwice(destination));
    }
    super.addHandler(destination, callback, isEventHandler, extras);
  }

  async listen(callback: (err?: unknown, ...rest: unknown[]) => void): Promise<void> {
    this._status$.next('connecting');
    try {
      this.#consumers = [...this.#handlersByGroup()].map(([consumerGroup, handlers]) =>
        this.#consumerOf(consumerGroup, handlers),
      );
      for (const consumer of this.#consumers) consumer.validate();
      await this.#connection.start();
      await Promise.all(this.#consumers.map((consumer) => consumer.start()));
      this._status$.next('connected');
      this.#events.emit('connected');
      callback();
    } catch (error) {
      this._status$.next('disconnected');
      this.#events.emit('error', toError(error));
      await this.#stop();
      callback(error);
    }
  }

  /** Waits for running handlers (up to the connection's `shutdownTimeout`), then leaves the groups. */
  async close(): Promise<void> {
    this._status$.next('draining');
    await this.#stop();
    this._status$.next('stopped');
    this.#events.emit('disconnected');
  }

  on<K extends keyof RocketMQTransportEvents>(event: K, callback: RocketMQTransportEvents[K]): void {
    this.#events.on(event, callback);
  }

  /** The push consumers, one per group. */
  unwrap<T>(): T {
    return this.#consumers.map((consumer) => consumer.unwrap()) as T;
  }

  /** Unlike the base class, waits for the handler's stream: its failure must become a retry. */
  override async handleEvent(pattern: string, packet: ReadPacket, context: RocketMQContext): Promise<unknown> {
    const handler = this.messageHandlers.get(pattern);
    return handler ? await settle(await handler(packet.data, context)) : ConsumeResult.RETRY;
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
    if (!this.options.connection) await this.#connection.stop();
  }

  #handlersByGroup(): Map<string, Map<string, MessageHandler>> {
    const groups = new Map<string, Map<string, MessageHandler>>();
    for (const [pattern, handler] of this.messageHandlers) {
      const { consumerGroup = this.options.consumerGroup } = (handler.extras ?? {}) as RocketMQHandlerExtras;
      groups.set(consumerGroup, (groups.get(consumerGroup) ?? new Map()).set(pattern, handler));
    }
    return groups;
  }

  #consumerOf(consumerGroup: string, handlers: ReadonlyMap<string, MessageHandler>): GroupConsumer {
    const router = new PatternRouter(handlers);
    const consumeMode = agreedMode(consumerGroup, handlers);
    const group = createHandlerGroup({
      connection: this.#connection,
      name: `RocketMQServer of group ${consumerGroup}`,
      owner: this,
      options: {
        ...this.options.subscribe,
        ...(consumeMode === undefined ? {} : { consumeMode }),
        consumerGroup,
        subscriptions: router.subscriptions(),
        reply: false,
      },
      handle: (payload, context) => this.#withHooks(context, () => this.#handle(router, payload, context)),
    });
    group.onQueues = (queues) => this.#events.emit('rebalanced', queues);
    return group;
  }

  /** Instrumentation sees the start and the end of every message, as with Nest's own transports. */
  async #withHooks(context: RocketMQContext, handle: () => Promise<ConsumeResult>): Promise<ConsumeResult> {
    let result: ConsumeResult = ConsumeResult.RETRY;
    try {
      await this.onProcessingStartHook(this.transportId, context, async () => {
        result = await handle();
      });
      return result;
    } finally {
      this.onProcessingEndHook?.(this.transportId, context);
    }
  }

  async #handle(router: PatternRouter, payload: unknown, context: RocketMQContext): Promise<ConsumeResult> {
    const handler = router.route(context.getTopic(), context.getTag());
    if (!handler) return ConsumeResult.RETRY;
    const data = await this.#deserialize(payload, context);
    if (handler.isEventHandler) return asResult(await settle(await handler(data, context)));
    return this.#answer(handler, data, context);
  }

  async #deserialize(payload: unknown, context: RocketMQContext): Promise<unknown> {
    if (!this.deserializer) return payload;
    const pattern = context.getTopic();
    const packet = (await this.deserializer.deserialize(
      { pattern, data: payload },
      { channel: pattern },
    )) as ReadPacket;
    return packet.data;
  }

  /** The requester gets one answer: the last value of the handler's stream, or its error. */
  async #answer(handler: MessageHandler, data: unknown, context: RocketMQContext): Promise<ConsumeResult> {
    const isAsked = context.getProperty('REPLY_TO_CLIENT') !== undefined;
    try {
      const response = await settle(await handler(data, context));
      if (isAsked) await this.#reply(context, await this.serializer.serialize(response as never));
    } catch (error) {
      // RocketMQ's own exceptions ask for a retry, a dead letter or a skip; and a message nobody waits for is an event.
      if (!isAsked || outcomeOf(error)) throw error;
      await this.#reply(context, describeError(error), { [REPLY_ERROR]: 'true' });
    }
    return ConsumeResult.SUCCESS;
  }

  async #reply(context: RocketMQContext, value: unknown, properties: Record<string, string> = {}): Promise<void> {
    const message = context.getMessage();
    try {
      await this.#connection.reply(message, value, this.options.subscribe?.replyTimeout, properties);
    } catch (error) {
      this.#connection.logger.error(messages.log.replyFailed, { topic: message.topic, msgId: message.msgId, error });
    }
  }
}

/** The last value of a stream, or what is not a stream. */
async function settle(returned: unknown): Promise<unknown> {
  return isObservable(returned) ? lastValueFrom(returned, { defaultValue: undefined }) : returned;
}

function asResult(returned: unknown): ConsumeResult {
  return isConsumeResult(returned) ? returned : ConsumeResult.SUCCESS;
}

/** Extras of later releases are refused: ignored, they would look as if they worked. */
function refuseExtras(pattern: string, extras: Record<string, unknown>): void {
  const unknown = ['selectorType', 'selectorExpression', 'batch'].find((name) => extras[name] !== undefined);
  if (unknown !== undefined)
    throw new RocketMQOptionsError(messages.notSupportedYet(unknown, `the handler of "${pattern}"`));
}

/** The consumeMode that the handlers of a group give; those that give none go along. */
function agreedMode(group: string, handlers: ReadonlyMap<string, MessageHandler>): ConsumeMode | undefined {
  let first: { readonly pattern: string; readonly mode: ConsumeMode } | undefined;
  for (const [pattern, { extras }] of handlers) {
    const mode = (extras as RocketMQHandlerExtras | undefined)?.consumeMode;
    if (mode === undefined) continue;
    first ??= { pattern, mode };
    if (mode !== first.mode)
      throw new RocketMQOptionsError(
        messages.modeConflict(group, 'consumeMode', first.pattern, first.mode, pattern, mode),
      );
  }
  return first?.mode;
}

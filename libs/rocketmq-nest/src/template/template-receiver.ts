import { convertPayload } from '../conversion/payload.js';
import type { DriverPullConsumer } from '../interfaces/driver.js';
import type { PullConsumerOptions } from '../interfaces/pull-consumer-options.js';
import { ConsumeFromWhere, MessageModel, type Millis, type PayloadType } from '../interfaces/vocabulary.js';
import type { MessageExt } from '../messages/message-ext.js';
import { checkOptions, refuseUnsupported } from '../options/checked-options.js';
import type { RocketMQConnection } from '../rocketmq.connection.js';
import { RocketMQNotRunningError, RocketMQOptionsError } from '../rocketmq.errors.js';
import { messages } from '../rocketmq.messages.js';

const DEFAULT_POLL_MS = 5000;

/** What a started receiver stands on. */
interface Started {
  readonly connection: RocketMQConnection;
  readonly consumer: DriverPullConsumer;
  readonly pollTimeout: Millis;
  /** Polled and not handed out yet: what came with a message that could not be converted, from that one on. */
  unread: readonly MessageExt[];
}

/**
 * The receiving half of a template: its pull consumer, if it was given one.
 *
 * Throws  RocketMQOptionsError for templates without `pullConsumer`, RocketMQNotRunningError before start and after stop
 */
export class TemplateReceiver {
  #started: Started | undefined;

  constructor(
    private readonly templateName: string,
    private readonly given: PullConsumerOptions | undefined,
  ) {}

  /** A start that failed may be tried again. */
  async start(connection: RocketMQConnection): Promise<void> {
    if (!this.given || this.#started) return;
    const where = `the pull consumer of template "${this.templateName}"`;
    const options = checkOptions(connection.resolve(this.given, where), where);
    refuseUnsupported(options, where);
    const { pullBatchSize, autoCommit, pollTimeout } = options as {
      pullBatchSize?: number;
      autoCommit?: boolean;
      pollTimeout?: Millis;
    };
    const consumer = connection.driver.createPullConsumer({
      connection: connection.addressFor(options),
      group: options.group,
      topic: options.topic,
      expression: options.selectorExpression ?? '*',
      messageModel: options.messageModel ?? MessageModel.CLUSTERING,
      consumeFromWhere: options.consumeFromWhere ?? ConsumeFromWhere.LAST_OFFSET,
      ...(pullBatchSize === undefined ? {} : { pullBatchSize }),
      ...(autoCommit === undefined ? {} : { autoCommit }),
    });
    await consumer.start();
    this.#started = { connection, consumer, pollTimeout: pollTimeout ?? DEFAULT_POLL_MS, unread: [] };
  }

  async stop(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    await started?.consumer.shutdown();
  }

  /**
   * The next messages, in the order in which they came. One that cannot be converted ends the answer before it and is the
   * error of the next call; the call after that goes on behind it.
   *
   * Throws  PayloadConversionError with the message, once
   */
  async receive(type: PayloadType<unknown> | undefined, timeout: Millis | undefined): Promise<unknown[]> {
    const started = this.#running();
    const { connection, consumer, pollTimeout, unread } = started;
    started.unread = [];
    const received = unread.length > 0 ? unread : await consumer.poll(timeout ?? pollTimeout);
    const converted = await Promise.allSettled(
      received.map((each) => convertPayload(each, type, connection.converter, connection.charset)),
    );
    const payloads: unknown[] = [];
    for (const [index, outcome] of converted.entries()) {
      if (outcome.status === 'fulfilled') {
        payloads.push(outcome.value);
        continue;
      }
      started.unread = [...received.slice(index === 0 ? 1 : index), ...started.unread];
      if (index === 0) throw outcome.reason;
      break;
    }
    return payloads;
  }

  async commit(): Promise<void> {
    const { consumer, unread } = this.#running();
    await consumer.commit(unread);
  }

  #running(): Started {
    if (!this.given) throw new RocketMQOptionsError(messages.noPullConsumer(this.templateName));
    if (!this.#started) throw new RocketMQNotRunningError(messages.templateNotRunning(this.templateName));
    return this.#started;
  }
}

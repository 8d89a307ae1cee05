import type { Message, MessageExt } from '../../protocol/message.js';
import type { MessageQueue } from '../../protocol/message-queue.js';
import { ClientError } from '../errors.js';
import type { ProducerOptions } from '../options.js';
import type { MessageQueueSelector, SendCallback, SendOptions, SendResult } from './send-result.js';

/** Callback form of `request`. */
export interface RequestCallback {
  onSuccess(reply: MessageExt): void;
  onException(error: Error): void;
}

/** Sends messages. RocketMQ: DefaultMQProducer. (Signatures first; the body follows.) */
export class DefaultMQProducer {
  constructor(
    readonly producerGroup: string,
    readonly options: ProducerOptions,
  ) {}

  /** `ip@instanceName` once started. */
  get clientId(): string {
    return unbuilt();
  }
  start(): Promise<void> {
    return unbuilt();
  }
  shutdown(): Promise<void> {
    return unbuilt();
  }
  send(_message: Message, _options?: SendOptions): Promise<SendResult> {
    return unbuilt();
  }
  sendBySelector<A>(
    _message: Message,
    _selector: MessageQueueSelector<A>,
    _arg: A,
    _options?: SendOptions,
  ): Promise<SendResult> {
    return unbuilt();
  }
  sendBatch(_messages: readonly Message[], _options?: SendOptions): Promise<SendResult> {
    return unbuilt();
  }
  sendAsync(_message: Message, _callback: SendCallback, _options?: SendOptions): void {
    unbuilt();
  }
  /** Resolves when the message is handed to the socket; whether it was stored stays unknown. */
  sendOneWay(_message: Message, _options?: Pick<SendOptions, 'queue'>): Promise<void> {
    return unbuilt();
  }
  sendOneWayBySelector<A>(_message: Message, _selector: MessageQueueSelector<A>, _arg: A): Promise<void> {
    return unbuilt();
  }
  /** Sends and waits for the consumer's reply; TimeoutError when none came within `timeoutMs`. */
  request(_message: Message, _timeoutMs: number, _options?: SendOptions): Promise<MessageExt> {
    return unbuilt();
  }
  requestBySelector<A>(
    _message: Message,
    _selector: MessageQueueSelector<A>,
    _arg: A,
    _timeoutMs: number,
  ): Promise<MessageExt> {
    return unbuilt();
  }
  requestAsync(_message: Message, _callback: RequestCallback, _timeoutMs: number, _options?: SendOptions): void {
    unbuilt();
  }
  fetchPublishMessageQueues(_topic: string): Promise<MessageQueue[]> {
    return unbuilt();
  }
}

function unbuilt(): never {
  throw new ClientError('not built yet');
}

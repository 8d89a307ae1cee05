/** One kind of message the demo knows: it can be sent at the press of a button, and something must arrive. */
export interface MessageKind {
  /** Of the button and its route, as `text`. */
  readonly id: string;
  readonly title: string;
  readonly topic: string;
  /** The class that receives it. */
  readonly listener: string;
  /** What makes this kind different, in one sentence. */
  readonly about: string;
  /** How many messages `send` sends. */
  readonly messages: number;
  /** How many of them are answered. */
  readonly replies: number;
  send(): Promise<void>;
}

/** Injection token of all kinds, in the order in which they are sent. */
export const MESSAGE_KINDS = Symbol('MESSAGE_KINDS');

/** The group of all six listeners; they share one consumer. */
export const CONSUMER_GROUP = '${rocketmq.consumer.group:MyConsumerGroup}';

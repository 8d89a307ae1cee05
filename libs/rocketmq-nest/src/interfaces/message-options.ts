/** What a user property may be given as; it travels as text (dates as ISO 8601). */
export type HeaderValue = string | number | boolean | Date;

/** What goes with a payload. */
export interface RocketMQHeaders {
  /** Words to find the message by; may not contain spaces, which separate them on the wire. */
  keys?: string | readonly string[];
  /** Same as the tag in the destination; giving two different ones is an error. */
  tag?: string;
  /** Free 32-bit number. Default 0. */
  flag?: number;
  /** `false` accepts an answer before the message is as safe as the broker is set to make it. Default true. */
  waitStoreMsgOk?: boolean;
  /** Written as the user property `contentType`; chosen by the converter when absent. */
  contentType?: string;
  /** User properties. Names that RocketMQ keeps for itself are refused; blank values are left out. */
  properties?: Record<string, HeaderValue>;
}

/** A payload with its headers; made by MessageBuilder and recognised by its brand, never by its shape. */
export interface RocketMQMessage<T = unknown> {
  readonly payload: T;
  readonly headers: Readonly<RocketMQHeaders>;
}

/** Last look at a message before `convertAndSend` sends it. */
export type MessagePostProcessor = (message: RocketMQMessage) => RocketMQMessage;

/** Looks a placeholder's key up; `undefined` means unknown here. */
export type PlaceholderResolver = (key: string) => string | undefined;

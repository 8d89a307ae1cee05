import type { Type } from '@nestjs/common';
import type { RocketMQMessageListenerOptions } from '../interfaces/listener-options.js';

/** What a listener's method takes: one message, or all that arrived together. */
export type ListenerKind = 'single' | 'batch';

/** A decorated method of a provider, as found: options are merged, not yet resolved. */
export interface ListenerDefinition {
  /** `Class`, or `Class.method` for @RocketMQHandler. */
  readonly name: string;
  readonly target: Type<unknown>;
  readonly instance: object;
  readonly methodName: string;
  readonly kind: ListenerKind;
  readonly options: RocketMQMessageListenerOptions;
}

import type { MessageExt } from '../messages/message-ext.js';
import type { ConsumeResult, Millis } from './vocabulary.js';

/** What became of one message in one listener; for metrics, tests and curiosity. */
export interface ListenerOutcome {
  readonly listenerName: string;
  readonly connection: string;
  readonly consumerGroup: string;
  readonly message: MessageExt;
  readonly result: ConsumeResult;
  readonly duration: Millis;
  /** What the handler threw, unless it was a skip. */
  readonly error?: unknown;
}

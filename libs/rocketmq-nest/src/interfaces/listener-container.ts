import type { Subscription } from './subscription.js';
import type { Millis } from './vocabulary.js';

/**
 * idle      registered, not started (or disabled)
 * starting  connecting
 * running   receiving
 * paused    holds messages back until `resume`
 * draining  takes nothing new and waits for running handlers
 * stopped   left the group; `start` joins it again
 */
export type ContainerState = 'idle' | 'starting' | 'running' | 'paused' | 'draining' | 'stopped';

/**
 * A listener at run time.
 *
 * Listeners of one group and connection share one consumer: starting, pausing or stopping one of them does so for all.
 */
export interface RocketMQListenerContainer {
  readonly id: string;
  /** Name of the listener's class, with the method for @RocketMQHandler. */
  readonly listenerName: string;
  readonly connection: string;
  readonly consumerGroup: string;
  readonly subscriptions: readonly Subscription[];
  readonly state: ContainerState;
  readonly isEnabled: boolean;
  /** Messages this listener is handling now. */
  readonly inFlight: number;
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(options?: { timeout?: Millis }): Promise<void>;
  /** The client's push consumer. */
  unwrap<C>(): C;
}

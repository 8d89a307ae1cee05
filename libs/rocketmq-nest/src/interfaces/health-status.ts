import type { ContainerState } from './listener-container.js';
import type { Millis } from './vocabulary.js';

/** How the connections of the application are. */
export interface RocketMQHealthStatus {
  /** Every connection's name servers answer and every enabled, started listener runs. */
  readonly connected: boolean;
  /** By template name; the unnamed one is `default`. */
  readonly producers: Record<string, 'up' | 'down'>;
  /** By container id. */
  readonly listeners: Record<string, ContainerState>;
  /** The slowest name server's answer. */
  readonly latency?: Millis;
  readonly lastError?: string;
}

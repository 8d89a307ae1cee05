import type { Connection } from '../remoting/connection.js';

/** One client as its heartbeats describe it. RocketMQ: ClientChannelInfo */
export interface ClientChannel {
  readonly connection: Connection;
  readonly clientId: string;
  readonly language: string;
  /** Ordinal of MQVersion. */
  readonly version: number;
  /** When the last heartbeat came, in ms since the epoch. */
  lastUpdateTimestamp: number;
}

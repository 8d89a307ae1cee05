import type { RemotingCommand } from '../protocol/remoting-command.js';
import type { RequestProcessor } from '../remoting/connection.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { KvConfig } from './kv-config.js';
import type { NameServerSettings } from './name-server-settings.js';
import type { MinBrokerIdChange, RouteInfo } from './route-info.js';

/** What the processors of a name server work with. */
export interface NameServerRooms {
  readonly routes: RouteInfo;
  readonly kvConfig: KvConfig;
  readonly settings: NameServerSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells brokers whose group has another smallest id now. */
  readonly announce: (changes: readonly MinBrokerIdChange[]) => void;
}

/** Puts a processor under its code. */
export type Register = (code: number, processor: RequestProcessor) => void;

/** A processor that needs the request only. */
export type Answer = (request: RemotingCommand) => RemotingCommand | Promise<RemotingCommand>;

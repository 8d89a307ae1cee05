import { flag, int, type SliceOf } from '../key.js';
import { listeningKeys } from './listening.keys.js';

/** The broker's sockets. */
export const networkKeys = {
  host: listeningKeys.host,
  port: int('listenPort', 10911, 'The port for clients; 0 takes a free one.', { max: 65535, important: true }),
  isVipPortOpen: flag(
    'vipListenEnable',
    true,
    'Also listen at listenPort - 2, where clients with vipChannelEnabled dial.',
  ),
  idleTimeoutMs: listeningKeys.idleTimeoutMs,
  maxFrameBytes: listeningKeys.maxFrameBytes,
  maxConnections: int('maxConnections', 20_000, 'Connections at once; further ones are closed.', { min: 1 }),
  maxInFlightPerConnection: int(
    'maxInFlightPerConnection',
    10_000,
    'Requests of one connection being worked on; its socket is not read beyond that.',
    { min: 1 },
  ),
  shutdownGraceMs: int('shutdownGraceMillis', 3000, 'How long requests under way may take to finish when stopping.', {
    max: 60_000,
  }),
};

export type NetworkConfig = SliceOf<typeof networkKeys>;

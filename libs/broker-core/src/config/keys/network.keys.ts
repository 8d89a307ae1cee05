import { flag, int, type SliceOf, text } from '../key.js';

/** The broker's sockets. */
export const networkKeys = {
  host: text('bindAddress', '0.0.0.0', 'The address to listen at.', { important: true }),
  port: int('listenPort', 10911, 'The port for clients; 0 takes a free one.', { max: 65535, important: true }),
  isVipPortOpen: flag(
    'vipListenEnable',
    true,
    'Also listen at listenPort - 2, where clients with vipChannelEnabled dial.',
  ),
  idleTimeoutMs: int(
    'serverChannelMaxIdleTimeSeconds',
    120,
    'Seconds without a byte after which a connection is closed.',
    {
      min: 1,
      max: 86_400,
      factor: 1000,
    },
  ),
  maxFrameBytes: int('maxFrameBytes', 16 * 1024 * 1024, 'Longest frame accepted; a longer one closes its connection.', {
    min: 64 * 1024,
    max: 1024 * 1024 * 1024,
  }),
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

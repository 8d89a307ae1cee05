import { int, text } from '../key.js';

/** What brokers and name servers are told alike about their sockets. */
export const listeningKeys = {
  host: text('bindAddress', '0.0.0.0', 'The address to listen at.', { important: true }),
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
};

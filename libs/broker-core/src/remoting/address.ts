import { ConnectionError } from '../runtime/errors.js';

/** Where to connect to. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, also `[::1]:9876`.
 *
 * Throws  ConnectionError (not retryable) when it is neither
 */
export function parseAddress(address: string): HostAndPort {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, Math.max(0, colon)).replace(/^\[(.*)\]$/, '$1');
  const digits = address.slice(colon + 1);
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (host === '' || port < 1 || port > 65_535) {
    throw new ConnectionError(`"${address.slice(0, 200)}" is no address; write host:port`, { retryable: false });
  }
  return { host, port };
}

/** Writes `ip:port` as RocketMQ does: IPv4 that arrived over an IPv6 socket as IPv4, real IPv6 in brackets. */
export function formatAddress(ip: string | undefined, port: number | undefined): string {
  const plain = (ip ?? 'unknown').replace(/^::ffff:(?=\d+\.)/i, '');
  return plain.includes(':') ? `[${plain}]:${port ?? 0}` : `${plain}:${port ?? 0}`;
}

/** Where a message was born or stored: an IP address as text, and a port. */
export interface HostAddress {
  readonly address: string;
  readonly port: number;
}

/** `ip:port`, with brackets around an IPv6 address. */
export function hostText(host: HostAddress): string {
  return isIpv6(host.address) ? `[${host.address}]:${host.port}` : `${host.address}:${host.port}`;
}

/** Takes `ip:port` or `[ip6]:port` apart; a missing port is 0. */
export function parseHost(text: string): HostAddress {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return { address: text, port: 0 };
  const address = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return { address, port: Number(text.slice(colon + 1)) || 0 };
}

export function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** Room that the address and its port take in a record. */
export function hostBytes(address: string): number {
  return isIpv6(address) ? 20 : 8;
}

/** Writes the address's 4 or 16 bytes and the port's i32; returns where they end. A text that is no IP becomes 0.0.0.0. */
export function writeHost(host: HostAddress, target: Buffer, position: number): number {
  const end = isIpv6(host.address)
    ? writeIpv6(host.address, target, position)
    : writeIpv4(host.address, target, position);
  return target.writeInt32BE(host.port, end);
}

/** Reads a host of 4 + 4 or, for IPv6, 16 + 4 bytes. */
export function readHost(source: Buffer, position: number, isV6: boolean): HostAddress {
  const address = isV6 ? readIpv6(source, position) : readIpv4(source, position);
  return { address, port: source.readInt32BE(position + (isV6 ? 16 : 4)) };
}

function readIpv4(source: Buffer, at: number): string {
  return `${source[at]}.${source[at + 1]}.${source[at + 2]}.${source[at + 3]}`;
}

function writeIpv4(address: string, target: Buffer, position: number): number {
  let at = position;
  let octet = 0;
  for (let index = 0; index < address.length && at < position + 3; index++) {
    const unit = address.charCodeAt(index);
    if (unit === 46) {
      target[at++] = octet;
      octet = 0;
    } else octet = octet * 10 + unit - 48;
  }
  // The last octet ends with the text.
  target[at++] = Number(address.slice(address.lastIndexOf('.') + 1)) || 0;
  if (at !== position + 4) target.fill(0, position, position + 4);
  return position + 4;
}

function readIpv6(source: Buffer, position: number): string {
  const groups: string[] = [];
  for (let index = 0; index < 8; index++) groups.push(source.readUInt16BE(position + index * 2).toString(16));
  // The longest run of zeros, two at least, becomes "::".
  const runs = groups.join(':').match(/(?<![0-9a-f])0(:0)+(?![0-9a-f])/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  const text = groups.join(':');
  if (longest === '') return text;
  const start = text.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`));
  return `${text.slice(0, start).replace(/:$/, '')}::${text.slice(start + longest.length).replace(/^:/, '')}`;
}

function writeIpv6(address: string, target: Buffer, position: number): number {
  target.fill(0, position, position + 16);
  const plain = address.split('%')[0]!.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, mappedGroups);
  const [before = '', after] = plain.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  if (head.length + tail.length > 8) return position + 16;
  head.forEach((group, index) => {
    target.writeUInt16BE(Number.parseInt(group, 16) & 0xffff, position + index * 2);
  });
  tail.forEach((group, index) => {
    target.writeUInt16BE(Number.parseInt(group, 16) & 0xffff, position + (8 - tail.length + index) * 2);
  });
  return position + 16;
}

/** The dotted end of a mapped address (::ffff:10.0.0.1) as two groups. */
function mappedGroups(_: string, a: string, b: string, c: string, d: string): string {
  return `${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`;
}

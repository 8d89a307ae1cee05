import { homedir, hostname, networkInterfaces, totalmem } from 'node:os';

/** What this machine is called and where it lives: the defaults of brokerName, brokerIP1 and storePathRootDir. */
export interface Machine {
  readonly hostName: string;
  readonly homeDirectory: string;
  /** The address that others can reach: the first IPv4 that is not loopback, else 127.0.0.1. */
  readonly localAddress: string;
  /** All of its memory. */
  readonly memoryBytes: number;
  readonly processId: number;
  /** Name servers that the surroundings name (NAMESRV_ADDR); applications fill it in. */
  readonly nameServers?: string;
}

/** Asks the operating system; a link-local address is taken only when there is nothing better. */
export function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces())
    .flatMap((addressesOfOne) => addressesOfOne ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  const localAddress = addresses.find((address) => !address.startsWith('169.254.')) ?? addresses[0] ?? '127.0.0.1';
  return {
    hostName: hostname() || 'DEFAULT_BROKER',
    homeDirectory: homedir(),
    localAddress,
    memoryBytes: totalmem(),
    processId: process.pid,
  };
}

/** Day of the month and hour of the day where this machine is: for what happens at midnight, or at four. */
export function localTimeOf(timestampMs: number): { readonly day: number; readonly hour: number } {
  const time = new Date(timestampMs);
  return { day: time.getDate(), hour: time.getHours() };
}

/** `2026-01-31 23:59:59,999` where this machine is, as RocketMQ's remarks write it. */
export function localTimeText(timestampMs: number): string {
  const time = new Date(timestampMs);
  const two = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${day} ${clock},${two(time.getMilliseconds(), 3)}`;
}

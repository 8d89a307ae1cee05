import { readFileSync } from 'node:fs';
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
  /** Files and sockets that this process may have open (`ulimit -n`); undefined where nobody knows. */
  readonly maxOpenFiles?: number | undefined;
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
    maxOpenFiles: maxOpenFiles(),
  };
}

/** Linux tells; elsewhere a file that cannot be opened does. */
function maxOpenFiles(): number | undefined {
  try {
    const [, softLimit] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return softLimit === undefined ? undefined : Number(softLimit);
  } catch {
    return undefined;
  }
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

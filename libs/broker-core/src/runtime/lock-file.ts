import fs from 'node:fs';
import { ConfigError } from './errors.js';

/**
 * A lock that ends with its holder, without flock (which Node does not have).
 *
 * Shape   `lock` LF, then one line of JSON: pid and started (what tells two processes with one pid apart)
 * Throws  ConfigError naming the holder
 *
 * RocketMQ's broker writes the four letters `lock` and holds a POSIX lock on the file. So ours begins with the same
 * letters, and a POSIX lock of someone else, which Linux lists in /proc/locks, is respected. The other way round
 * nothing can be done: a Java broker does not look at our line.
 */
export function takeLockFile(path: string): { release(): void } {
  const mine = `lock\n${JSON.stringify({ pid: process.pid, started: startOf(process.pid) })}\n`;
  if (heldHere.has(path)) refuse(path, process.pid);
  if (!createExclusively(path, mine)) {
    const holder = holderOf(path);
    if (holder !== undefined) refuse(path, holder);
    takeOver(path, mine);
  }
  heldHere.add(path);
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      heldHere.delete(path);
      // The file stays, as RocketMQ leaves its own; without our line it is free for the next.
      fs.writeFileSync(path, 'lock');
    },
  };
}

/** Locks of this process: the pid in the file cannot tell two stores of one process apart. */
const heldHere = new Set<string>();

function refuse(path: string, pid: number): never {
  const who = pid === process.pid ? `this process (pid ${pid}) already` : `the process with pid ${pid}`;
  throw new ConfigError([`${path} is held by ${who}: stop it, or use another storePathRootDir`]);
}

/** The pid of a living holder; undefined when the file was left behind. */
function holderOf(path: string): number | undefined {
  const locker = posixLockerOf(path);
  if (locker !== undefined) return locker;
  const line = fs.readFileSync(path, 'utf8').split('\n')[1];
  if (!line) return undefined;
  try {
    const { pid, started } = JSON.parse(line) as { pid: number; started: string };
    if (pid === process.pid) return undefined;
    return isAlive(pid) && startOf(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces a lock that was left behind. A second file guards the moment, so that two takers cannot both succeed. */
function takeOver(path: string, mine: string): void {
  const guard = `${path}.taking`;
  if (!createExclusively(guard, String(process.pid))) {
    const other = Number(fs.readFileSync(guard, 'utf8'));
    if (other !== process.pid && isAlive(other)) refuse(path, other);
  }
  const holder = holderOf(path);
  if (holder === undefined) fs.writeFileSync(path, mine);
  fs.rmSync(guard, { force: true });
  if (holder !== undefined) refuse(path, holder);
}

function createExclusively(path: string, text: string): boolean {
  try {
    fs.writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What was booted, and when in its life the process began; empty where the system does not say (then the pid alone counts). */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22; the name in field 2 may contain spaces, so count from behind its parenthesis.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
  } catch {
    return '';
  }
}

/** Who holds a POSIX lock on the file, as far as Linux tells. */
function posixLockerOf(path: string): number | undefined {
  try {
    const { ino, dev } = fs.statSync(path);
    const hex = (part: number) => part.toString(16).padStart(2, '0');
    const file = `${hex((dev >> 8) & 0xfff)}:${hex((dev & 0xff) | ((dev >> 12) & 0xfff00))}:${ino}`;
    for (const line of fs.readFileSync('/proc/locks', 'utf8').split('\n')) {
      // `12: POSIX  ADVISORY  WRITE 4711 fe:00:131074 0 0`
      const words = line.trim().split(/\s+/);
      const pid = Number(words[4]);
      if (words[5] === file && pid > 0 && pid !== process.pid) return pid;
    }
  } catch {
    // Not Linux: the line in the file has to do.
  }
  return undefined;
}

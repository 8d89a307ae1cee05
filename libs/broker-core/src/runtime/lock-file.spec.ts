import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { useDirectory } from '../../../../test/support/use-directory.js';
import { takeLockFile } from './lock-file.js';

const directory = useDirectory();
let path: string;
beforeEach(() => {
  path = join(directory.path, 'lock');
});

/** When a process began, in the words of the lock file. */
const startOf = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
};

describe('the lock file', () => {
  it('is held by one, who can give it back', () => {
    const lock = takeLockFile(path);
    expect(() => takeLockFile(path)).toThrow(`held by this process (pid ${process.pid})`);
    lock.release();
    takeLockFile(path).release();
  });

  it('begins like the one of RocketMQ, and takes over one that RocketMQ left', () => {
    writeFileSync(path, 'lock');
    const lock = takeLockFile(path);
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe('lock');
    lock.release();
    expect(readFileSync(path, 'utf8')).toBe('lock');
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux('names the process that holds it, and is free when that was killed', async () => {
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(holder, 'spawn');
    writeFileSync(path, `lock\n${JSON.stringify({ pid: holder.pid, started: startOf(holder.pid!) })}\n`);
    expect(() => takeLockFile(path)).toThrow(`the process with pid ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    takeLockFile(path).release();
  });

  onLinux('does not take another process with the same number for its holder', () => {
    writeFileSync(path, `lock\n${JSON.stringify({ pid: process.ppid, started: 'an earlier boot/1' })}\n`);
    takeLockFile(path).release();
  });

  it('is free when nobody can say who holds it', () => {
    writeFileSync(path, 'lock\n{"pid":');
    takeLockFile(path).release();
  });
});

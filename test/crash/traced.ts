import { type ChildProcess, spawn } from 'node:child_process';
import { command } from './where.js';

/** Why system calls cannot be interfered with here; undefined when they can. */
export function straceProblem(): string | undefined {
  try {
    command('strace', '-f', '-o', '/dev/null', '-e', 'inject=fdatasync:signal=KILL:when=9999', 'true');
    return undefined;
  } catch (error) {
    return `killing a broker at a system call needs strace and the right to trace: ${(error as Error).message}`;
  }
}

/**
 * Has strace interfere with a running process, in all of its threads; resolves when it does.
 *
 * `inject` as strace takes it: `fdatasync:signal=KILL:when=3` kills the process as it begins its third fdatasync of any one thread,
 * `fdatasync:error=EIO:when=3+` fails that one and all later ones.
 */
export async function interfere(pid: number, inject: string): Promise<ChildProcess> {
  const calls = inject.slice(0, inject.indexOf(':'));
  const strace = spawn('strace', [
    '-f',
    '-p',
    String(pid),
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls}`,
    '-e',
    `inject=${inject}`,
  ]);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    strace.once('error', reject);
    strace.once('exit', (code) => reject(new Error(`strace ended with ${code}: ${said}`)));
    strace.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/attached/.test(said)) resolve();
    });
  });
  return strace;
}

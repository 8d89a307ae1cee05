import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const bins = join(import.meta.dirname, '../../apps/broker-server/bin');

/** Taken along when the specs' own process ends, however it ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export type BinName = 'mqnamesrv' | 'mqbroker' | 'mqstore' | 'broker-server';

/** One of our commands as a process: what it said so far, and how it ended. */
export class OurCommand {
  output = '';
  readonly startedAt = performance.now();
  readonly ended: Promise<{
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly output: string;
  }>;
  readonly #child: ChildProcess;

  constructor(name: BinName, words: readonly string[], environment: Record<string, string> = {}) {
    const { NAMESRV_ADDR: _, ...inherited } = process.env;
    this.#child = spawn(process.execPath, [join(bins, `${name}.mjs`), ...words], {
      env: { ...inherited, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(this.#child);
    this.#child.once('close', () => running.delete(this.#child));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (exitCode, signal) => resolve({ exitCode, signal, output: this.output }));
    });
  }

  /** Waits until it says what matches; fails when it ends without, or after ten seconds. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (this.#child.exitCode !== null || performance.now() > deadline) {
        throw new Error(`it never said ${pattern}:\n${this.output}`);
      }
      await Promise.race([wait(5), this.ended]);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to stop and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM') {
    const askedAt = performance.now();
    if (this.#child.exitCode === null) this.kill(signal);
    const end = await this.ended;
    return { ...end, tookMs: performance.now() - askedAt };
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';

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
  readonly #news = new EventEmitter();
  #hasEnded = false;

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
        this.#news.emit('news');
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (exitCode, signal) => {
        this.#hasEnded = true;
        this.#news.emit('news');
        resolve({ exitCode, signal, output: this.output });
      });
    });
  }

  /** Waits until it says what matches; fails when it ends without, or after a minute. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const signal = AbortSignal.timeout(60_000);
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (this.#hasEnded || signal.aborted) throw new Error(`it never said ${pattern}:\n${this.output}`);
      await once(this.#news, 'news', { signal }).catch(() => undefined);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to stop and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM') {
    const askedAt = performance.now();
    if (!this.#hasEnded) this.kill(signal);
    const end = await this.ended;
    return { ...end, tookMs: performance.now() - askedAt };
  }
}

import { Worker } from 'node:worker_threads';

/**
 * The worker's whole program. It is kept as text, so that the same file works in the ESM build, the CommonJS build and
 * under test runners, none of which agree on how a worker finds its module.
 */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
const { fdatasyncSync, fsyncSync } = require('node:fs');
parentPort.on('message', ([id, fd, isDirectory]) => {
  try {
    if (isDirectory) fsyncSync(fd); else fdatasyncSync(fd);
    parentPort.postMessage([id]);
  } catch (error) {
    parentPort.postMessage([id, error.code, error.message]);
  }
});
`;

type Answer = readonly [id: number, code?: string, message?: string];

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * A thread that does nothing but sync files, so that a sync never waits behind other work of libuv's pool: with
 * compression jobs in the pool, fdatasync was measured twenty times slower.
 *
 * It starts with the first sync and ends when the last file that used it is closed. If it dies, every sync that waits
 * fails, because nobody knows what reached the disk; the next sync starts another. Who needs more has to give up by itself.
 */
class FlushWorker {
  #worker: Worker | undefined;
  #users = 0;
  #nextId = 0;
  #waiting = new Map<number, Waiting>();

  acquire(): void {
    this.#users++;
  }

  release(): void {
    this.#users--;
    if (this.#users > 0) return;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  sync(fd: number, isDirectory: boolean): Promise<void> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      if (this.#waiting.size === 0) worker.ref();
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage([id, fd, isDirectory]);
    });
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, { eval: true, execArgv: [], name: 'flush' });
    worker.unref();
    worker.on('message', (answer: Answer) => this.#answered(worker, answer));
    worker.on('error', (error) => this.#died(worker, error as Error));
    worker.on('exit', () => this.#died(worker, new Error('the flush worker ended')));
    return worker;
  }

  #answered(worker: Worker, [id, code, message]: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) worker.unref();
    if (message === undefined) waiting?.resolve();
    else waiting?.reject(Object.assign(new Error(message), { code }));
  }

  #died(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

/** One for the process: a second one would not make the disk faster. */
export const flushWorker = new FlushWorker();

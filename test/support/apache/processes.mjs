import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `java` of JAVA_HOME or PATH. */
export function javaCommand() {
  return process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
}

/** Children that still run: an exit or Ctrl-C of the test run takes them along. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let watchesExit = false;

/**
 * Takes the child along when this process ends, however it ends.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function endWithUs(child) {
  if (!watchesExit) {
    watchesExit = true;
    process.once('exit', () => {
      for (const one of running) one.kill('SIGKILL');
    });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
      process.once(signal, () => process.exit(130));
    }
  }
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/**
 * Runs a command to its end and collects what it says.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number }} [options]
 * @returns {Promise<import('./index.d.mts').RunResult>}
 */
export function run(command, args, options = {}) {
  const began = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithUs(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    const timer = setTimeout(() => {
      stderr += `\nkilled after ${options.timeoutMs} ms`;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 600_000);
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(new Error(`cannot run ${command}: ${cause.message}`, { cause }));
    });
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, stdout, stderr, ms: Date.now() - began });
    });
  });
}

/**
 * A server that says "boot success" when it is up, with its output in a file.
 *
 * Output goes to a file, not a pipe, so that a busy test run never blocks the server and the log survives a kill.
 */
export class ServerProcess {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {Promise<{ exitCode: number | null, signal: string | null }> | undefined} */
  #exited;
  #starts = 0;
  #isAskedToEnd = false;
  startMs = 0;
  /** How the server ended although nobody asked it to, with its last lines. @type {string | undefined} */
  endedUnasked;

  /**
   * @param {{ name: string, command: string, args: string[], cwd: string, env?: Record<string, string>, logDir: string, startTimeoutMs: number, stopTimeoutMs: number }} plan
   */
  constructor(plan) {
    this.plan = plan;
  }

  get pid() {
    return this.#child?.pid;
  }

  get logFile() {
    return join(this.plan.logDir, `${this.plan.name}-${this.#starts}.out`);
  }

  async start() {
    if (this.#child) throw new Error(`${this.plan.name} already runs`);
    const { name, command, args, cwd, env, startTimeoutMs } = this.plan;
    this.#starts++;
    this.#isAskedToEnd = false;
    const began = Date.now();
    const out = openSync(this.logFile, 'a');
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', out, out] });
    closeSync(out);
    endWithUs(child);
    this.#child = child;
    /** @type {Error | undefined} */
    let spawnError;
    this.#exited = new Promise((resolve) => {
      child.once('error', (cause) => {
        spawnError = new Error(`cannot start ${name} (${command}): ${cause.message}`, { cause });
        resolve({ exitCode: null, signal: null });
      });
      child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    }).then((end) => {
      this.#child = undefined;
      const { exitCode, signal } = /** @type {{ exitCode: number | null, signal: string | null }} */ (end);
      if (!this.#isAskedToEnd) {
        this.endedUnasked = `${name} ended, and nobody asked it to: exit code ${exitCode}, signal ${signal}\n${this.tail(20)}`;
      }
      return { exitCode, signal };
    });

    while (!/boot success/.test(this.log())) {
      if (spawnError) throw spawnError;
      if (!this.#child) throw new Error(`${name} ended before "boot success":\n${this.tail(40)}`);
      if (Date.now() - began > startTimeoutMs) {
        await this.kill();
        throw new Error(`${name} said no "boot success" within ${startTimeoutMs} ms:\n${this.tail(40)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    this.startMs = Date.now() - began;
  }

  /** SIGTERM, then SIGKILL after stopTimeoutMs, which is an error: a server must end when asked. */
  async stop() {
    if (!this.#child) return { exitCode: 0, ms: 0 };
    const began = Date.now();
    let killed = false;
    const child = this.#child;
    this.#isAskedToEnd = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => {
      killed = true;
      child.kill('SIGKILL');
    }, this.plan.stopTimeoutMs);
    const end = await /** @type {Promise<{ exitCode: number | null }>} */ (this.#exited);
    clearTimeout(timer);
    if (killed)
      throw new Error(
        `${this.plan.name} did not end within ${this.plan.stopTimeoutMs} ms of SIGTERM:\n${this.tail(40)}`,
      );
    return { exitCode: end.exitCode, ms: Date.now() - began };
  }

  async kill() {
    this.#isAskedToEnd = true;
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  log() {
    try {
      return readFileSync(this.logFile, 'utf8');
    } catch {
      return '';
    }
  }

  /** @param {number} lines */
  tail(lines) {
    return this.log().trimEnd().split('\n').slice(-lines).join('\n');
  }
}

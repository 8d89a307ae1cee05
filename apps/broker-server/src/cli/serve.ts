import { ExitCode } from './exit-codes.js';
import { failureOf } from './failures.js';
import { tuneHeap } from './tune-heap.js';

/** A server that runs until it is told to stop. */
export interface Service {
  /** Resolves when nothing is accepted any more and everything is on disk. */
  shutdown(): Promise<void>;
  /** Resolves with the reason if it can go on no more. */
  readonly fatal?: Promise<unknown>;
}

/** Longest a stop may take: who supervises us waits about this long before it kills. */
const STOP_WITHIN_MS = 4500;

/** Runs a command to its end and leaves its exit code behind. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  tuneHeap();
  try {
    process.exitCode = await command();
  } catch (error) {
    const { text, exitCode } = failureOf(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  }
  // A socket or timer that somebody forgot must not keep a finished command alive.
  await flushed();
  process.exit();
}

/** Serves until SIGTERM or SIGINT comes, or the service breaks; then stops it, and answers the exit code. */
export async function serveUntilSignal(service: Service, say: (line: string) => void): Promise<number> {
  const end = await Promise.race([signal(), broken(service)]);
  say(`${end.why}: stopping`);
  const stopped = service.shutdown().then(() => true);
  // Not unref'd: once the sockets are closed it is all that keeps the process here until everything is saved.
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), STOP_WITHIN_MS));
  if (await Promise.race([stopped, late])) {
    say('stopped');
    return end.exitCode;
  }
  say(`not stopped within ${STOP_WITHIN_MS} ms; ending all the same, the next start recovers`);
  return ExitCode.FAILED;
}

interface End {
  readonly why: string;
  readonly exitCode: number;
}

function signal(): Promise<End> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.once(name, () => resolve({ why: name, exitCode: ExitCode.OK }));
    }
  });
}

async function broken({ fatal }: Service): Promise<End> {
  const error = await (fatal ?? new Promise(() => {}));
  process.stderr.write(`${failureOf(error).text}\n`);
  return { why: 'the store can go on no more', exitCode: ExitCode.FAILED };
}

/** A pipe takes what is written later than `write` returns. */
async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
}

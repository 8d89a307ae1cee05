import { ConfigError, RocketMQError } from 'rocketmq-broker-core';
import { UsageError } from './arguments.js';
import { ExitCode } from './exit-codes.js';

/** What to tell the one who typed, and how to end. */
export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/** Turns what went wrong into a sentence; only what nobody foresaw shows a stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError)
    return { text: `${error.message}; -h shows what there is`, exitCode: ExitCode.WRONG_USE };
  if (error instanceof ConfigError) {
    const [only] = error.problems;
    const text = error.problems.length === 1 && only !== undefined ? only : error.message;
    return { text, exitCode: ExitCode.WRONG_USE };
  }
  const inUse = causes(error).find((cause) => cause.code === 'EADDRINUSE');
  if (inUse) {
    const text = `port ${inUse.port} of ${inUse.address} is in use: stop the process that holds it, or choose another port (listenPort; HTTP_PORT for health)`;
    return { text, exitCode: ExitCode.FAILED };
  }
  const refused = causes(error).find((cause) => cause.code === 'EACCES' || cause.code === 'EADDRNOTAVAIL');
  if (refused) return { text: refused.message, exitCode: ExitCode.FAILED };
  if (error instanceof RocketMQError && error.ends !== 'process')
    return { text: error.message, exitCode: ExitCode.FAILED };
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: ExitCode.FAILED };
}

interface SystemError extends Error {
  readonly code?: string;
  readonly port?: number;
  readonly address?: string;
}

function causes(error: unknown): SystemError[] {
  const found: SystemError[] = [];
  for (let cause = error; cause instanceof Error && found.length < 8; cause = cause.cause) found.push(cause);
  return found;
}

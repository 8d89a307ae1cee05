import type { LogFields, Logger } from 'rocketmq-broker-core';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** The level that a word names; `info` for any other word. */
export const logLevelOf = (word: string | undefined): LogLevel => LEVELS.find((level) => level === word) ?? 'info';

/** Writes one readable line per event: time, level, sentence, fields. Warnings and errors go to stderr. */
export function consoleLogger(level: LogLevel, fields: LogFields = {}): Logger {
  const write = (of: LogLevel) => (message: string, own?: LogFields) => {
    if (LEVELS.indexOf(of) > LEVELS.indexOf(level)) return;
    const line = `${timestamp()} ${of.toUpperCase().padEnd(5)} ${message}${fieldsText({ ...fields, ...own })}\n`;
    (of === 'error' || of === 'warn' ? process.stderr : process.stdout).write(line);
  };
  return {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    child: (more) => consoleLogger(level, { ...fields, ...more }),
  };
}

/** The log of a command that serves: its level is in the environment, its first lines are what the settings made odd. */
export function commandLogger(environment: NodeJS.ProcessEnv, warnings: readonly string[]): Logger {
  const logger = consoleLogger(logLevelOf(environment['ROCKETMQ_LOG_LEVEL']));
  for (const warning of warnings) logger.warn(warning);
  return logger;
}

/** Local time as RocketMQ's logs have it: 2026-08-01 12:00:00.123. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().replace('T', ' ').slice(0, 23);
}

function fieldsText(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${valueText(value)}`)
    .join('');
}

function valueText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message).replaceAll('\\n', '\n');
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return /[\s"]/.test(text) && typeof value === 'string' ? JSON.stringify(text) : text;
}

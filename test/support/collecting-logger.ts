import type { LogFields, Logger } from 'rocketmq-broker-core';

/** One line of a log. */
export interface LogLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps every line in memory, for specs that look at the log or must not see an error in it. */
export class CollectingLogger implements Logger {
  constructor(
    readonly lines: LogLine[] = [],
    private readonly fixed: LogFields = {},
  ) {}

  error(message: string, fields?: LogFields): void {
    this.#add('error', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#add('warn', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#add('info', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.#add('debug', message, fields);
  }

  child(fields: LogFields): Logger {
    return new CollectingLogger(this.lines, { ...this.fixed, ...fields });
  }

  /** The errors so far, as text with their fields; each only once. */
  get errors(): string[] {
    const errors = this.lines.filter(({ level }) => level === 'error');
    return [...new Set(errors.map(({ message, fields }) => `${message} ${show(fields)}`))];
  }

  #add(level: LogLine['level'], message: string, fields: LogFields = {}): void {
    this.lines.push({ level, message, fields: { ...this.fixed, ...fields } });
  }
}

function show(fields: LogFields): string {
  return JSON.stringify(fields, (_, value) => (value instanceof Error ? value.stack : value));
}

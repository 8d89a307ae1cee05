import { Logger as NestLogger } from '@nestjs/common';
import type { LogFields, Logger } from 'rocketmq-broker-core/client';

/** The house's logger (a fixed sentence plus fields) on top of Nest's. */
export function createLogger(context: string, fields: LogFields = {}): Logger {
  const nest = new NestLogger(context);
  const line = (message: string, more: LogFields = {}) => `${message}${formatFields({ ...fields, ...more })}`;
  return {
    error: (message, more) => nest.error(line(message, more), stackOf(more)),
    warn: (message, more) => nest.warn(line(message, more)),
    info: (message, more) => nest.log(line(message, more)),
    debug: (message, more) => nest.debug(line(message, more)),
    child: (more) => createLogger(context, { ...fields, ...more }),
  };
}

function formatFields(fields: LogFields): string {
  const parts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${formatValue(value)}`);
  return parts.length === 0 ? '' : ` · ${parts.join(' ')}`;
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function stackOf(fields: LogFields | undefined): string | undefined {
  return Object.values(fields ?? {}).find((value): value is Error => value instanceof Error)?.stack;
}

import { LoggerModule } from 'nestjs-pino';
import type { Environment } from '../config/environment.js';

/** Structured logs of the whole process: JSON lines for machines, coloured ones for a terminal. */
export function loggingModule({ LOG_LEVEL, LOG_FORMAT }: Pick<Environment, 'LOG_LEVEL' | 'LOG_FORMAT'>) {
  const isPretty = (LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json')) === 'pretty';
  return LoggerModule.forRoot({
    pinoHttp: {
      level: LOG_LEVEL,
      base: null,
      // Probes ask every few seconds; their answers are not news.
      autoLogging: false,
      ...(isPretty ? { transport: { target: 'pino-pretty', options: { singleLine: true, ignore: 'req' } } } : {}),
    },
  });
}

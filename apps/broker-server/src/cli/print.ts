import { ExitCode } from './exit-codes.js';

/** Says what was asked for; a command that has said it is done. */
export function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return ExitCode.OK;
}

/** Settings as a file of properties has them. */
export function printSettings(settings: Iterable<readonly [name: string, value: string]>): number {
  return print([...settings].map(([name, value]) => `${name}=${value}`).join('\n'));
}

import { execFileSync } from 'node:child_process';
import { it } from '@jest/globals';

/**
 * `it` where the machine allows what a spec needs. Elsewhere the spec counts as skipped, and the reason is said where
 * nobody overlooks it: what was not run was not proven.
 */
export function itWhere(problem: string | undefined): typeof it | typeof it.skip {
  if (problem === undefined) return it;
  process.stderr.write(`\nNOT RUN: ${problem}\n`);
  return it.skip;
}

/** Runs a command; what it printed, or an error with its last words. */
export function command(name: string, ...parameters: string[]): string {
  try {
    return execFileSync(name, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? '').trim();
    throw new Error(`${name} ${parameters.join(' ')}: ${said || (error as Error).message}`, { cause: error });
  }
}

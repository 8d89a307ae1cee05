import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { endWithUs } from '../../support/apache/index.mjs';

/**
 * Name of sources as they are now: an edit makes a new build, an old build is never taken for it.
 *
 * @param {...string} places files, and folders whose files all count
 */
export async function sourceHash(...places) {
  const hash = createHash('sha256');
  for (const place of places) {
    const isFolder = (await stat(place)).isDirectory();
    if (!isFolder) hash.update(await readFile(place));
    else for (const file of (await readdir(place)).sort()) hash.update(file).update(await readFile(join(place, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/**
 * Starts a program that says what it does line by line, and can be told things.
 *
 * @param {string} command @param {string[]} args @param {string} [cwd]
 */
export function startProgram(command, args, cwd) {
  const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-8_000);
  });
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  endWithUs(child);
  return { child, lines: createInterface({ input: child.stdout }), ended, errors: () => errors };
}

/** What a program of scenarios is told. @param {string} nameServerAddr @param {string[] | undefined} only */
export const scenarioArgs = (nameServerAddr, only) => [
  '--name-server',
  nameServerAddr,
  ...(only ? ['--only', only.join(',')] : []),
];

/**
 * Reads {"plan": …} and the result lines of a scenario program. A scenario that was planned and never reported failed: a
 * program that dies halfway must not look like one that passed.
 *
 * @param {{ lines: AsyncIterable<string>, ended: Promise<number | null>, errors(): string }} program
 * @param {(result: import('../run.mjs').Result) => void} report
 */
export async function readResults(program, report) {
  /** @type {Set<string> | undefined} */
  let planned;
  for await (const line of program.lines) {
    if (!line.startsWith('{')) continue;
    const message = JSON.parse(line);
    if (message.plan !== undefined) planned = new Set(message.plan.split(','));
    if (message.scenario === undefined) continue;
    planned?.delete(message.scenario);
    report(message);
  }
  const exitCode = await program.ended;
  for (const scenario of planned ?? ['(start)']) {
    report({
      scenario,
      ok: false,
      detail: `never reported; the program ended with ${exitCode}\n${program.errors()}`,
      ms: 0,
    });
  }
}

import { join } from 'node:path';

import { run } from './processes.mjs';

/**
 * Runs Maven on the pom.xml of a folder, with less right to the processor than whoever tests meanwhile.
 *
 * @param {string} project the folder
 * @param {string[]} args goals and -D
 */
export async function maven(project, args) {
  const command = ['mvn', '-q', '-B', '-f', join(project, 'pom.xml'), ...args];
  const { exitCode, stdout, stderr } = await run('nice', ['-n', '5', ...command]);
  if (exitCode !== 0) throw new Error(`${command.join(' ')} failed:\n${stdout}\n${stderr}`);
}

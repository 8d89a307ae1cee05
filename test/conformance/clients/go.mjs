import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeFolderOnce } from '../../support/apache/fetch.mjs';
import { cacheDir, run } from '../../support/apache/index.mjs';
import { readResults, scenarioArgs, sourceHash, startProgram } from './program.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '../go');

/** @returns {Promise<string>} the program */
async function buildGo() {
  const folder = await makeFolderOnce(join(cacheDir(), 'go', await sourceHash(project)), async (target) => {
    const go = await run('nice', ['-n', '5', 'go', 'build', '-C', project, '-o', join(target, 'scenarios'), '.']);
    if (go.exitCode !== 0) throw new Error(`go build failed:\n${go.stdout}${go.stderr}`);
  });
  return join(folder, 'scenarios');
}

/** @returns {import('../run.mjs').Client} */
export function goClient() {
  return {
    prepare: buildGo,
    async run({ nameServerAddr, only, report }) {
      await readResults(startProgram(await buildGo(), scenarioArgs(nameServerAddr, only)), report);
    },
    async names() {
      const source = await readFile(join(project, 'main.go'), 'utf8');
      return [...source.matchAll(/^\t\{"([a-z-]+)", \w+\},$/gm)].map((match) => /** @type {string} */ (match[1]));
    },
  };
}

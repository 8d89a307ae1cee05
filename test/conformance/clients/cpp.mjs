import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeFolderOnce } from '../../support/apache/fetch.mjs';
import { cacheDir, run } from '../../support/apache/index.mjs';
import { readResults, scenarioArgs, sourceHash, startProgram } from './program.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '../cpp');
const requirements = join(project, 'requirements.txt');

/** @returns {Promise<string>} the folder with the package, which holds the library compiled for Linux on x86-64 */
async function fetchPackage() {
  return makeFolderOnce(join(cacheDir(), 'cpp', await sourceHash(requirements)), async (folder) => {
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
    const fetched = await run('python3', [...pip, '-r', requirements, '--target', folder]);
    if (fetched.exitCode !== 0) throw new Error(`pip failed:\n${fetched.stdout}${fetched.stderr}`);
  });
}

/** Only when asked for by name: the package is for one kind of machine. @returns {import('../run.mjs').Client} */
export function cppClient() {
  return {
    onlyByName: true,
    prepare: fetchPackage,
    async run({ nameServerAddr, only, report }) {
      const packages = await fetchPackage();
      // The library writes its logs and the offsets of broadcasting consumers into the home directory.
      const home = await mkdtemp(join(tmpdir(), 'rocketmq-client-'));
      const environment = [`HOME=${home}`, `PYTHONPATH=${packages}`, 'PYTHONDONTWRITEBYTECODE=1'];
      const args = [join(project, 'main.py'), ...scenarioArgs(nameServerAddr, only)];
      await readResults(startProgram('env', [...environment, 'python3', ...args], home), report);
      await rm(home, { recursive: true, force: true });
    },
    async names() {
      const source = await readFile(join(project, 'scenarios.py'), 'utf8');
      return [...source.matchAll(/^ {4}'([a-z-]+)': \w+,$/gm)].map((match) => /** @type {string} */ (match[1]));
    },
  };
}

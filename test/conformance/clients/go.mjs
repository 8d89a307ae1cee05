import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { makeFolderOnce } from '../../support/apache/fetch.mjs';
import { cacheDir, endWithUs, run } from '../../support/apache/index.mjs';
import { readResults } from './java.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '../go');

/** @returns {Promise<string>} the program */
async function buildGo() {
  const hash = createHash('sha256');
  for (const file of (await readdir(project)).sort()) hash.update(file).update(await readFile(join(project, file)));
  const folder = await makeFolderOnce(join(cacheDir(), 'go', hash.digest('hex').slice(0, 12)), async (target) => {
    await mkdir(target, { recursive: true });
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
      const args = ['--name-server', nameServerAddr, ...(only ? ['--only', only.join(',')] : [])];
      const child = spawn(await buildGo(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let errors = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        errors = (errors + text).slice(-8_000);
      });
      endWithUs(child);
      /** @type {Promise<number | null>} */
      const ended = new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code) => resolve(code));
      });
      await readResults({ lines: createInterface({ input: child.stdout }), ended, errors: () => errors }, report);
    },
    async names() {
      const source = await readFile(join(project, 'main.go'), 'utf8');
      return [...source.matchAll(/^\t\{"([a-z-]+)", \w+\},$/gm)].map((match) => /** @type {string} */ (match[1]));
    },
  };
}

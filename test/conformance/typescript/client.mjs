import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { endWithUs, startApacheCluster } from '../../support/apache/index.mjs';
import { readResults } from '../clients/java.mjs';

const main = join(dirname(fileURLToPath(import.meta.url)), 'main.mjs');

/**
 * Our own client with the scenarios of the others.
 *
 * `alwaysApache`: against Apache's servers, whoever else is tested: ours must be a client of any cluster.
 *
 * @param {boolean} [alwaysApache] @returns {import('../run.mjs').Client}
 */
export function typescriptClient(alwaysApache = false) {
  return {
    noCluster: alwaysApache,
    prepare: async () => undefined,
    async run({ nameServerAddr, only, keep, report }) {
      const own = alwaysApache ? await startApacheCluster({ keepFiles: keep }) : undefined;
      try {
        await runScenarios(own?.nameServerAddr ?? nameServerAddr, only, report);
      } finally {
        await own?.stop();
      }
    },
    async names() {
      const { scenarios } = await import('./scenarios.mjs');
      return [...scenarios.keys()];
    },
  };
}

/** @param {string} nameServerAddr @param {string[] | undefined} only @param {import('../run.mjs').Job['report']} report */
async function runScenarios(nameServerAddr, only, report) {
  const args = [main, '--name-server', nameServerAddr, ...(only ? ['--only', only.join(',')] : [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
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
}

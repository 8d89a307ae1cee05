import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startApacheCluster } from '../../support/apache/index.mjs';
import { readResults, scenarioArgs, startProgram } from '../clients/program.mjs';

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
        const args = [main, ...scenarioArgs(own?.nameServerAddr ?? nameServerAddr, only)];
        await readResults(startProgram(process.execPath, args), report);
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

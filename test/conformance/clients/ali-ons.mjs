import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeFolderOnce } from '../../support/apache/fetch.mjs';
import { cacheDir, run } from '../../support/apache/index.mjs';
import { readResults, scenarioArgs, startProgram } from './program.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '../ali-ons');
// urllib is what it asks name servers on the web with; it wants one even when told an address.
const packages = ['ali-ons@3.12.0', 'urllib@2.44.0'];

function fetchPackages() {
  return makeFolderOnce(join(cacheDir(), packages.join('-')), async (folder) => {
    const quietly = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    const npm = await run('npm', ['install', '--prefix', folder, ...quietly, ...packages]);
    if (npm.exitCode !== 0) throw new Error(`npm install failed:\n${npm.stdout}${npm.stderr}`);
  });
}

/** The client in JavaScript that others wrote before ours. @returns {import('../run.mjs').Client} */
export function aliOnsClient() {
  return {
    onlyByName: true,
    prepare: fetchPackages,
    async run({ cluster, nameServerAddr, only, report }) {
      // It writes the offsets of broadcasting consumers into the home directory.
      const home = await mkdtemp(join(tmpdir(), 'rocketmq-client-'));
      const places = ['--packages', await fetchPackages(), '--broker', cluster.brokerAddr];
      const args = [join(project, 'main.mjs'), ...places, ...scenarioArgs(nameServerAddr, only)];
      await readResults(startProgram('env', [`HOME=${home}`, process.execPath, ...args], home), report);
      await rm(home, { recursive: true, force: true });
    },
    async names() {
      const { scenarios } = await import('../ali-ons/scenarios.mjs');
      return [...scenarios.keys()];
    },
  };
}

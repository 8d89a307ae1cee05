#!/usr/bin/env node
import { parseArgs } from 'node:util';

import { startCluster } from '../support/apache/index.mjs';
import { apacheItsClient } from './apache-its/client.mjs';
import { aliOnsClient } from './clients/ali-ons.mjs';
import { cppClient } from './clients/cpp.mjs';
import { goClient } from './clients/go.mjs';
import { javaClient } from './clients/java.mjs';
import { mqadminClient } from './clients/mqadmin.mjs';
import { springClient } from './spring/client.mjs';
import { storeClient } from './store/store.mjs';
import { printDetails, printMatrix } from './table.mjs';
import { typescriptClient } from './typescript/client.mjs';

/**
 * Unmodified Apache clients against our servers (or Apache's own: the oracle that the scenarios were written with).
 *
 *   npm run conformance -- [--against ours|apache] [--client java-5.5.0,go] [--only send-sync,rebalance] [--keep] [--list]
 *
 * @typedef {{ scenario: string, ok: boolean, detail: string, ms: number }} Result
 * @typedef {object} Job
 * @property {'ours' | 'apache'} against
 * @property {import('../support/apache/index.d.mts').ClusterUnderTest} cluster
 * @property {string} nameServerAddr
 * @property {string[] | undefined} only  names of scenarios; undefined runs all
 * @property {boolean} keep  leave logs and stores in place
 * @property {(result: Result) => void} report
 *
 * @typedef {object} Client
 * @property {() => Promise<unknown>} prepare  fetches and builds; may take a minute the first time
 * @property {() => Promise<string[]>} names
 * @property {(job: Job) => Promise<void>} run
 * @property {boolean} [ownCluster]  does what others would feel, such as taking write permissions away
 * @property {boolean} [noCluster]  starts what it needs itself
 * @property {boolean} [onlyByName]  not Apache's release, not for every machine, or long: runs when --client names it
 */

/** In the order they are started; the long ones first. @type {Record<string, Client>} */
const clients = {
  'java-5.5.0': javaClient('5.5.0', 'JSON'),
  store: storeClient(),
  mqadmin: mqadminClient(),
  'java-4.9.8': javaClient('4.9.8', 'JSON'),
  'java-binary': javaClient('5.5.0', 'ROCKETMQ'),
  go: goClient(),
  spring: springClient(),
  typescript: typescriptClient(),
  // Our client must be at home in any cluster.
  'typescript-on-apache': typescriptClient(true),
  cpp: cppClient(),
  'ali-ons': aliOnsClient(),
  'apache-its': apacheItsClient(),
};
const everyTime = Object.keys(clients).filter((name) => !clients[name]?.onlyByName);

const { values: options } = parseArgs({
  options: {
    against: { type: 'string', default: 'ours' },
    client: { type: 'string' },
    only: { type: 'string' },
    parallel: { type: 'string', default: '2' },
    keep: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const usage = `npm run conformance -- [options]
  --against ours|apache   whose name server and broker are tested (ours)
  --client A,B            of: ${Object.keys(clients).join(', ')} (all but cpp, ali-ons and apache-its)
  --only A,B              scenarios by name (all); --list shows them
  --parallel N            clients at the same time (2)
  --keep                  leave logs and stores in the temporary directory and say where
`;

async function main() {
  if (options.help) return void process.stdout.write(usage);
  const against = options.against;
  if (against !== 'ours' && against !== 'apache') throw new Error(`--against takes ours or apache, not ${against}`);
  const chosen = options.client?.split(',') ?? everyTime;
  for (const name of chosen)
    if (!clients[name]) throw new Error(`no client ${name}; there are ${Object.keys(clients).join(', ')}`);
  const only = options.only?.split(',');
  if (options.list) return list(chosen);

  const began = Date.now();
  /** @type {Map<string, Result[]>} */
  const results = new Map(chosen.map((name) => [name, []]));
  /** @param {string} name @returns {(result: Result) => void} */
  const reporter = (name) => (result) => {
    results.get(name)?.push(result);
    process.stdout.write(`${result.ok ? 'ok    ' : 'FAILED'} ${name} ${result.scenario} (${result.ms} ms)\n`);
  };

  const ready = await prepare(chosen, only, reporter);
  const shared = ready.some((name) => !clients[name]?.ownCluster && !clients[name]?.noCluster)
    ? await startCluster(against, { keepFiles: options.keep })
    : undefined;
  const queue = [...ready];
  const lane = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift())
      await runClient(name, against, shared, only, reporter(name));
  };
  await Promise.all(Array.from({ length: Number(options.parallel) }, lane));
  const serversTail = shared?.logTail(20);
  await shared?.stop();

  printMatrix(results);
  printDetails(results);
  const all = [...results.values()].flat();
  const failed = all.filter((result) => !result.ok).length;
  if (failed > 0 && serversTail) process.stdout.write(`\nThe servers' last words:\n${serversTail}\n`);
  if (options.keep && shared) process.stdout.write(`\nFiles of the shared cluster: ${shared.workDir}\n`);
  process.stdout.write(
    `\n${against === 'ours' ? 'Our servers' : "Apache's servers"}, ${Math.round((Date.now() - began) / 1000)} s\n`,
  );
  process.stdout.write(`${all.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && all.length > 0 ? 0 : 1;
}

/**
 * Which clients have something to run, built. One after the other: Maven and Go would fight for the cores.
 *
 * @param {string[]} chosen @param {string[] | undefined} only @param {(name: string) => (result: Result) => void} reporter
 */
async function prepare(chosen, only, reporter) {
  const ready = [];
  for (const name of chosen) {
    const client = /** @type {Client} */ (clients[name]);
    try {
      await client.prepare();
      if (only && !(await client.names()).some((scenario) => only.includes(scenario))) continue;
      ready.push(name);
    } catch (error) {
      reporter(name)({ scenario: '(build)', ok: false, detail: String(error), ms: 0 });
    }
  }
  return ready;
}

/**
 * @param {string} name @param {'ours' | 'apache'} against
 * @param {import('../support/apache/index.d.mts').ClusterUnderTest | undefined} shared
 * @param {string[] | undefined} only @param {(result: Result) => void} report
 */
async function runClient(name, against, shared, only, report) {
  const client = /** @type {Client} */ (clients[name]);
  let own;
  try {
    const names = await client.names();
    const mine = only?.filter((scenario) => names.includes(scenario));
    if (client.ownCluster) own = await startCluster(against, { keepFiles: options.keep });
    const cluster = /** @type {import('../support/apache/index.d.mts').ClusterUnderTest} */ (own ?? shared);
    await client.run({
      against,
      cluster,
      nameServerAddr: cluster?.nameServerAddr,
      only: mine,
      keep: options.keep,
      report,
    });
  } catch (error) {
    report({
      scenario: '(run)',
      ok: false,
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
      ms: 0,
    });
  } finally {
    for (const detail of (own ?? shared)?.endedUnasked ?? [])
      report({ scenario: '(servers)', ok: false, detail, ms: 0 });
    await own?.stop();
  }
}

/** @param {string[]} chosen */
async function list(chosen) {
  for (const name of chosen) {
    process.stdout.write(`${name}\n${(await clients[name]?.names())?.map((scenario) => `  ${scenario}\n`).join('')}`);
  }
}

await main();

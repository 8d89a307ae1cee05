import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freeBrokerPort, startCluster } from '../../support/apache/index.mjs';
import { buildJava, startJava } from '../clients/java.mjs';
import { holds, whole } from './contents.mjs';
import { retentionPlan } from './retention.mjs';
import { tearLastRecord } from './tear.mjs';

/**
 * One broker fills a directory, another one opens it.
 *
 * @typedef {'ours' | 'apache'} Kind
 * @typedef {object} Plan
 * @property {string} name
 * @property {Kind} from
 * @property {Kind} to
 * @property {'stopped' | 'killed' | 'torn'} end  how the first broker ends; torn: killed, and half of its last record lost
 * @property {Record<string, string | number>} config  of both brokers
 */

/** So small that the messages need several segments of the log, several consume queue files and several index files. */
const smallFiles = {
  mappedFileSizeCommitLog: 16 * 1024 * 1024,
  mappedFileSizeConsumeQueue: 20 * 50,
  maxHashSlotNum: 100,
  maxIndexNum: 400,
};

/** What a broker uses that nobody configured: 1 GiB, 300,000 entries, 5 million slots and 20 million entries, all sparse. */
const defaultFiles = {
  mappedFileSizeCommitLog: 1024 * 1024 * 1024,
  mappedFileSizeConsumeQueue: 20 * 300_000,
  maxHashSlotNum: 5_000_000,
  maxIndexNum: 20_000_000,
};

/** @type {Record<Kind, Plan[]>} */
const plans = {
  ours: [
    { name: 'store-ours-to-apache', from: 'ours', to: 'apache', end: 'stopped', config: smallFiles },
    { name: 'store-apache-to-ours', from: 'apache', to: 'ours', end: 'stopped', config: smallFiles },
    { name: 'store-apache-killed-to-ours', from: 'apache', to: 'ours', end: 'killed', config: smallFiles },
    { name: 'store-apache-torn-to-ours', from: 'apache', to: 'ours', end: 'torn', config: defaultFiles },
    { name: 'store-ours-killed-to-apache', from: 'ours', to: 'apache', end: 'killed', config: defaultFiles },
  ],
  // The same with Apache on both sides shows that the scenarios ask for nothing that Apache itself does not do.
  apache: [
    { name: 'store-apache-to-apache', from: 'apache', to: 'apache', end: 'stopped', config: smallFiles },
    { name: 'store-apache-killed-to-apache', from: 'apache', to: 'apache', end: 'killed', config: smallFiles },
    { name: 'store-apache-torn-to-apache', from: 'apache', to: 'apache', end: 'torn', config: defaultFiles },
  ],
};

/** The load that is running when a broker is killed: this many acknowledgements, then the kill. */
const acknowledgedBeforeKill = 4_000;

/** @returns {import('../run.mjs').Client} */
export function storeClient() {
  return {
    noCluster: true,
    prepare: () => buildJava('5.5.0'),
    names: async () => [...Object.values(plans).flatMap((list) => list.map((plan) => plan.name)), retentionPlan.name],
    async run({ against, only, keep, report }) {
      for (const plan of plans[against].filter((one) => !only || only.includes(one.name))) {
        const began = Date.now();
        const detail = await runPlan(plan, keep).catch((error) =>
          error instanceof Error ? (error.stack ?? '') : String(error),
        );
        report({ scenario: plan.name, ok: detail === '', detail, ms: Date.now() - began });
      }
      if (!only || only.includes(retentionPlan.name)) report(await retentionPlan.run(against, keep));
    },
  };
}

/** @param {Plan} plan @param {boolean} keep @returns {Promise<string>} what is wrong; empty when nothing is */
async function runPlan(plan, keep) {
  const directory = await mkdtemp(join(tmpdir(), `rocketmq-${plan.name}-`));
  const manifest = join(directory, 'manifest.tsv');
  const common = {
    storeDir: join(directory, 'store'),
    // offsetMsgId holds the broker's port.
    brokerPort: await freeBrokerPort(),
    brokerConfig: plan.config,
    keepFiles: keep,
  };
  try {
    const first = await startCluster(plan.from, common);
    try {
      await fill(first, manifest, plan.end !== 'stopped');
      if (plan.end === 'stopped') await first.stopBroker();
      if (plan.end === 'torn') await tear(common.storeDir, manifest);
    } finally {
      await first.stop();
    }
    await holds(common.storeDir, plan.config === smallFiles ? 2 : 1);
    await whole(common.storeDir, plan.config, plan.end);
    const second = await startCluster(plan.to, common);
    try {
      const detail = await verify(second, manifest, plan.end !== 'stopped');
      return detail === '' ? '' : `${detail}\n${second.logTail(15)}${keep ? `\nfiles in ${directory}` : ''}`;
    } finally {
      if (plan.to === 'apache') await second.killBroker();
      await second.stop();
    }
  } finally {
    if (!keep) await rm(directory, { recursive: true, force: true });
  }
}

/**
 * @param {import('../../support/apache/index.d.mts').ClusterUnderTest} cluster
 * @param {string} manifest @param {boolean} killUnderLoad
 */
async function fill(cluster, manifest, killUnderLoad) {
  const java = await startJava({
    version: '5.5.0',
    main: 'StoreFill',
    args: ['--name-server', cluster.nameServerAddr, '--manifest', manifest, ...(killUnderLoad ? ['--load'] : [])],
  });
  let filled = false;
  let loaded = 0;
  for await (const line of java.lines) {
    const message = JSON.parse(line);
    filled ||= message.filled === true;
    loaded = message.loaded ?? loaded;
    if (message.acknowledged === acknowledgedBeforeKill) await cluster.killBroker();
  }
  await java.ended;
  await java.forget();
  if (!filled) throw new Error(`the store could not be filled:\n${java.errors()}\n${cluster.logTail(20)}`);
  if (killUnderLoad && loaded < acknowledgedBeforeKill)
    throw new Error(`only ${loaded} messages were acknowledged under load:\n${java.errors()}`);
}

/** @param {import('../../support/apache/index.d.mts').ClusterUnderTest} cluster @param {string} manifest @param {boolean} killed */
async function verify(cluster, manifest, killed) {
  const java = await startJava({
    version: '5.5.0',
    main: 'StoreVerify',
    args: ['--name-server', cluster.nameServerAddr, '--manifest', manifest, ...(killed ? ['--killed'] : [])],
  });
  let detail = 'the check of the store ended without a result';
  for await (const line of java.lines) {
    const result = JSON.parse(line);
    detail = result.ok ? '' : result.detail;
    if (result.ok && result.records < 150) detail = `only ${result.records} records were looked for`;
  }
  await java.ended;
  await java.forget();
  return detail === '' ? '' : `${detail}\n${java.errors()}`.trim();
}

/** Tears the last record and takes it out of what must be found. @param {string} storeDir @param {string} manifest */
async function tear(storeDir, manifest) {
  const commitLogOffset = await tearLastRecord(join(storeDir, 'commitlog'));
  const offsetInId = commitLogOffset.toString(16).toUpperCase().padStart(16, '0');
  const lines = (await readFile(manifest, 'utf8')).split('\n');
  await writeFile(manifest, lines.filter((line) => line.split('\t')[5]?.slice(-16) !== offsetInId).join('\n'));
}

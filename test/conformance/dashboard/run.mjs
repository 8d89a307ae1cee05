#!/usr/bin/env node
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { freeBrokerPort, freePort, startCluster } from '../../support/apache/index.mjs';
import { after } from './after.mjs';
import { before } from './before.mjs';
import { compare } from './compare.mjs';
import { ask, startClients, startDashboard } from './dashboard.mjs';
import { during } from './during.mjs';

/**
 * Apache's dashboard, unmodified, on Apache's servers and then on ours: the answers of its end points, field by field.
 *
 * @typedef {import('./asks.mjs').Step} Step
 * @typedef {import('./asks.mjs').World} World
 * @typedef {import('./dashboard.mjs').Answer & { name: string, path: string }} Told
 */

const usage = `node test/conformance/dashboard/run.mjs --jar FILE [--out FOLDER] [--again apache,ours]
  --jar FILE        rocketmq-dashboard, one jar with all that it needs
  --out FOLDER      keeps the answers there, apache.json and ours.json, and the ports
  --again A,B       asks only these again and takes the others from --out
`;
const { values: options } = parseArgs({
  options: { jar: { type: 'string' }, out: { type: 'string' }, again: { type: 'string', default: 'apache,ours' } },
});

/** @param {'apache' | 'ours'} kind @param {string} jar @param {{ brokerPort: number, nameServerPort: number }} ports */
async function answersOf(kind, jar, ports) {
  const home = await mkdtemp(join(tmpdir(), 'rocketmq-dashboard-'));
  const cluster = await startCluster(kind, { ...ports, brokerConfig: { traceTopicEnable: true } });
  const { nameServerAddr, brokerAddr } = cluster;
  const dashboard = await startDashboard(jar, home, nameServerAddr);
  /** @type {Told[]} */
  const answers = [];
  /** @param {Step[]} steps */
  const askAll = async (steps) => {
    for (const step of steps) answers.push({ name: step.name, path: step.path, ...(await ask(dashboard, step)) });
  };
  /** @type {World} */
  const world = { nameServerAddr, brokerAddr, sent: [], dead: [], began: Date.now() };
  await askAll(before(world));
  const clients = await startClients(home, nameServerAddr);
  world.sent = clients.sent;
  await askAll(during(world));
  world.dead = deadLettersIn(answers);
  await askAll(after(world));
  clients.stop();
  dashboard.stop();
  const ended = cluster.endedUnasked;
  await cluster.stop();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
  if (ended.length > 0) throw new Error(ended.join('\n'));
  return answers;
}

/** @param {Told[]} answers @returns {string[]} */
function deadLettersIn(answers) {
  const page = answers.find(({ name }) => name.includes('%DLQ%DashFails') && name.startsWith('dlqMessage'))?.answer.data
    ?.page;
  return page?.content.map((/** @type {{ msgId: string }} */ { msgId }) => msgId) ?? [];
}

async function main() {
  const { jar, out } = options;
  if (jar === undefined) return void process.stdout.write(usage);
  // Answers name the servers' addresses: those that are kept are compared with others from the same ones.
  const portsFile = join(out ?? '.', 'ports.json');
  const isAgain = options.again !== 'apache,ours';
  const ports = isAgain
    ? JSON.parse(await readFile(portsFile, 'utf8'))
    : { brokerPort: await freeBrokerPort(), nameServerPort: await freePort() };
  if (out !== undefined) await writeFile(portsFile, JSON.stringify(ports));
  /** @param {'apache' | 'ours'} kind @returns {Promise<Told[]>} */
  const told = async (kind) => {
    const file = join(out ?? '.', `${kind}.json`);
    if (!options.again.split(',').includes(kind)) return JSON.parse(await readFile(file, 'utf8'));
    const began = Date.now();
    const answers = await answersOf(kind, resolve(jar), ports);
    process.stdout.write(`${kind}: ${answers.length} answers, ${Math.round((Date.now() - began) / 1000)} s\n`);
    if (out !== undefined) await writeFile(file, JSON.stringify(answers, undefined, 1));
    return answers;
  };
  const { endPoints, failed, meant, passed } = compare(await told('apache'), await told('ours'));
  for (const { name, differences } of failed) {
    process.stdout.write(`\n${name}\n`);
    for (const { field, apache, ours } of differences) process.stdout.write(`  ${field}: ${apache} | ${ours}\n`);
  }
  for (const [why, count] of meant) process.stdout.write(`${count} fields differ as meant: ${why}\n`);
  process.stdout.write(`${endPoints} end points\n${passed} passed, ${failed.length} failed\n`);
  process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
}

await main();

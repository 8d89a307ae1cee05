#!/usr/bin/env node
// Compares our broker with Apache's in the same run: A B A B, as ratios.
//   npm run bench                                   every workload, 3 rounds
//   npm run bench -- --only send-64,send-64-sync    some of them
//   npm run bench -- --profile --only send-64       writes a CPU profile of our broker to bench/results/
//   npm run bench -- --list
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Side } from './sides.mjs';
import { workloads } from './workloads.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    warm: { type: 'string', default: '5' },
    ours: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const results = join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });

if (values.list) {
  for (const [name, { title }] of Object.entries(workloads)) console.log(`${name.padEnd(18)} ${title}`);
  process.exit(0);
}
const names = values.only ? values.only.split(',') : Object.keys(workloads);
for (const name of names) {
  if (!workloads[name]) {
    console.error(`no workload ${name}; --list shows them`);
    process.exit(2);
  }
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Runs one workload on both sides in turn; answers every round's figures. */
async function compare(name) {
  const workload = workloads[name];
  const kinds = values.ours || values.profile || workload.only === 'ours' ? ['ours'] : ['ours', 'apache'];
  const sides = [];
  const rounds = { ours: [], apache: [] };
  try {
    for (const kind of kinds) {
      sides.push(await Side.start(kind, { ...workload.start, ...(values.profile && { profileDir: results }) }));
      sides.at(-1).pause();
    }
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const side of sides) {
        side.resume();
        await sleep(500);
        const settings = { seconds: Number(values.seconds), warm: Number(values.warm), round };
        const figures = await workload.measure(side, settings);
        side.pause();
        rounds[side.kind].push(figures);
        console.log(`  ${name} round ${round + 1} ${side.kind}: ${JSON.stringify(figures)}`);
      }
    }
  } finally {
    for (const side of sides) await side.stop();
  }
  return rounds;
}

/** ours ÷ apache's of a figure: the median of the rounds' ratios, and their spread. */
function ratio(rounds, figure) {
  const ratios = rounds.ours
    .map((ours, round) => ours[figure] / rounds.apache[round]?.[figure])
    .filter((value) => Number.isFinite(value));
  if (ratios.length === 0) return undefined;
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

const atLeast = (figure) => figure === 'rate';
const shown = (value) =>
  value === undefined ? '–' : `${value.median.toFixed(2)} (${value.min.toFixed(2)}–${value.max.toFixed(2)})`;

function verdict(workload, ratios) {
  const targets = Object.entries(workload.targets);
  if (targets.length === 0) return '';
  return targets
    .map(([figure, target]) => {
      const value = ratios[figure];
      if (!value) return `${figure} not compared`;
      const reached = atLeast(figure) ? value.median >= target : value.median <= target;
      return `${figure} ${atLeast(figure) ? '≥' : '≤'} ${target} ${reached ? 'reached' : 'MISSED'}`;
    })
    .join(', ');
}

const rows = [];
for (const name of names) {
  console.log(`${name}: ${workloads[name].title}`);
  const rounds = await compare(name);
  const ratios = { rate: ratio(rounds, 'rate'), p50: ratio(rounds, 'p50'), p99: ratio(rounds, 'p99') };
  rows.push({ name, title: workloads[name].title, rounds, ratios, verdict: verdict(workloads[name], ratios) });
}

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  kernel: release(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
};
const file = join(results, `${names.length === 1 ? names[0] : 'all'}.json`);
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, settings: values, rows }, null, 2)}\n`);

console.log('\n| workload | ours | Apache | rate | p50 | p99 | target |\n| --- | --- | --- | --- | --- | --- | --- |');
for (const { title, rounds, ratios, verdict: said } of rows) {
  const rateOf = (kind) =>
    rounds[kind].length === 0
      ? '–'
      : `${Math.round(median(rounds[kind].map((r) => r.rate ?? 0))).toLocaleString('en')}/s`;
  console.log(
    `| ${title} | ${rateOf('ours')} | ${rateOf('apache')} | ${shown(ratios.rate)} | ${shown(ratios.p50)} | ${shown(ratios.p99)} | ${said} |`,
  );
}
console.log(`\nwritten to ${file}`);

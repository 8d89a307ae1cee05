#!/usr/bin/env node
// Compares our broker with Apache's in the same run: A B A B, as ratios.
//   npm run bench                                   every workload, about 27 minutes
//   npm run bench -- --only send-64,send-64-sync    some of them
//   npm run bench -- --ours --only send-64          ours alone
//   npm run bench -- --profile --only send-64       writes a CPU profile of our broker to bench/results/
//   npm run bench -- --only memory-long --minutes 15
//   npm run bench -- --quick                        a look in a few minutes: short, cold, figures that mean nothing
//   npm run bench -- --list
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Fleet } from './fleet.mjs';
import { rowOf, tableOf } from './report.mjs';
import { workloads } from './workloads/index.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
    'warm-up': { type: 'string', default: '30' },
    minutes: { type: 'string', default: '15' },
    ours: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
if (values.list) {
  for (const [name, { title, isExtra }] of Object.entries(workloads))
    console.log(`${name.padEnd(16)} ${title}${isExtra ? ' (only by name)' : ''}`);
  process.exit(0);
}
const names = values.only ? values.only.split(',') : Object.keys(workloads).filter((name) => !workloads[name].isExtra);
for (const name of names) {
  if (!workloads[name]) {
    console.error(`no workload ${name}; --list shows them`);
    process.exit(2);
  }
}
const results = join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
const rounds = values.quick ? 1 : Number(values.rounds);
const seconds = values.quick ? 3 : Number(values.seconds);
const warmUp = values.quick ? 3 : Number(values['warm-up']);
/** A workload's first round begins with more warm-up than the others: what it needs is not what ran before. */
const [FIRST_WARM, WARM] = values.quick ? [1, 1] : [6, 3];

const startedAt = performance.now();
function say(line) {
  const passed = Math.round((performance.now() - startedAt) / 1000);
  console.log(`[${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, '0')}] ${line}`);
}

const settingsOf = (round) => ({
  seconds,
  round,
  warm: round === 0 ? FIRST_WARM : WARM,
  quick: values.quick,
  minutes: Number(values.minutes),
  say: (line) => say(`  ${line}`),
});
const kindsOf = ({ sides = ['ours', 'apache'] }) => (values.ours || values.profile ? ['ours'] : sides);
const roundsOf = (workload) => Math.min(rounds, workload.rounds ?? rounds);

/** Runs one workload on its sides in turn, and keeps every round's figures. */
async function compare(name, fleet, figures) {
  const workload = workloads[name];
  for (let round = 0; round < roundsOf(workload); round++) {
    for (const kind of kindsOf(workload)) {
      const settings = settingsOf(round);
      const measured = workload.isOwn
        ? await workload.measure(kind, settings)
        : await fleet.on(kind, async (side) => {
            if (round === 0) await workload.prepare?.(side, settings);
            return workload.measure(side, settings);
          });
      figures[kind].push(measured);
      say(`  round ${round + 1} of ${roundsOf(workload)}, ${kind}: ${JSON.stringify(measured)}`);
    }
  }
}

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: availableParallelism(),
  kernel: release(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  loadBefore: Number(loadavg()[0].toFixed(2)),
};
const subset = names.length === 1 ? names[0] : values.only ? 'some' : 'all';
const file = join(results, `${values.quick ? 'quick' : subset}.json`);
const problems = [];

/** Writes what there is so far: a run that is interrupted has not been for nothing. */
function save(rows) {
  const settings = { rounds, seconds, warmUp, only: values.only, ours: values.ours };
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, settings, rows }, null, 2)}\n`);
}

async function runAll() {
  const rows = [];
  const fleetKey = (name) => (workloads[name].isOwn ? 'own' : JSON.stringify(workloads[name].start ?? {}));
  // Workloads that share brokers follow each other, in the order in which they are listed.
  const order = [...new Set(names.map(fleetKey))].flatMap((key) => names.filter((name) => fleetKey(name) === key));
  let fleet;
  let key;
  try {
    for (const [index, name] of order.entries()) {
      const { title, start = {}, takesSeconds } = workloads[name];
      if (fleetKey(name) !== key) {
        await fleet?.stop();
        key = fleetKey(name);
        fleet = new Fleet(values.profile ? { ...start, profileDir: results } : start, warmUp, say);
      }
      const wait = takesSeconds && !values.quick ? `, takes ${takesSeconds} s` : '';
      say(`${index + 1}/${order.length} ${name}: ${title}${wait}`);
      const figures = { ours: [], apache: [] };
      try {
        await compare(name, fleet, figures);
      } catch (error) {
        // The others are worth measuring all the same, on brokers that nothing happened to.
        problems.push(name);
        say(`  ${name} FAILED: ${error.stack}`);
        await fleet.stop();
      }
      rows.push(rowOf(name, workloads[name], figures));
      save(rows);
    }
  } finally {
    await fleet?.stop();
  }
  return rows;
}

const rows = await runAll();
console.log(`\n${tableOf(rows)}\n`);
const missed = rows.flatMap(({ name, targets }) =>
  targets.filter(({ verdict }) => verdict === 'MISSED').map(({ figure }) => `${name} ${figure}`),
);
say(`written to ${file}; ${missed.length === 0 ? 'no target missed' : `missed: ${missed.join(', ')}`}`);
if (problems.length > 0) say(`failed: ${problems.join(', ')}`);
process.exitCode = problems.length > 0 ? 1 : 0;

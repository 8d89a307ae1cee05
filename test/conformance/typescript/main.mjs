#!/usr/bin/env node
import { parseArgs } from 'node:util';

import { Context } from './context.mjs';
import { scenarios } from './scenarios.mjs';

// Runs the scenarios, several at a time in one process, and prints one JSON line for each.
//
//   node test/conformance/typescript/main.mjs --name-server 127.0.0.1:9876 [--only a,b] [--parallel 8] [--list]

const TIME_LIMIT_MS = 150_000;

const { values: options } = parseArgs({
  options: {
    'name-server': { type: 'string', default: '127.0.0.1:9876' },
    only: { type: 'string' },
    parallel: { type: 'string', default: '8' },
    list: { type: 'boolean', default: false },
  },
});

/** @param {object} value */
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** @param {string} name @param {(context: Context) => Promise<void>} scenario @param {string} runId */
async function runOne(name, scenario, runId) {
  const began = performance.now();
  const context = new Context(options['name-server'], runId, name);
  let failure;
  /** @type {NodeJS.Timeout | undefined} */
  let limit;
  const timeUp = new Promise((_, reject) => {
    limit = setTimeout(() => reject(new Error(`still running after ${TIME_LIMIT_MS} ms`)), TIME_LIMIT_MS);
  });
  try {
    await context.start();
    await Promise.race([scenario(context), timeUp]);
  } catch (error) {
    failure = error;
  }
  clearTimeout(limit);
  const ms = Math.round(performance.now() - began);
  await context.close().catch((error) => {
    failure ??= error;
  });
  const detail = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure ?? '');
  print({ scenario: name, ok: failure === undefined, detail, ms });
  return failure === undefined;
}

if (options.list) {
  for (const name of scenarios.keys()) process.stdout.write(`${name}\n`);
} else {
  const only = options.only?.split(',');
  const chosen = [...scenarios].filter(([name]) => !only || only.includes(name));
  if (only && chosen.length !== only.length) throw new Error(`unknown scenario among ${only}`);
  print({ plan: chosen.map(([name]) => name).join(',') });
  const runId = Date.now().toString(36);
  let ok = true;
  const lane = async () => {
    for (let next = chosen.shift(); next; next = chosen.shift()) ok = (await runOne(next[0], next[1], runId)) && ok;
  };
  await Promise.all(Array.from({ length: Number(options.parallel) }, lane));
  process.exitCode = ok ? 0 : 1;
}

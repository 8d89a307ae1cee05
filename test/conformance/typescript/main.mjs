#!/usr/bin/env node
import { parseArgs } from 'node:util';

import { runScenarios } from '../clients/run-scenarios.mjs';
import { Context } from './context.mjs';
import { scenarios } from './scenarios.mjs';

// Runs the scenarios, several at a time in one process, and prints one JSON line for each.
//
//   node test/conformance/typescript/main.mjs --name-server 127.0.0.1:9876 [--only a,b] [--parallel 8] [--list]

const { values: options } = parseArgs({
  options: {
    'name-server': { type: 'string', default: '127.0.0.1:9876' },
    only: { type: 'string' },
    parallel: { type: 'string', default: '8' },
    list: { type: 'boolean', default: false },
  },
});

if (options.list) {
  for (const name of scenarios.keys()) process.stdout.write(`${name}\n`);
} else {
  const { only, parallel } = options;
  await runScenarios(
    scenarios,
    { only, parallel: Number(parallel) },
    (runId, name) => new Context(options['name-server'], runId, name),
  );
}

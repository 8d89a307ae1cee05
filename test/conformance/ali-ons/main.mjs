#!/usr/bin/env node
import { parseArgs } from 'node:util';

import { runScenarios } from '../clients/run-scenarios.mjs';
import { Context } from './context.mjs';
import { scenarios } from './scenarios.mjs';

// Runs the scenarios with the npm package ali-ons, which `--packages` holds, and prints one JSON line for each.
//
//   node test/conformance/ali-ons/main.mjs --packages <folder> --name-server 127.0.0.1:9876 --broker 127.0.0.1:10911 [--only a,b]

const { values: options } = parseArgs({
  options: {
    packages: { type: 'string', default: '.' },
    'name-server': { type: 'string', default: '127.0.0.1:9876' },
    broker: { type: 'string', default: '127.0.0.1:10911' },
    only: { type: 'string' },
  },
});

// The client looks for the retry topic of a new group before the group is there, and nobody hears that it found none.
process.on('unhandledRejection', () => undefined);

const { packages, broker, only } = options;
const servers = { packages, broker, nameServer: options['name-server'] };
await runScenarios(scenarios, { only, parallel: 4 }, (runId, name) => new Context(servers, runId, name));
// What it left behind, such as timers of clients that were closed, would keep the process for minutes.
process.exit();

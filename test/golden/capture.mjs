#!/usr/bin/env node
/**
 * Captures bytes that Apache RocketMQ's own classes make, for the specs beside the codecs.
 *
 *   node test/golden/capture.mjs
 *
 * Needs a JDK 17 and Maven; the jars are those the conformance runs use. Rewrites frames.json, records.json, ids.json,
 * bodies.json, bodies-filled.json and bodies-fastjson1.json in this folder. The unique ids differ from run to run, everything else does not.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { apacheClassPath, apacheVersion } from '../support/apache/fetch.mjs';

const here = import.meta.dirname;
const command = 'node test/golden/capture.mjs';
const printed = execFileSync('java', ['-cp', await apacheClassPath(), join(here, 'Capture.java')], {
  encoding: 'utf8',
  maxBuffer: 16 * 1024 * 1024,
  env: {
    ...process.env,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    JAVA_TOOL_OPTIONS: '-Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8',
  },
});

const unescaped = (text) => text.replace(/\\([\\nt])/g, (_, letter) => ({ '\\': '\\', n: '\n', t: '\t' })[letter]);
const files = new Map();
for (const line of printed.split('\n')) {
  const [file, name, kind, value] = line.split('\t');
  if (value === undefined) continue;
  const cases = files.get(file) ?? {};
  cases[name] = kind === 'hex' ? value : unescaped(value);
  files.set(file, cases);
}
for (const [file, cases] of files) {
  const content = { madeBy: command, apacheVersion, cases };
  writeFileSync(join(here, `${file}.json`), `${JSON.stringify(content, undefined, 2)}\n`);
  console.log(`${file}.json: ${Object.keys(cases).length} cases`);
}

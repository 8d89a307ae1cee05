#!/usr/bin/env node
/**
 * Writes protocol/request-code.ts and protocol/response-code.ts from the constants of Apache's remoting jar, so that
 * names and numbers are theirs and complete.
 *
 *   node scripts/generate-codes.mjs path/to/rocketmq-remoting-5.5.0.jar
 *
 * Needs a JDK (javap). The jar is what `mvn dependency:copy -Dartifact=org.apache.rocketmq:rocketmq-remoting:5.5.0` brings.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const jar = process.argv[2];
if (jar === undefined) {
  console.error('usage: node scripts/generate-codes.mjs path/to/rocketmq-remoting-<version>.jar');
  process.exit(2);
}

const target = join(import.meta.dirname, '../libs/broker-core/src/protocol');
const classes = 'org.apache.rocketmq.remoting.protocol';

/** Name and number of every `public static final int` of a class. */
function constantsOf(...names) {
  const listing = execFileSync('javap', ['-constants', '-cp', jar, ...names.map((name) => `${classes}.${name}`)], {
    encoding: 'utf8',
  });
  const found = [...listing.matchAll(/public static final (?:int|short) (\w+) = (-?\d+);/g)];
  return found.map(([, name, number]) => ({ name, number: Number(number) })).sort((a, b) => a.number - b.number);
}

function write(file, constant, docstring, constants) {
  const rows = constants.map(({ name, number }) => `  ${name}: ${number},`).join('\n');
  const nameOf = `${constant[0].toLowerCase()}${constant.slice(1)}Name`;
  const text = `// Made by scripts/generate-codes.mjs from ${basename(jar)}; do not edit.

${docstring}
export const ${constant} = {
${rows}
} as const;

/** One of the numbers of {@link ${constant}}. */
export type ${constant} = (typeof ${constant})[keyof typeof ${constant}];

const names = new Map<number, string>(Object.entries(${constant}).map(([name, number]) => [number, name]));

/** The name of a code as people search for it, or the number itself when Apache has none. */
export function ${nameOf}(code: number): string {
  return names.get(code) ?? String(code);
}
`;
  writeFileSync(join(target, file), text);
  console.log(`${file}: ${constants.length} codes`);
}

write(
  'request-code.ts',
  'RequestCode',
  '/**\n * What a request asks for: every code that Apache RocketMQ knows, under its wire name.\n *\n * Source  RocketMQ RequestCode\n */',
  constantsOf('RequestCode'),
);
write(
  'response-code.ts',
  'ResponseCode',
  '/**\n * How a request ended: every code that Apache RocketMQ answers, under its wire name.\n *\n * Source  RocketMQ ResponseCode, RemotingSysResponseCode\n */',
  constantsOf('RemotingSysResponseCode', 'ResponseCode'),
);

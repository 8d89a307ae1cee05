#!/usr/bin/env node
// Reads a CPU profile as text: whose time it is, by room and by function.
//   node bench/read-profile.mjs bench/results/broker.cpuprofile
import { readFileSync } from 'node:fs';

const file = process.argv[2];
if (!file) {
  console.error('usage: read-profile.mjs FILE.cpuprofile');
  process.exit(2);
}
const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
const byId = new Map(nodes.map((node) => [node.id, node]));
for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;

const selfMicros = new Map();
for (const [index, id] of samples.entries()) selfMicros.set(id, (selfMicros.get(id) ?? 0) + timeDeltas[index]);

const NATIVE = new Map(
  Object.entries({
    '(garbage collector)': 'garbage collection',
    '(program)': 'native code outside JavaScript: libuv, epoll, read(2)',
  }),
);

/** The room of our own code, or what of Node it is, that a function belongs to; natives belong to their caller. */
function roomOf(node) {
  const { functionName, url } = node.callFrame;
  if (NATIVE.has(functionName)) return NATIVE.get(functionName);
  const own = /broker-core\/(?:dist\/\w+|src)\/(\w+)\//.exec(url);
  if (own) return own[1];
  if (/^node:(net|internal\/stream|internal\/streams)/.test(url)) return "Node's sockets and streams, write(2) in them";
  if (/^node:(fs|internal\/fs)/.test(url)) return 'pwrite(2) and other file calls';
  if (/^node:(events|internal\/process|internal\/timers|timers|internal\/async_hooks)/.test(url))
    return "Node's event loop";
  if (node.parent) return roomOf(node.parent);
  return 'other';
}

const busy = nodes.filter(({ callFrame }) => callFrame.functionName !== '(idle)');
const microsOf = (node) => selfMicros.get(node.id) ?? 0;
const total = busy.reduce((sum, node) => sum + microsOf(node), 0);

function print(title, keyOf, count) {
  const sums = new Map();
  for (const node of busy) sums.set(keyOf(node), (sums.get(keyOf(node)) ?? 0) + microsOf(node));
  console.log(`\n${title}`);
  for (const [key, micros] of [...sums].sort((a, b) => b[1] - a[1]).slice(0, count))
    console.log(`${((100 * micros) / total).toFixed(1).padStart(6)} %  ${key}`);
}

console.log(`${(total / 1e6).toFixed(1)} s busy of ${(timeDeltas.reduce((a, b) => a + b, 0) / 1e6).toFixed(1)} s`);
print('by room', roomOf, 20);
const place = ({ url, lineNumber }) => (url ? `${url.split('/').slice(-2).join('/')}:${lineNumber + 1}` : 'native');
print('by function', ({ callFrame }) => `${callFrame.functionName || '(anonymous)'}  ${place(callFrame)}`, 30);

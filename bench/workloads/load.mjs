// Starting the load programs: ours on core 1, Apache's wherever the system puts them.
import { apacheClassPath, javaCommand, run } from '../../test/support/apache/index.mjs';

const scriptAt = (name) => new URL(`../load/${name}.mjs`, import.meta.url).pathname;

/** Runs one of our load programs on core 1 against a side's broker; answers its JSON line. */
async function generate(script, side, mode, options) {
  const args = Object.entries({ port: side.port, pid: side.pid, ...options }).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  );
  const result = await run('taskset', ['-c', '1', process.execPath, scriptAt(script), mode, ...args]);
  const line = result.stdout.trim().split('\n').at(-1);
  if (!line) throw new Error(`load ${mode} on ${side.kind} said nothing: ${result.stderr}`);
  // What a broker refuses does not count as rate; the table says how much it was.
  return JSON.parse(line);
}

export const load = (side, mode, options = {}) => generate('load', side, mode, options);
export const neighbours = (side, mode, options = {}) => generate('neighbours', side, mode, options);

/** One of Apache's own load programs (org.apache.rocketmq.example.benchmark), for a while; answers what it printed. */
export async function javaLoad(side, main, args, seconds) {
  const classPath = await apacheClassPath();
  const command = [
    ...['-s', 'TERM', String(seconds), javaCommand(), '-Xms512m', '-Xmx1g'],
    ...['-Drocketmq.client.logUseSlf4j=false', '-Drocketmq.serialize.type=ROCKETMQ', '-cp', classPath],
    `org.apache.rocketmq.example.benchmark.${main}`,
    ...['-n', side.cluster.nameServerAddr, '-ri', '2000'],
    ...args,
  ];
  return (await run('timeout', command)).stdout;
}

/** Median of a figure that a Java program prints on every line, the first (cold) third left out. */
export function medianOf(output, label) {
  const found = [...output.matchAll(new RegExp(`${label}:?\\s*([0-9.]+)`, 'g'))].map((match) => Number(match[1]));
  const warm = found.slice(Math.floor(found.length / 3)).sort((a, b) => a - b);
  return warm.length === 0 ? 0 : warm[Math.floor(warm.length / 2)];
}

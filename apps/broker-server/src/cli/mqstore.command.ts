import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError, type Dump } from 'rocketmq-broker-core';
import { type Arguments, type Command, parseArguments, UsageError, usageOf } from './arguments.js';
import { ExitCode } from './exit-codes.js';
import { print } from './print.js';

const command: Command = {
  name: 'mqstore',
  about: [
    'Looks into a store directory, ours or Apache RocketMQ’s; it changes nothing and needs no broker.',
    '',
    '  inspect DIR           segments, queues, index files and the checkpoint',
    '  verify DIR            every CRC, and whether log, queues and index agree; ends with 1 when something is damaged',
    '  dump DIR [offset]     the record at an offset of the CommitLog; without one, the first there is',
  ].join('\n'),
  options: [
    { short: 'json', long: 'json', about: 'Print JSON, for programs' },
    { short: 'c', long: 'commitLog', value: 'DIR', about: 'Where the CommitLog is, when it is not in DIR/commitlog' },
    { short: 'n', long: 'count', value: 'records', about: 'With dump: how many records one after the other (1)' },
    {
      short: 's',
      long: 'indexSlots',
      value: 'number',
      about: 'With verify: maxHashSlotNum, when maxIndexNum is not four times it',
    },
    { short: 'h', long: 'help', about: 'Print help' },
  ],
  words: 'inspect|verify|dump DIR [offset]',
};

/** What every verb is told. */
interface Task {
  readonly directory: string;
  readonly commitLogDirectory: string;
  readonly isJson: boolean;
  readonly given: Arguments;
}

const VERBS: ReadonlyMap<string, (task: Task) => Promise<number>> = new Map([
  ['inspect', inspect],
  ['verify', verify],
  ['dump', dump],
]);

/** `mqstore`: looks into a store directory. */
export async function mqstore(line: readonly string[]): Promise<number> {
  const given = parseArguments(command, line);
  const { options, words } = given;
  if (options.has('help')) return print(usageOf(command));
  const [verb = '', directory, ...others] = words;
  const run = VERBS.get(verb);
  if (!run) throw new UsageError(`mqstore knows inspect, verify and dump, not ${JSON.stringify(verb)}`);
  if (directory === undefined) throw new UsageError(`mqstore ${verb} needs a store directory`);
  if (others.length > (verb === 'dump' ? 1 : 0)) throw new UsageError(`mqstore ${verb}: ${others.at(-1)} is too much`);
  const commitLogDirectory = resolve(options.get('commitLog') ?? `${directory}/commitlog`);
  if (!existsSync(commitLogDirectory))
    throw new ConfigError([`there is no store: ${commitLogDirectory} does not exist`]);
  return run({ directory: resolve(directory), commitLogDirectory, isJson: options.has('json'), given });
}

async function inspect({ directory, commitLogDirectory, isJson }: Task): Promise<number> {
  const { inspectStore, NodeDisk } = await import('rocketmq-broker-core');
  const report = await inspectStore(new NodeDisk(), directory, { commitLogDirectory });
  if (isJson) return printJson(report);
  const { inspectPage } = await import('./store-pages.js');
  return print(inspectPage(report));
}

async function verify({ directory, commitLogDirectory, isJson, given }: Task): Promise<number> {
  const { NodeDisk, verifyStore } = await import('rocketmq-broker-core');
  const { ProgressBar } = await import('./progress-bar.js');
  const bar = new ProgressBar(process.stderr);
  const slots = numberOf(given, 'indexSlots');
  const report = await verifyStore(new NodeDisk(), directory, {
    commitLogDirectory,
    onProgress: bar.show,
    ...(slots === undefined ? {} : { indexSlots: slots }),
  });
  bar.clear();
  if (isJson) printJson(report);
  else {
    const { verifyPage } = await import('./store-pages.js');
    print(verifyPage(report));
  }
  const isDamaged = report.findings.some(({ severity }) => severity === 'damage') || report.damagesLeftOut > 0;
  return isDamaged ? ExitCode.FAILED : ExitCode.OK;
}

async function dump(task: Task): Promise<number> {
  const { dumpRecord, inspectStore, NodeDisk } = await import('rocketmq-broker-core');
  const { dumpPage } = await import('./store-pages.js');
  const { directory, commitLogDirectory, isJson, given } = task;
  const disk = new NodeDisk();
  const options = { commitLogDirectory };
  let offset: number | undefined = offsetOf(given.words[2]);
  offset ??= (await inspectStore(disk, directory, options)).segments[0]?.startOffset ?? 0;
  let found = false;
  for (let left = numberOf(given, 'count') ?? 1; left > 0 && offset !== undefined; left--) {
    const dumped: Dump = await dumpRecord(disk, directory, offset, options);
    if (isJson) printJson(dumpJson(offset, dumped));
    else print(`${dumpPage(offset, dumped)}\n`);
    found ||= dumped.kind === 'record';
    offset = dumped.nextOffset;
  }
  return found ? ExitCode.OK : ExitCode.FAILED;
}

function dumpJson(commitLogOffset: number, dumped: Dump): object {
  if (dumped.kind !== 'record') return { commitLogOffset, ...dumped };
  const { message, bytes, nextOffset, kind } = dumped;
  const { properties, body, ...fields } = message;
  const facts = { ...fields, properties: Object.fromEntries(properties), body: body.toString('base64') };
  return { kind, nextOffset, sizeBytes: bytes.length, ...facts, commitLogOffset };
}

function numberOf({ options }: Arguments, name: string): number | undefined {
  const text = options.get(name);
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new UsageError(`--${name} takes a number, not ${text}`);
}

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const offset = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(offset)) return offset;
  throw new UsageError(`${text} is no offset of the CommitLog`);
}

const printJson = (value: unknown): number => print(JSON.stringify(value));

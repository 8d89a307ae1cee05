import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { makeFolderOnce } from '../../support/apache/fetch.mjs';
import { cacheDir, endWithUs, javaCommand, run } from '../../support/apache/index.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '../java');
const loggingConfig = join(dirname(fileURLToPath(import.meta.url)), '../../support/apache/conf');

/** Name of the sources as they are now: an edit makes a new build, an old build is never taken for it. */
async function sourceHash() {
  const hash = createHash('sha256');
  const sources = join(project, 'src/main/java/conformance');
  for (const file of (await readdir(sources)).sort()) hash.update(file).update(await readFile(join(sources, file)));
  hash.update(await readFile(join(project, 'pom.xml')));
  return hash.digest('hex').slice(0, 12);
}

/**
 * Compiles the scenarios against one version of Apache's client; Maven runs only when something changed.
 *
 * @param {string} version
 * @returns {Promise<string>} the class path
 */
export async function buildJava(version) {
  /** @param {string} output @param {string[]} goals */
  const maven = async (output, ...goals) => {
    const result = await run('nice', [
      '-n',
      '5',
      'mvn',
      '-q',
      '-B',
      '-f',
      join(project, 'pom.xml'),
      ...goals,
      `-Drocketmq.version=${version}`,
      `-Dconformance.output=${output}`,
    ]);
    if (result.exitCode !== 0) throw new Error(`Maven failed for client ${version}:\n${result.stdout}${result.stderr}`);
  };
  const root = join(cacheDir(), version);
  const libraries = await makeFolderOnce(join(root, 'client'), (folder) =>
    maven(folder, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}/lib`),
  );
  const scenarios = await makeFolderOnce(join(root, `scenarios-${await sourceHash()}`), (folder) =>
    maven(folder, 'compile'),
  );
  return [loggingConfig, join(scenarios, 'classes'), join(libraries, 'lib/*')].join(':');
}

/**
 * Starts a main class of the scenarios in a JVM with a home directory of its own, so that offsets and logs of one run never
 * reach another.
 *
 * @param {{ version: string, main: string, args: string[], properties?: Record<string, string> }} plan
 */
export async function startJava(plan) {
  const classPath = await buildJava(plan.version);
  const home = await mkdtemp(join(tmpdir(), 'rocketmq-client-'));
  const properties = {
    'user.home': home,
    'rocketmq.client.logRoot': home,
    'conformance.log': join(home, 'client.log'),
    'java.net.preferIPv4Stack': 'true',
    ...plan.properties,
  };
  const child = spawn(
    javaCommand(),
    [
      '-Xmx768m',
      '-Xss512k',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
      '-cp',
      classPath,
      `conformance.${plan.main}`,
      ...plan.args,
    ],
    // Some of mqadmin's commands leave files where they are run.
    { cwd: home, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-8_000);
  });
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  endWithUs(child);
  return {
    child,
    lines: createInterface({ input: child.stdout }),
    ended,
    errors: () => errors,
    forget: () => rm(home, { recursive: true, force: true }),
  };
}

/**
 * A set of scenarios with one version of the client.
 *
 * @param {string} version @param {'JSON' | 'ROCKETMQ'} serialization
 * @returns {import('../run.mjs').Client}
 */
export function javaClient(version, serialization) {
  return {
    prepare: () => buildJava(version),
    async run({ nameServerAddr, only, report }) {
      const args = ['--name-server', nameServerAddr, '--serialization', serialization];
      if (only) args.push('--only', only.join(','));
      const java = await startJava({
        version,
        main: 'Main',
        args,
        properties: serialization === 'ROCKETMQ' ? { 'rocketmq.serialize.type': 'ROCKETMQ' } : {},
      });
      await readResults(java, report);
      await java.forget();
    },
    async names() {
      const java = await startJava({ version, main: 'Main', args: ['--list'] });
      /** @type {string[]} */
      const names = [];
      for await (const line of java.lines) names.push(line);
      await java.forget();
      return names;
    },
  };
}

/**
 * Reads {"plan": …} and the result lines of a scenario program. A scenario that was planned and never reported failed: a
 * program that dies halfway must not look like one that passed.
 *
 * @param {{ lines: AsyncIterable<string>, ended: Promise<number | null>, errors(): string }} program
 * @param {(result: import('../run.mjs').Result) => void} report
 */
export async function readResults(program, report) {
  /** @type {Set<string> | undefined} */
  let planned;
  for await (const line of program.lines) {
    if (!line.startsWith('{')) continue;
    const message = JSON.parse(line);
    if (message.plan !== undefined) planned = new Set(message.plan.split(','));
    if (message.scenario === undefined) continue;
    planned?.delete(message.scenario);
    report(message);
  }
  const exitCode = await program.ended;
  for (const scenario of planned ?? ['(start)']) {
    report({
      scenario,
      ok: false,
      detail: `never reported; the program ended with ${exitCode}\n${program.errors()}`,
      ms: 0,
    });
  }
}

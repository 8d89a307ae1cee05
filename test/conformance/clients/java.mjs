import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeFolderOnce } from '../../support/apache/fetch.mjs';
import { cacheDir, javaCommand } from '../../support/apache/index.mjs';
import { maven } from '../../support/apache/maven.mjs';
import { readResults, scenarioArgs, sourceHash, startProgram } from './program.mjs';

const project = join(dirname(fileURLToPath(import.meta.url)), '../java');
const loggingConfig = join(dirname(fileURLToPath(import.meta.url)), '../../support/apache/conf');
const sources = join(project, 'src/main/java/conformance');

/**
 * Compiles the scenarios against one version of Apache's client; Maven runs only when something changed.
 *
 * @param {string} version
 * @returns {Promise<string>} the class path
 */
export async function buildJava(version) {
  /** @param {string} output @param {string[]} args */
  const build = (output, ...args) =>
    maven(project, [...args, `-Drocketmq.version=${version}`, `-Dconformance.output=${output}`]);
  const root = join(cacheDir(), version);
  const libraries = await makeFolderOnce(join(root, 'client'), (folder) =>
    build(folder, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}/lib`),
  );
  const hash = await sourceHash(sources, join(project, 'pom.xml'));
  const scenarios = await makeFolderOnce(join(root, `scenarios-${hash}`), (folder) => build(folder, 'compile'));
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
  const args = [
    '-Xmx768m',
    '-Xss512k',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
    '-cp',
    classPath,
    `conformance.${plan.main}`,
    ...plan.args,
  ];
  // Some of mqadmin's commands leave files where they are run.
  const program = startProgram(javaCommand(), args, home);
  return { ...program, forget: () => rm(home, { recursive: true, force: true }) };
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
      const java = await startJava({
        version,
        main: 'Main',
        args: [...scenarioArgs(nameServerAddr, only), '--serialization', serialization],
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

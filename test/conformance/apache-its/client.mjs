import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeFolderOnce } from '../../support/apache/fetch.mjs';
import { cacheDir, javaCommand, run, startCluster } from '../../support/apache/index.mjs';
import { maven } from '../../support/apache/maven.mjs';
import { sourceHash, startProgram } from '../clients/program.mjs';
import { classesOf, methodsLeftOut } from './classes.mjs';

/**
 * Apache's own integration tests (the jar `tests` of rocketmq-test), unmodified, against a name server and three brokers
 * outside of their JVM.
 *
 * @typedef {import('../../support/apache/index.d.mts').ClusterUnderTest} ClusterUnderTest
 * @typedef {import('../run.mjs').Result} Result
 */
const here = dirname(fileURLToPath(import.meta.url));
const loggingConfig = join(here, '../../support/apache/conf');
const standIns = join(here, 'stand-ins');
const VERSION = '5.5.0';
/** Longest time for one class; OffsetResetIT and the delays take a minute or two on a busy machine. */
const CLASS_TIMEOUT_MS = 15 * 60_000;
const BROKER_NAMES = ['TestBrokerName_1', 'TestBrokerName_2', 'TestBrokerName_3'];

const jdk = (/** @type {string} */ tool) => javaCommand().replace(/java$/, tool);

/** Apache's jars, those of the tests among them. @returns {Promise<string>} their folder */
const libraries = () =>
  makeFolderOnce(join(cacheDir(), VERSION, 'its'), (folder) =>
    maven(here, ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]),
  );

/** Compiles our stand-ins; where one has the name of a class of Apache's, it wins. @returns {Promise<string>} the class path */
async function build() {
  const jars = `${loggingConfig}:${await libraries()}/*`;
  const files = await readdir(standIns, { recursive: true });
  const sources = files.filter((file) => file.endsWith('.java')).map((file) => join(standIns, file));
  const classes = await makeFolderOnce(
    join(cacheDir(), VERSION, `stand-ins-${await sourceHash(...sources)}`),
    async (folder) => {
      const javac = await run(jdk('javac'), [
        '-nowarn',
        '-proc:none',
        '-encoding',
        'UTF-8',
        '-d',
        folder,
        '-cp',
        jars,
        ...sources,
      ]);
      if (javac.exitCode !== 0) throw new Error(`javac failed:\n${javac.stderr}`);
    },
  );
  return `${classes}:${jars}`;
}

/** The classes that are run. */
async function names() {
  const jar = join(await libraries(), `rocketmq-test-${VERSION}-tests.jar`);
  return classesOf((await run(jdk('jar'), ['tf', jar])).stdout.split(/\r?\n/));
}

/**
 * One class in a JVM of its own. A JVM that ends without saying so is a failed test.
 *
 * @param {string} name @param {ClusterUnderTest} cluster @param {string} classPath @param {string} home
 * @param {(result: Result) => void} report
 */
async function runClass(name, cluster, classPath, home, report) {
  const properties = {
    'its.nameServer': cluster.nameServerAddr,
    'its.cluster': cluster.clusterName,
    'user.home': home,
    'rocketmq.client.logRoot': home,
    'conformance.log': join(home, `${name}.log`),
    'java.net.preferIPv4Stack': 'true',
  };
  const flags = ['-Xmx512m', '-Xss512k', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const given = Object.entries(properties).map(([key, value]) => `-D${key}=${value}`);
  const main = ['conformance.its.RunClass', `org.apache.rocketmq.test.${name}`, ...methodsLeftOut(name)];
  const java = startProgram(javaCommand(), [...flags, ...given, '-cp', classPath, ...main], home);
  const timer = setTimeout(() => java.child.kill('SIGKILL'), CLASS_TIMEOUT_MS);
  /** What is wrong with the class as a whole, as far as is known. */
  let problem = 'it has no tests';
  let isWhole = false;
  for await (const line of java.lines) {
    const [mark, test = '', state = '', ms, detail = ''] = line.split('\t');
    if (mark !== 'RESULT') continue;
    if (state === 'ended') isWhole = true;
    else problem = '';
    if (state === 'ok' || state === 'failed')
      report({
        scenario: `${name} ${test}`,
        ok: state === 'ok',
        detail: detail.replaceAll(' | ', '\n'),
        ms: Number(ms),
      });
  }
  clearTimeout(timer);
  if (!isWhole) problem = `its JVM ended before its tests\n${java.errors()}`;
  if (problem !== '') report({ scenario: name, ok: false, detail: problem, ms: 0 });
}

/** Brokers at one name server, configured like those that Apache's base class starts. @param {'ours' | 'apache'} kind @param {boolean} keepFiles */
async function startBrokers(kind, keepFiles) {
  const brokerConfig = {
    maxTransferCountOnMessageInMemory: 1024,
    maxTransferCountOnMessageInDisk: 1024,
    useServerSideResetOffset: true,
  };
  const brokerJvm = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  /** @type {ClusterUnderTest[]} */
  const clusters = [];
  for (const brokerName of BROKER_NAMES) {
    const joined = clusters[0] ? { joinNameServer: clusters[0].nameServerAddr } : {};
    clusters.push(await startCluster(kind, { brokerName, brokerConfig, brokerJvm, keepFiles, ...joined }));
  }
  return clusters;
}

/** Only when asked for by name: a run takes 8 to 20 minutes. @returns {import('../run.mjs').Client} */
export function apacheItsClient() {
  return {
    onlyByName: true,
    noCluster: true,
    prepare: build,
    names,
    async run({ against, only, keep, report }) {
      const classPath = await build();
      const home = await mkdtemp(join(tmpdir(), 'rocketmq-its-'));
      const clusters = await startBrokers(against, keep);
      const first = /** @type {ClusterUnderTest} */ (clusters[0]);
      for (const name of only ?? (await names())) await runClass(name, first, classPath, home, report);
      const ended = clusters.flatMap(({ endedUnasked }) => endedUnasked);
      for (const detail of ended) report({ scenario: '(servers)', ok: false, detail, ms: 0 });
      for (const cluster of clusters.reverse()) await cluster.stop();
      if (!keep) await rm(home, { recursive: true, force: true });
    },
  };
}

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { apacheClassPath } from './fetch.mjs';
import { freeBrokerPort, freePort } from './ports.mjs';
import { javaCommand, ServerProcess } from './processes.mjs';
import { remotingCall } from './remoting-call.mjs';

/**
 * @typedef {import('./index.d.mts').ClusterOptions} ClusterOptions
 * @typedef {import('./index.d.mts').ClusterUnderTest} ClusterUnderTest
 * @typedef {{ command: string, args: string[], env?: Record<string, string> }} Launch
 * @typedef {{ nameServer(configFile: string): Launch, broker(configFile: string, nameServerAddr: string): Launch }} Launcher
 */

const repository = join(dirname(fileURLToPath(import.meta.url)), '../../..');

// A JVM that starts fast and stays small: two cores are shared by servers, clients and whoever else tests.
const smallJvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xss512k', '-Djava.net.preferIPv4Stack=true'];

/** @param {Record<string, string | number | boolean>} entries */
const properties = (entries) =>
  `${Object.entries(entries)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;

/** @param {string} workDir @param {ClusterOptions} options @returns {Promise<Launcher>} */
async function apacheLauncher(workDir, options) {
  const classPath = await apacheClassPath();
  /** @param {string} name @param {string[]} heap @param {string} main @param {string[]} args */
  const java = (name, heap, main, args) => ({
    command: javaCommand(),
    args: [
      ...heap,
      `-Duser.home=${workDir}`,
      `-Drocketmq.home.dir=${workDir}`,
      `-Dconformance.log=${join(workDir, `${name}.log`)}`,
      '-cp',
      classPath,
      main,
      ...args,
    ],
  });
  return {
    nameServer: (file) =>
      java('namesrv', ['-Xms64m', '-Xmx256m', ...smallJvm], 'org.apache.rocketmq.namesrv.NamesrvStartup', ['-c', file]),
    broker: (file, nameServerAddr) =>
      java(
        'broker',
        options.brokerJvm ?? ['-Xms256m', '-Xmx1g', ...smallJvm],
        'org.apache.rocketmq.broker.BrokerStartup',
        ['-n', nameServerAddr, '-c', file],
      ),
  };
}

/** The command as `npx` finds it; before `npm ci` linked it, the file that it will be linked to. @param {string} name */
function ourCommand(name) {
  const linked = join(repository, 'node_modules/.bin', name);
  return existsSync(linked) ? linked : join(repository, 'apps/broker-server/bin', `${name}.mjs`);
}

/** @returns {Launcher} */
function ourLauncher() {
  /** @param {string} name @param {string[]} args */
  const node = (name, args) => ({ command: process.execPath, args: [ourCommand(name), ...args] });
  return {
    nameServer: (file) => node('mqnamesrv', ['-c', file]),
    broker: (file, nameServerAddr) => node('mqbroker', ['-n', nameServerAddr, '-c', file]),
  };
}

const GET_BROKER_CLUSTER_INFO = 106;
const UPDATE_AND_CREATE_TOPIC = 17;

/**
 * Resolves when the name server knows the broker.
 *
 * Apache's broker sometimes says "boot success" before its connection to the name server is up; it then skips its first
 * registration and tries again 10 s later. Creating a topic makes it register at once. Ours gets no such help.
 *
 * @param {'apache' | 'ours'} kind @param {string} nameServerAddr @param {string} brokerAddr @param {number} timeoutMs
 */
async function untilRegistered(kind, nameServerAddr, brokerAddr, timeoutMs) {
  const began = Date.now();
  let helped = false;
  for (;;) {
    const cluster = await remotingCall(nameServerAddr, GET_BROKER_CLUSTER_INFO);
    if (cluster.body.includes(brokerAddr)) return;
    const waitedMs = Date.now() - began;
    if (waitedMs > timeoutMs) throw new Error(`${brokerAddr} did not register at ${nameServerAddr} in ${waitedMs} ms`);
    if (kind === 'apache' && !helped && waitedMs > 300) {
      helped = true;
      await remotingCall(brokerAddr, UPDATE_AND_CREATE_TOPIC, {
        topic: 'CONFORMANCE_READY',
        defaultTopic: 'TBW102',
        readQueueNums: '1',
        writeQueueNums: '1',
        perm: '6',
        topicFilterType: 'SINGLE_TAG',
        topicSysFlag: '0',
        order: 'false',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Starts a name server (or joins one) and a broker as two processes on free ports of 127.0.0.1.
 *
 * @param {'apache' | 'ours'} kind
 * @param {ClusterOptions} [options]
 * @returns {Promise<ClusterUnderTest>}
 */
export async function startCluster(kind, options = {}) {
  const workDir = await mkdtemp(join(tmpdir(), `rocketmq-${kind}-`));
  const storeDir = options.storeDir ?? join(workDir, 'store');
  const nameServerPort = options.nameServerPort ?? (await freePort());
  const brokerPort = options.brokerPort ?? (await freeBrokerPort());
  const nameServerAddr = options.joinNameServer ?? `127.0.0.1:${nameServerPort}`;
  const brokerAddr = `127.0.0.1:${brokerPort}`;
  const brokerName = options.brokerName ?? 'broker-a';
  const clusterName = options.clusterName ?? 'DefaultCluster';
  const startTimeoutMs = options.startTimeoutMs ?? 60_000;

  const nameServerFile = join(workDir, 'namesrv.conf');
  const brokerFile = join(workDir, 'broker.conf');
  await mkdir(storeDir, { recursive: true });
  await writeFile(
    nameServerFile,
    properties({
      listenPort: nameServerPort,
      kvConfigPath: join(workDir, 'kvConfig.json'),
      ...options.nameServerConfig,
    }),
  );
  await writeFile(
    brokerFile,
    properties({
      brokerClusterName: clusterName,
      brokerName,
      brokerId: 0,
      brokerIP1: '127.0.0.1',
      listenPort: brokerPort,
      namesrvAddr: nameServerAddr,
      storePathRootDir: storeDir,
      storePathCommitLog: join(storeDir, 'commitlog'),
      autoCreateTopicEnable: true,
      autoCreateSubscriptionGroup: true,
      mappedFileSizeCommitLog: 64 * 1024 * 1024,
      mappedFileSizeConsumeQueue: 20 * 10_000,
      maxHashSlotNum: 50_000,
      maxIndexNum: 200_000,
      flushDiskType: 'ASYNC_FLUSH',
      deleteWhen: '04',
      fileReservedTime: 48,
      // A shared machine of two cores stalls for longer than Apache's 200 ms; whether a busy broker refuses is tested elsewhere.
      brokerFastFailureEnable: false,
      osPageCacheBusyTimeOutMills: 20_000,
      ...options.brokerConfig,
    }),
  );

  const launcher = kind === 'apache' ? await apacheLauncher(workDir, options) : ourLauncher();
  /** @param {string} name @param {Launch} launch @param {string[]} prefix */
  const server = (name, launch, prefix = []) => {
    const [command, ...args] = [...prefix, launch.command, ...launch.args];
    return new ServerProcess({
      name,
      command: /** @type {string} */ (command),
      args,
      cwd: workDir,
      logDir: workDir,
      startTimeoutMs,
      stopTimeoutMs: 90_000,
      ...(launch.env ? { env: launch.env } : {}),
    });
  };
  const nameServer = server('namesrv', launcher.nameServer(nameServerFile));
  const broker = server('broker', launcher.broker(brokerFile, nameServerAddr), options.brokerPrefix);

  const startBroker = async () => {
    await broker.start();
    await untilRegistered(kind, nameServerAddr, brokerAddr, startTimeoutMs);
  };
  const stop = async () => {
    // Apache's orderly shutdown takes 15 to 20 s; nobody looks at what it leaves behind unless they chose the directory.
    if (kind === 'apache' && !options.storeDir) await broker.kill();
    else await broker.stop();
    if (kind === 'apache') await nameServer.kill();
    else await nameServer.stop();
    if (!options.keepFiles) await rm(workDir, { recursive: true, force: true });
  };
  try {
    if (!options.joinNameServer) await nameServer.start();
    await startBroker();
  } catch (error) {
    await broker.kill();
    await nameServer.kill();
    throw error;
  }
  return {
    kind,
    nameServerAddr,
    brokerAddr,
    brokerPort,
    brokerName,
    clusterName,
    storeDir,
    workDir,
    get brokerPid() {
      return broker.pid;
    },
    get brokerStartMs() {
      return broker.startMs;
    },
    get endedUnasked() {
      return [nameServer.endedUnasked, broker.endedUnasked].filter((one) => one !== undefined);
    },
    killBroker: () => broker.kill(),
    stopBroker: () => broker.stop(),
    restartBroker: startBroker,
    stop,
    logTail: (lines = 30) => `--- name server\n${nameServer.tail(lines)}\n--- broker\n${broker.tail(lines)}`,
  };
}

/** @param {ClusterOptions} [options] */
export const startApacheCluster = (options) => startCluster('apache', options);

/** @param {ClusterOptions} [options] */
export const startOurCluster = (options) => startCluster('ours', options);

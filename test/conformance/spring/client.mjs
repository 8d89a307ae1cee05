import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { makeFolderOnce } from '../../support/apache/fetch.mjs';
import { cacheDir, endWithUs, javaCommand } from '../../support/apache/index.mjs';
import { maven } from '../../support/apache/maven.mjs';
import { sourceHash } from '../clients/program.mjs';

const project = dirname(fileURLToPath(import.meta.url));
const sources = join(project, 'src/main/java/conformance/spring');
const READY_WITHIN_MS = 90_000;

/** Compiles the application once for each state of its sources. @returns {Promise<string>} the class path */
async function buildSpring() {
  const hash = await sourceHash(join(project, 'pom.xml'), sources);
  const folder = await makeFolderOnce(join(cacheDir(), 'spring', hash), (target) =>
    maven(project, [
      'compile',
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${target}/lib`,
      `-Dconformance.output=${target}`,
    ]),
  );
  return `${join(folder, 'classes')}:${join(folder, 'lib/*')}`;
}

/** The Spring Boot application: what its listeners heard, and commands it obeys one at a time. */
export class SpringShop {
  /** @type {{ listener: string, value: unknown }[]} */
  heard = [];
  /** @type {{ resolve: (value: any) => void, reject: (error: Error) => void }[]} */
  #asked = [];
  /** The last of what it logged. */
  log = '';

  /** @param {import('node:child_process').ChildProcessWithoutNullStreams} child @param {string} home */
  constructor(child, home) {
    this.child = child;
    this.home = home;
    this.ready = this.#next();
    child.stderr.setEncoding('utf8').on('data', (text) => this.#note(text));
    createInterface({ input: child.stdout }).on('line', (line) => this.#read(line));
    child.once('exit', (code) => {
      for (const { reject } of this.#asked.splice(0))
        reject(new Error(`the Spring application ended (${code}):\n${this.log}`));
    });
  }

  /** @param {string} nameServerAddr @param {string} runId */
  static async start(nameServerAddr, runId) {
    const classPath = await buildSpring();
    const home = await mkdtemp(join(tmpdir(), 'rocketmq-spring-'));
    const properties = {
      'user.home': home,
      'java.net.preferIPv4Stack': 'true',
      run: runId,
      'rocketmq.name-server': nameServerAddr,
      'rocketmq.producer.group': `${runId}_spring_producer`,
      'rocketmq.producer.send-message-timeout': '15000',
      'spring.main.banner-mode': 'off',
      'logging.level.root': 'WARN',
    };
    const child = spawn(
      javaCommand(),
      [
        '-Xmx256m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
        '-cp',
        classPath,
        'conformance.spring.SpringShop',
      ],
      { cwd: home },
    );
    endWithUs(child);
    const shop = new SpringShop(child, home);
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
    await shop.ready.finally(() => clearTimeout(timer));
    return shop;
  }

  /** @param {...unknown} words @returns {Promise<any>} */
  ask(...words) {
    const answer = this.#next();
    this.child.stdin.write(`${JSON.stringify(words)}\n`);
    return answer;
  }

  /** @param {boolean} keepFiles */
  async stop(keepFiles) {
    this.child.kill('SIGKILL');
    if (!keepFiles) await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** @returns {Promise<any>} */
  #next() {
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }));
  }

  /** @param {string} text */
  #note(text) {
    this.log = `${this.log}${text}`.slice(-8_000);
  }

  /** @param {string} line */
  #read(line) {
    if (!line.startsWith('{')) return this.#note(`${line}\n`);
    const said = JSON.parse(line);
    if (said.heard) this.heard.push({ listener: said.heard, value: said.value });
    else if (said.failed) this.#asked.shift()?.reject(new Error(said.failed));
    else this.#asked.shift()?.resolve(said.done ?? said);
  }
}

/**
 * A Spring Boot application with Apache's starter, and a Nest application with ours, over one broker.
 *
 * @returns {import('../run.mjs').Client}
 */
export function springClient() {
  return {
    prepare: buildSpring,
    names: async () => [...(await import('./scenarios.mjs')).scenarios.keys()],
    async run({ nameServerAddr, only, keep, report }) {
      const { scenarios, topics } = await import('./scenarios.mjs');
      const runId = `spring_${Date.now().toString(36)}`;
      await createTopics(nameServerAddr, runId, topics);
      const { startNestShop } = await import('./nest-shop.mjs');
      const nest = await startNestShop(nameServerAddr, runId);
      const spring = await SpringShop.start(nameServerAddr, runId);
      const chosen = [...scenarios].filter(([name]) => !only || only.includes(name));
      // At the same time: a Spring application may find its new retry topic half a minute late.
      await Promise.all(
        chosen.map(async ([name, scenario]) => {
          const began = performance.now();
          const detail = await scenario({ run: runId, spring, nest }).then(
            () => '',
            (error) => `${error.stack ?? error}\n${spring.log}`,
          );
          report({ scenario: name, ok: detail === '', detail, ms: Math.round(performance.now() - began) });
        }),
      );
      await spring.stop(keep);
      await nest.close();
    },
  };
}

/** Listeners of a topic that is not there yet would find it half a minute later. @param {string} namesrvAddr @param {string} runId @param {string[]} topics */
async function createTopics(namesrvAddr, runId, topics) {
  const { MQAdmin } = await import('rocketmq-broker-core/client');
  const admin = new MQAdmin({ namesrvAddr, mqClientApiTimeoutMs: 15_000 });
  await admin.start();
  for (const topic of topics)
    await admin.createTopic({ topicName: `${runId}_${topic}`, readQueueNums: 4, writeQueueNums: 4, perm: 6 });
  await admin.shutdown();
}

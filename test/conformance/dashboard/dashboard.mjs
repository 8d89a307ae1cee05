import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { apacheClassPath, endWithUs, freePort, javaCommand } from '../../support/apache/index.mjs';

/**
 * @typedef {import('./asks.mjs').Step} Step
 * @typedef {{ status: number, type: string, answer: any, ms: number }} Answer
 */

const here = dirname(fileURLToPath(import.meta.url));
const UP_WITHIN_MS = 180_000;
const ASK_AGAIN_FOR_MS = 90_000;
const SLOWEST_ANSWER_MS = 60_000;
const smallJvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xss512k', '-Djava.net.preferIPv4Stack=true'];

/** A JVM that ends with us. @param {string} home @param {string[]} args */
function startJava(home, args) {
  const properties = [`-Duser.home=${home}`, `-Drocketmq.client.logRoot=${home}`, '-Duser.timezone=UTC'];
  const child = spawn(javaCommand(), [...smallJvm, ...properties, ...args], {
    cwd: home,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  endWithUs(child);
  return child;
}

/** The dashboard on a port of its own; its state goes to `home`. @param {string} jar @param {string} home @param {string} nameServerAddr */
export async function startDashboard(jar, home, nameServerAddr) {
  const port = await freePort();
  const child = startJava(home, [
    ...['-Xmx512m', '-jar', jar, `--server.port=${port}`, '--server.address=127.0.0.1'],
    ...[`--rocketmq.config.namesrvAddrs[0]=${nameServerAddr}`, `--rocketmq.config.dataPath=${join(home, 'data')}/`],
  ]);
  child.stdout.resume();
  const url = `http://127.0.0.1:${port}/`;
  const began = Date.now();
  for (;;) {
    // It gives out a token against forged requests and wants it back with each request that changes something.
    const answer = await fetch(`${url}rocketmq-dashboard/csrf-token`).catch(() => undefined);
    if (answer?.ok) {
      const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      return {
        url,
        headers: { cookie, 'x-xsrf-token': cookie.split('=')[1] ?? '' },
        stop: () => child.kill('SIGKILL'),
      };
    }
    if (child.exitCode !== null) throw new Error(`the dashboard ended: ${child.exitCode}`);
    if (Date.now() - began > UP_WITHIN_MS) throw new Error('the dashboard does not come up');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** @param {Awaited<ReturnType<typeof startDashboard>>} dashboard @param {Step} step @returns {Promise<Answer>} */
async function askOnce(dashboard, { method, path, query, body }) {
  const began = Date.now();
  const url = new URL(path, dashboard.url);
  for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, String(value));
  const response = await fetch(url, {
    method,
    headers: { ...dashboard.headers, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(SLOWEST_ANSWER_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const text = await response.text();
  const answer =
    type.endsWith('json') && text.startsWith('{') ? JSON.parse(text) : text.slice(0, type.endsWith('json') ? 99 : 2);
  return { status: response.status, type, answer, ms: Date.now() - began };
}

/** @param {Awaited<ReturnType<typeof startDashboard>>} dashboard @param {Step} step */
export async function ask(dashboard, step) {
  const began = Date.now();
  for (;;) {
    const answer = await askOnce(dashboard, step).catch((error) => ({
      status: 0,
      type: '',
      answer: String(error),
      ms: 0,
    }));
    if (!step.until || answer.status === 0 || holds(step.until, answer.answer)) return answer;
    if (Date.now() - began > ASK_AGAIN_FOR_MS) return { ...answer, status: -1 };
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** @param {(answer: any) => boolean} until @param {any} answer */
function holds(until, answer) {
  try {
    return until(answer);
  } catch {
    return false;
  }
}

/** The clients that the dashboard looks at; resolves when they have consumed what they sent. @param {string} home @param {string} nameServerAddr */
export async function startClients(home, nameServerAddr) {
  const child = startJava(home, ['-cp', await apacheClassPath(), join(here, 'DashboardClients.java'), nameServerAddr]);
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"sent"')) return { sent: JSON.parse(line).sent, stop: () => child.kill('SIGKILL') };
  }
  throw new Error(`the clients ended: ${child.exitCode}`);
}

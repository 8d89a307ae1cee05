import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { mqadmin } from '../../support/apache/index.mjs';
import { buildJava, startJava } from './java.mjs';
import { fileSteps } from './mqadmin-files.mjs';
import { refusals } from './mqadmin-refusals.mjs';
import { steps } from './mqadmin-steps.mjs';

/** @typedef {import('./mqadmin-steps.mjs').Step} Step */

/**
 * What is wrong with a command's output; empty when nothing is. mqadmin ends with 0 even after an error and prints a stack trace
 * instead, so a trace anywhere is the failure.
 *
 * @param {string} stdout @param {string} stderr @param {Array<string | RegExp>} expected
 */
function faults(stdout, stderr, expected) {
  const found = [];
  const trace = /^(?:Caused by: )?(?:[a-z]\w*\.)+[A-Z][\w$]*(?:Exception|Error)\b.*$/m.exec(`${stderr}\n${stdout}`);
  if (trace) {
    const causes = [...`${stderr}\n${stdout}`.matchAll(/^Caused by: .*$/gm)].map((match) => match[0]);
    found.push(`it threw ${trace[0]} ${causes.at(-1) ?? ''}`.trim());
  }
  for (const one of expected) {
    const there = typeof one === 'string' ? stdout.includes(one) : one.test(stdout);
    if (!there) found.push(`the output lacks ${one}`);
  }
  return found.length === 0 ? '' : `${found.join('\n')}\n--- stdout\n${stdout.slice(0, 1_500)}`;
}

/**
 * What is wrong with the output of a command that cannot be served: its reason must be readable in it.
 *
 * @param {string} stdout @param {string} stderr @param {Array<string | RegExp>} expected
 */
function missing(stdout, stderr, expected) {
  const output = `${stdout}\n${stderr}`;
  const lacking = expected.filter((one) => (typeof one === 'string' ? !output.includes(one) : !one.test(output)));
  return lacking.length === 0 ? '' : `it does not say ${lacking.join(', ')}\n--- output\n${output.slice(0, 1_500)}`;
}

/** Waits of this length mean that the command hangs: none takes more than four seconds. */
const longestMs = 60_000;

/** In the order of running: what they make and take away, later ones see. */
const served = [...steps, ...fileSteps];

/** @returns {import('../run.mjs').Client} */
export function mqadminClient() {
  return {
    ownCluster: true,
    prepare: () => buildJava('5.5.0'),
    names: async () => ['as a process', ...[...served, ...refusals].map((step) => step.name)],
    async run({ against, cluster, nameServerAddr, only, report }) {
      const all = against === 'ours' ? [...served, ...refusals] : served;
      const wanted = all.filter((step) => !only || only.includes(step.name));
      const asProcess = !only || only.includes('as a process') ? mqadmin(nameServerAddr, ['clusterList']) : undefined;
      if (wanted.length > 0) await runSteps(cluster, wanted, report);
      if (!asProcess) return;
      const result = await asProcess;
      const detail =
        faults(result.stdout, result.stderr, [cluster.brokerAddr]) ||
        (result.exitCode === 0 ? '' : `exit code ${result.exitCode}`);
      report({ scenario: 'as a process', ok: detail === '', detail, ms: result.ms });
    },
  };
}

/**
 * @param {import('../../support/apache/index.d.mts').ClusterUnderTest} cluster
 * @param {Step[]} wanted
 * @param {(result: import('../run.mjs').Result) => void} report
 */
async function runSteps(cluster, wanted, report) {
  const java = await startJava({
    version: '5.5.0',
    main: 'MqAdminShell',
    args: ['--name-server', cluster.nameServerAddr],
  });
  const scratch = mkdtempSync(join(tmpdir(), 'rocketmq-mqadmin-'));
  const answers = java.lines[Symbol.asyncIterator]();
  /** @param {string[]} words */
  const ask = async (words) => {
    java.child.stdin.write(`${words.join('\t')}\n`);
    const late = setTimeout(() => java.child.kill('SIGKILL'), longestMs);
    const { value, done } = await answers.next();
    clearTimeout(late);
    if (done) throw new Error(`mqadmin ended or hung at: ${words.join(' ')}\n${java.errors()}`);
    return JSON.parse(value);
  };
  try {
    const fixture = await ask(['@fixture']);
    if (!fixture.topic) throw new Error(`the fixture failed:\n${fixture.stderr}`);
    fixture.queueId = String(fixture.queueId);
    const at = {
      broker: cluster.brokerAddr,
      name: cluster.brokerName,
      cluster: cluster.clusterName,
      nameServer: cluster.nameServerAddr,
      scratch,
    };
    for (const step of wanted) {
      const answer = await ask(step.words(fixture, at));
      const check = refusals.includes(step) ? missing : faults;
      const detail = check(answer.stdout, answer.stderr, shownBy(step, fixture, at));
      report({ scenario: step.name, ok: detail === '', detail, ms: answer.ms });
    }
  } catch (error) {
    report({ scenario: '(mqadmin)', ok: false, detail: String(error), ms: 0 });
  } finally {
    java.child.stdin.end();
    await java.ended;
    await java.forget();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * What the output of a command must show. A file that it should have written and did not is a fault of this command alone.
 *
 * @param {Step} step @param {import('./mqadmin-steps.mjs').Fixture} fixture @param {import('./mqadmin-steps.mjs').Place} at
 */
function shownBy(step, fixture, at) {
  try {
    return step.shows?.(fixture, at) ?? [];
  } catch (error) {
    return [String(error)];
  }
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { run } from '../../support/apache/index.mjs';

const mqstore = fileURLToPath(new URL('../../../apps/broker-server/bin/mqstore.mjs', import.meta.url));

/**
 * Fails unless the store has as many segments with messages as the plan is about.
 *
 * @param {string} storeDir @param {number} atLeast
 */
export async function holds(storeDir, atLeast) {
  const report = JSON.parse((await ask('inspect', storeDir)).stdout);
  const used = report.segments.filter((/** @type {any} */ segment) => segment.firstStoreTimestamp !== undefined).length;
  if (used < atLeast) throw new Error(`only ${used} segments have messages, the plan needs ${atLeast}`);
  const files = await readdir(join(storeDir, 'index'));
  if (report.queues.length === 0 || files.length === 0) throw new Error('the store has no queues or no index');
}

/**
 * Looks through what a broker, ours or Apache's, left behind. Only a log that was torn on purpose may be damaged, and
 * that has to be said.
 *
 * @param {string} storeDir @param {Record<string, string | number>} config @param {'stopped' | 'killed' | 'torn'} end
 */
export async function whole(storeDir, config, end) {
  const { exitCode, stdout, stderr } = await ask('verify', storeDir, '--indexSlots', String(config.maxHashSlotNum));
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`mqstore verify ended with ${exitCode}: ${stderr}`);
  const report = JSON.parse(stdout);
  const said = report.findings.map(
    (/** @type {any} */ { severity, place, sentence }) => `${severity} ${place}: ${sentence}`,
  );
  // After a kill -9 the newest keys were only in memory: they are read from the log again.
  const { records, queueEntries, indexEntries } = report;
  if (records < 150 || queueEntries < 150 || (end === 'stopped' && indexEntries < 400))
    throw new Error(
      `mqstore found ${records} messages, ${queueEntries} entries and ${indexEntries} keys: ${said.join('; ')}`,
    );
  if (end === 'torn') {
    if (!said.some((/** @type {string} */ line) => line.includes('commitlog @')))
      throw new Error('mqstore does not see the torn record');
  } else if (exitCode !== 0)
    throw new Error(`mqstore finds damage after Apache's or our broker was ${end}: ${said.join('; ')}`);
}

/** @param {string} verb @param {...string} words */
function ask(verb, ...words) {
  return run(process.execPath, [mqstore, verb, ...words, '--json']);
}

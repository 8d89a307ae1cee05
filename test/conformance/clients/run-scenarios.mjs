const TIME_LIMIT_MS = 150_000;

/** @typedef {{ start(): Promise<void>, close(): Promise<void> }} ScenarioContext */

/** @param {object} value */
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/**
 * Runs one scenario and prints its line.
 *
 * @template {ScenarioContext} C
 * @param {string} name @param {(context: C) => Promise<void>} scenario @param {C} context
 */
async function runOne(name, scenario, context) {
  const began = performance.now();
  let failure;
  /** @type {NodeJS.Timeout | undefined} */
  let limit;
  const timeUp = new Promise((_, reject) => {
    limit = setTimeout(() => reject(new Error(`still running after ${TIME_LIMIT_MS} ms`)), TIME_LIMIT_MS);
  });
  try {
    await context.start();
    await Promise.race([scenario(context), timeUp]);
  } catch (error) {
    failure = error;
  }
  clearTimeout(limit);
  const ms = Math.round(performance.now() - began);
  await context.close().catch((error) => {
    failure ??= error;
  });
  const detail = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure ?? '');
  print({ scenario: name, ok: failure === undefined, detail, ms });
  return failure === undefined;
}

/**
 * Runs scenarios in this process, several at a time: prints {"plan": …}, then one JSON line for each.
 *
 * @template {ScenarioContext} C
 * @param {Map<string, (context: C) => Promise<void>>} scenarios
 * @param {{ only?: string | undefined, parallel: number }} options  `only`: names, separated by commas
 * @param {(runId: string, name: string) => C} makeContext
 */
export async function runScenarios(scenarios, { only, parallel }, makeContext) {
  const names = only?.split(',');
  const chosen = [...scenarios].filter(([name]) => !names || names.includes(name));
  if (names && chosen.length !== names.length) throw new Error(`unknown scenario among ${names}`);
  print({ plan: chosen.map(([name]) => name).join(',') });
  const runId = Date.now().toString(36);
  let ok = true;
  const lane = async () => {
    for (let next = chosen.shift(); next; next = chosen.shift()) {
      const [name, scenario] = next;
      ok = (await runOne(name, scenario, makeContext(runId, name))) && ok;
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  process.exitCode = ok ? 0 : 1;
}

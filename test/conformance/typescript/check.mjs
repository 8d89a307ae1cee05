import { isDeepStrictEqual } from 'node:util';

/** How long a scenario waits for what must come. */
export const PATIENCE_MS = 60_000;

/** @param {unknown} condition @param {string} sentence */
export function that(condition, sentence) {
  if (!condition) throw new Error(sentence);
}

/** @param {unknown} expected @param {unknown} actual @param {string} what */
export function equal(expected, actual, what) {
  if (isDeepStrictEqual(expected, actual)) return;
  throw new Error(`${what}: expected ${show(expected)}, was ${show(actual)}`);
}

/** The same, in any order. @param {Iterable<string>} expected @param {Iterable<string>} actual @param {string} what */
export function sameSet(expected, actual, what) {
  const [wanted, had] = [new Set(expected), new Set(actual)];
  const missing = [...wanted].filter((one) => !had.has(one));
  const extra = [...had].filter((one) => !wanted.has(one));
  that(missing.length + extra.length === 0, `${what}: missing ${show(missing)}, not expected ${show(extra)}`);
}

/**
 * Waits until the condition holds; what it throws meanwhile counts as "not yet".
 *
 * @param {string} what @param {() => unknown} condition @param {number} [patienceMs]
 */
export async function until(what, condition, patienceMs = PATIENCE_MS) {
  const deadline = performance.now() + patienceMs;
  let last;
  for (;;) {
    try {
      last = undefined;
      if (await condition()) return;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(`waited ${patienceMs} ms in vain for ${what}${last ? ` (${last})` : ''}`);
    await sleep(20);
  }
}

/** What the work rejects with. @param {string} what @param {() => Promise<unknown>} work @returns {Promise<any>} */
export async function thrown(what, work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error(`${what} went well, and should not have`);
}

/** @param {number} ms */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {unknown} value */
function show(value) {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

/** @typedef {import('./run.mjs').Result} Result */

/**
 * Clients that share scenario names side by side, the others as lists.
 *
 * @param {Map<string, Result[]>} results
 */
export function printMatrix(results) {
  const columns = [...results.keys()].filter((name) => /^(java|go|typescript)/.test(name));
  const inMatrix = columns.filter((name) => (results.get(name) ?? []).length > 0);
  const rows = [
    ...new Set(inMatrix.flatMap((name) => (results.get(name) ?? []).map((result) => result.scenario))),
  ].sort();
  if (rows.length > 0) {
    const width = Math.max(...rows.map((row) => row.length)) + 2;
    print(`\n${'scenario'.padEnd(width)}${inMatrix.map((name) => name.padStart(columnWidth(name))).join('')}`);
    for (const row of rows) {
      const cells = inMatrix.map((name) =>
        cell(results.get(name)?.find((result) => result.scenario === row)).padStart(columnWidth(name)),
      );
      print(`${row.padEnd(width)}${cells.join('')}`);
    }
  }
  for (const [name, list] of results) {
    if (inMatrix.includes(name) || list.length === 0) continue;
    const width = Math.max(...list.map((result) => result.scenario.length)) + 2;
    print(`\n${name}`);
    for (const result of list) print(`  ${result.scenario.padEnd(width)}${cell(result).padStart(12)}`);
  }
}

/** @param {string} name */
const columnWidth = (name) => Math.max(name.length + 2, 12);

/** @param {Result | undefined} result */
function cell(result) {
  if (!result) return '–';
  return result.ok ? `${result.ms} ms` : 'FAILED';
}

/** @param {Map<string, Result[]>} results */
export function printDetails(results) {
  for (const [name, list] of results) {
    for (const result of list) {
      if (!result.ok) print(`\nFAILED ${name} ${result.scenario}\n${result.detail.replace(/^/gm, '  ')}`);
    }
  }
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`);
}

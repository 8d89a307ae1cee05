// From rounds of figures to ratios, verdicts and a table.

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

const spread = (numbers) =>
  numbers.length === 0 ? undefined : { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };

/** A figure of one side over all rounds. */
const ownSpread = (rounds, kind, figure) => spread(rounds[kind].map((r) => r[figure]).filter(Number.isFinite));

/** ours ÷ Apache's of a figure, round by round: what disturbs a machine mostly disturbs both. */
const ratioSpread = (rounds, figure) =>
  spread(rounds.ours.map((ours, n) => ours[figure] / rounds.apache[n]?.[figure]).filter(Number.isFinite));

/** What a target's figure came to, and what that is: `good`, `must`, `MISSED`, or `not measured`. */
function judge(target, rounds) {
  const value = target.by === 'ratio' ? ratioSpread(rounds, target.figure) : ownSpread(rounds, 'ours', target.figure);
  if (!value) return { ...target, verdict: 'not measured' };
  const reaches = (bound) => (target.sign === '≥' ? value.median >= bound : value.median <= bound);
  return { ...target, value, verdict: reaches(target.good) ? 'good' : reaches(target.must) ? 'must' : 'MISSED' };
}

/** One row of the results. */
export function rowOf(name, workload, rounds) {
  const ratios = Object.fromEntries(['rate', 'p50', 'p99'].map((figure) => [figure, ratioSpread(rounds, figure)]));
  return { name, title: workload.title, rounds, ratios, targets: workload.targets.map((t) => judge(t, rounds)) };
}

const digits = (value) => (Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(+value.toFixed(2)));

function shown(spreadOf, unit) {
  if (!spreadOf) return '–';
  const { median: middle, min, max } = spreadOf;
  const range = min === max ? '' : ` (${digits(min)}–${digits(max)})`;
  return `${digits(middle)}${unit === '×' ? '×' : unit && ` ${unit}`}${range}`;
}

const LATENCIES = ['p50', 'p99'];

/** What a side did: rate and latency, and the figures that the targets are about. */
function sideCell(row, kind) {
  const units = new Map(row.targets.map(({ figure, unit }) => [figure, unit === '×' ? '' : unit]));
  const parts = [];
  for (const figure of new Set(['rate', ...LATENCIES, ...units.keys()])) {
    const value = ownSpread(row.rounds, kind, figure);
    if (!value) continue;
    const unit = LATENCIES.includes(figure) ? 'ms' : units.get(figure);
    parts.push(figure === 'rate' ? `${digits(value.median)}/s` : `${figure} ${shown(value, unit)}`);
  }
  return parts.join('<br>') || '–';
}

/** A figure of ours stands in its own column already; a ratio stands here. */
function targetCell({ figure, by, sign, must, good, unit, value, verdict }) {
  const name = by === 'ratio' ? `${figure} ${shown(value, '×')}` : figure;
  const of = unit === '×' ? '' : ` ${unit}`;
  return `${name}: must ${sign} ${digits(must)}, good ${sign} ${digits(good)}${of}: **${verdict}**`;
}

/** The results as a Markdown table. */
export function tableOf(rows) {
  const lines = ['| workload | ours | Apache | measured against the target |', '| --- | --- | --- | --- |'];
  for (const row of rows) {
    const verdicts = row.targets.map(targetCell).join('<br>') || '–';
    lines.push(`| ${row.title} | ${sideCell(row, 'ours')} | ${sideCell(row, 'apache')} | ${verdicts} |`);
  }
  return lines.join('\n');
}

// What a figure has to reach. `must` is a promise, `good` is what we hope for; a missed `must` is said in the table.

/** Ours ÷ Apache's in the same round, at least; the median of the rounds counts. */
export const ratioAtLeast = (figure, must, good) => ({ figure, by: 'ratio', sign: '≥', must, good, unit: '×' });

/** Ours ÷ Apache's in the same round, at most. */
export const ratioAtMost = (figure, must, good) => ({ figure, by: 'ratio', sign: '≤', must, good, unit: '×' });

/** Our own figure, at least. */
export const oursAtLeast = (figure, must, good, unit = '') => ({ figure, by: 'ours', sign: '≥', must, good, unit });

/** Our own figure, at most. */
export const oursAtMost = (figure, must, good, unit = '') => ({ figure, by: 'ours', sign: '≤', must, good, unit });

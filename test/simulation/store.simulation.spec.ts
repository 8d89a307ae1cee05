import { describe, expect, it } from '@jest/globals';
import { mutants } from './mutants.js';
import { type Mutation, simulateStore } from './store-simulation.js';

/** Seeds of one run; a night takes SEEDS=200000, from FROM on; one failure is played again with SEED=n. */
const SEEDS = Number(process.env['SEEDS'] ?? 2000);
const FROM = Number(process.env['FROM'] ?? 0);
const ONLY = process.env['SEED'];

/** A run takes 20 ms. One that takes so long hangs, however busy the machine is with other things. */
const TIME_LIMIT_MS = 60_000;

/** All of them together take what they take. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/** Seeds that a mutant may take before it is found. */
const MUTANT_SEEDS = 400;

async function failureOf(seed: number, mutation?: Mutation): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const hangs = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still running after ${TIME_LIMIT_MS} ms`)), TIME_LIMIT_MS);
  });
  try {
    await Promise.race([simulateStore(seed, mutation), hangs]);
    return undefined;
  } catch (error) {
    const { message, stack } = error as Error;
    return `${message}\nplay it again: SEED=${seed} npm run sim\n${stack}`;
  } finally {
    clearTimeout(timer);
  }
}

describe('a store whose disk fails, fills up and loses its power', () => {
  it(
    ONLY === undefined ? `keeps what it promised, in ${SEEDS} runs` : `keeps what it promised in run ${ONLY}`,
    async () => {
      const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => FROM + index) : [Number(ONLY)];
      for (const seed of seeds) expect(await failureOf(seed)).toBeUndefined();
    },
    NO_LIMIT_MS,
  );
});

describe('the simulation notices when', () => {
  for (const [name, mutation] of Object.entries(mutants)) {
    it(
      name,
      async () => {
        for (let seed = 0; seed < MUTANT_SEEDS; seed++) if (await failureOf(seed, mutation)) return;
        throw new Error(`${MUTANT_SEEDS} runs did not notice`);
      },
      NO_LIMIT_MS,
    );
  }
});

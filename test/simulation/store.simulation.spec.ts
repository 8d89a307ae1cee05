import { describe, expect, it } from '@jest/globals';
import { mutants } from './mutants.js';
import { type Mutation, simulateStore } from './store-simulation.js';

/** Seeds of one run; a night takes SEEDS=200000, from FROM on; one failure is played again with SEED=n. */
const SEEDS = Number(process.env['SEEDS'] ?? 2000);
const FROM = Number(process.env['FROM'] ?? 0);
const ONLY = process.env['SEED'];

/** A run takes 20 ms; a machine that is busy with other things may be far slower. */
const TIME_LIMIT_MS = 400;

/** Seeds that a mutant may take before it is found. */
const MUTANT_SEEDS = 400;

async function failureOf(seed: number, mutation?: Mutation): Promise<string | undefined> {
  try {
    await simulateStore(seed, mutation);
    return undefined;
  } catch (error) {
    const { message, stack } = error as Error;
    return `${message}\nplay it again: SEED=${seed} npm run sim\n${stack}`;
  }
}

describe('a store whose disk fails, fills up and loses its power', () => {
  it(
    ONLY === undefined ? `keeps what it promised, in ${SEEDS} runs` : `keeps what it promised in run ${ONLY}`,
    async () => {
      const seeds = ONLY === undefined ? Array.from({ length: SEEDS }, (_, index) => FROM + index) : [Number(ONLY)];
      for (const seed of seeds) expect(await failureOf(seed)).toBeUndefined();
    },
    Math.max(60_000, SEEDS * TIME_LIMIT_MS),
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
      MUTANT_SEEDS * TIME_LIMIT_MS,
    );
  }
});

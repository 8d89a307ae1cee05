import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createRequest, type RemotingCommand } from '../../libs/broker-core/src/protocol/remoting-command.js';
import { RequestCode } from '../../libs/broker-core/src/protocol/request-code.js';
import type { Logger } from '../../libs/broker-core/src/runtime/logger.js';
import { seededRandom } from '../../libs/broker-core/src/runtime/random.js';
import { fieldsNamed, fieldsNumbered, hostileBodies, hostileNames, hostileNumbers } from './hostile-names.js';
import { askAll, Bystander, type Errand, errorLog, throwAllAt } from './hostile-peer.js';
import { handmade, mutated } from './malformed-frames.js';

const SEED = Number(process.env['SEED'] ?? 20260);
const FRAMES = Number(process.env['FRAMES'] ?? 5000);

/** A server under attack. */
export interface Door {
  readonly port: number;
  /** What an honest client does there meanwhile; it throws when it is not served right. */
  readonly errand: Errand;
  stop(): Promise<void>;
}

/**
 * Proves that a server survives strangers: documented codes or a closed connection, others served throughout, no
 * unexpected exception, and no file but in `directory`, which lies alone in a directory of its own.
 */
export function itSurvivesStrangers(open: (directory: string, logger: Logger) => Promise<Door>): void {
  let parent: string;
  let door: Door;
  let workedIn: string[];
  const { logger, errors } = errorLog();

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'hostile-'));
    mkdirSync(join(parent, 'deep', 'store'), { recursive: true });
    writeFileSync(join(parent, 'canary'), 'sings');
    workedIn = readdirSync(process.cwd());
    door = await open(join(parent, 'deep', 'store'), logger);
  });

  afterAll(async () => {
    await door?.stop();
    rmSync(parent, { recursive: true });
  });

  const beside = async (attack: (port: number) => Promise<string[]>) => {
    const bystander = new Bystander(door.errand);
    const problems = await attack(door.port);
    await bystander.stop();
    expect(problems).toEqual([]);
    expect(bystander.failures).toEqual([]);
    expect(bystander.served).toBeGreaterThan(0);
    expect(bystander.mostWorkMs).toBeLessThan(2000);
    expect([...new Set(errors)]).toEqual([]);
  };

  it('closes on frames that lie, by every way we know', () => beside((port) => throwAllAt(port, handmade())));

  it(
    `survives ${FRAMES} broken frames (SEED=${SEED})`,
    () => beside((port) => throwAllAt(port, mutated(seededRandom(SEED), FRAMES))),
    600_000,
  );

  it(
    'answers every code with hostile names, numbers and bodies',
    () => beside((port) => askAll(port, hostileQuestions())),
    600_000,
  );

  it('writes nothing elsewhere, and nothing that is called what a stranger said', () => {
    expect(readdirSync(parent).sort()).toEqual(['canary', 'deep']);
    expect(readFileSync(join(parent, 'canary'), 'utf8')).toBe('sings');
    expect(readdirSync(join(parent, 'deep'))).toEqual(['store']);
    expect(readdirSync(process.cwd())).toEqual(workedIn);
    expect(readdirSync(tmpdir())).not.toContain('escaped');
    const paths = readdirSync(join(parent, 'deep', 'store'), { recursive: true });
    const names = paths.flatMap((path) => String(path).split('/'));
    expect(names.filter((name) => !/^[%|a-zA-Z0-9_.-]{1,255}$/.test(name))).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
}

/** Every request code with every hostile name, number and body. */
function hostileQuestions(): RemotingCommand[] {
  return Object.values(RequestCode).flatMap((code) => [
    ...hostileNames.map((name) => createRequest(code, fieldsNamed(name), Buffer.from('body'))),
    ...hostileNumbers.map((number) => createRequest(code, fieldsNumbered(number), Buffer.from('body'))),
    ...hostileBodies.map((body) => createRequest(code, fieldsNamed('Harmless'), body)),
  ]);
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequest, RequestCode, startEmbeddedRocketMQ } from 'rocketmq-broker-core';
import { OurCommand } from '../support/our-command.js';
import { patientClient } from '../support/patient-client.js';
import { property, sendFields } from '../support/speak-to.js';

let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rocketmq-mqstore-'));
  const rocketmq = await startEmbeddedRocketMQ({ storePath: directory });
  const client = patientClient();
  for (let number = 0; number < 10; number++) {
    const fields = sendFields('T', number % 2, property('KEYS', `key${number}`) + property('TAGS', 'a'));
    await client.invoke(
      rocketmq.brokerAddress,
      createRequest(RequestCode.SEND_MESSAGE_V2, fields, Buffer.from(`body ${number}`)),
      20_000,
    );
  }
  await client.shutdown();
  await rocketmq.stop();
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const mqstore = (...words: string[]) => new OurCommand('mqstore', words).ended;

describe('mqstore', () => {
  it('prints what lies in a store, for people and for programs', async () => {
    const page = await mqstore('inspect', directory);
    expect(page.exitCode).toBe(0);
    expect(page.output).toMatch(/^abort file {2}no: stopped cleanly$/m);
    expect(page.output).toMatch(/^T +0 +0 +5 +5 /m);
    const report = JSON.parse((await mqstore('inspect', directory, '--json')).output);
    expect(report).toMatchObject({ hasAbortFile: false, segments: [{ startOffset: 0 }] });
  });

  it('prints records, one or several, and where the next one begins', async () => {
    const [first = '', second = ''] = (await mqstore('dump', directory, '-n', '2', '--json')).output.trim().split('\n');
    expect(JSON.parse(first)).toMatchObject({ kind: 'record', topic: 'T', properties: { KEYS: 'key0' } });
    expect(JSON.parse(second).commitLogOffset).toBe(JSON.parse(first).nextOffset);
    const inside = await mqstore('dump', directory, '7');
    expect(inside.exitCode).toBe(1);
    expect(inside.output).toContain(`the next record is at ${JSON.parse(first).nextOffset}`);
  });

  it('finds a store whole, and then a byte that somebody changed', async () => {
    const whole = await mqstore('verify', directory);
    expect(whole).toMatchObject({ exitCode: 0 });
    expect(whole.output).toContain('verified 10 messages');
    const log = join(directory, 'commitlog', readdirSync(join(directory, 'commitlog')).sort()[0] ?? '');
    const file = openSync(log, 'r+');
    writeSync(file, 'B', 88); // the first byte of the first body
    closeSync(file);
    const damaged = await mqstore('verify', directory);
    expect(damaged.exitCode).toBe(1);
    expect(damaged.output).toMatch(/^damage {2}commitlog @0: .*wrong CRC/m);
  });

  it.each([
    [[], 'knows inspect, verify and dump'],
    [['inspect'], 'needs a store directory'],
    [['inspect', '/nowhere'], 'there is no store'],
    [['dump', '/nowhere', 'x'], 'there is no store'],
  ])('%j ends with 2 and one sentence', async (words, sentence) => {
    const { exitCode, output } = await mqstore(...words);
    expect(exitCode).toBe(2);
    expect(output).toContain(sentence);
  });
});

import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { AppModule, Orders } from './readme/app.module.js';
import { sendAndReceive } from './readme/broker-core.js';
import { testWithBroker } from './readme/fragments.js';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The ```ts blocks of a page, as lines without indent; imports and blank lines are left to the formatter. */
function examplesOf(page: string): string[][] {
  return [...read(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => linesOf(code));
}

function linesOf(code: string): string[] {
  const withoutImports = code.replace(/^import .*?;$/gms, '');
  return withoutImports
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the READMEs', () => {
  it.each([
    ['README.md', ['app.module.ts']],
    ['libs/rocketmq-nest/README.md', ['orders.ts', 'fragments.ts']],
    ['libs/broker-core/README.md', ['broker-core.ts']],
  ])('%s shows only code that compiles', (page, files) => {
    const compiled = files.map((file) => linesOf(read(`test/packages/readme/${file}`)).join('\n'));
    const examples = examplesOf(page);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const text = example.join('\n');
      expect(compiled.some((code) => code.includes(text)) ? '' : text).toBe('');
    }
  });

  it('hold a Nest application of 20 lines that sends and receives', async () => {
    const [example = ''] = read('README.md').match(/^```ts\n.*?^```$/ms) ?? [];
    expect(example.split('\n').length - 2).toBeLessThanOrEqual(20);
    const said = new Promise<unknown[]>((resolve) => {
      jest.spyOn(console, 'log').mockImplementation((...words) => resolve(words));
    });
    const app = await Test.createTestingModule({ imports: [AppModule] })
      .setLogger({ log() {}, warn() {}, error() {} })
      .compile();
    await app.init();
    await app.get(Orders).pay('42');
    expect(await said).toEqual(['paid', '42']);
    await app.close();
  });

  it('hold a plain client and a test that work', async () => {
    const said: unknown[][] = [];
    jest.spyOn(console, 'log').mockImplementation((...words) => said.push(words));
    await sendAndReceive();
    await testWithBroker();
    expect(said).toEqual([
      ['SEND_OK', 'order 1'],
      ['paid', '1'],
    ]);
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const libraries = join(import.meta.dirname, '..', '..', 'libs');
const require = createRequire(import.meta.url);
type Exports = Record<string, string | Record<'import' | 'require', { types: string; default: string }>>;
interface Manifest {
  name: string;
  main: string;
  types: string;
  exports: Exports;
  typesVersions: Record<string, Record<string, string[]>>;
}

/** What Node itself answers, without the test runner's own module loader in between. */
function inNode<T>(kind: 'module' | 'commonjs', code: string, folder: string): T {
  const answer = execFileSync(process.execPath, [`--input-type=${kind}`, '-e', code], {
    cwd: folder,
    encoding: 'utf8',
  });
  return JSON.parse(answer) as T;
}

describe.each(['broker-core', 'rocketmq-nest'])('the package of libs/%s', (library) => {
  const folder = join(libraries, library);
  const manifest = require(join(folder, 'package.json')) as Manifest;
  const whenBuilt = existsSync(join(folder, 'dist/cjs')) ? it : it.skip;
  const doors = Object.entries(manifest.exports).filter(([, door]) => typeof door !== 'string');

  whenBuilt('holds what it promises and nothing that only tests need', () => {
    const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const packed = JSON.parse(answer) as
      | { files: { path: string }[] }[]
      | Record<string, { files: { path: string }[] }>;
    const files = new Set(Object.values(packed)[0]?.files.map(({ path }) => `./${path}`));
    const promised = [
      ...doors.flatMap(([, door]) => Object.values(door).flatMap((one: object) => Object.values(one) as string[])),
      ...Object.values(manifest.typesVersions['*'] ?? {}).flat(),
      manifest.main,
      manifest.types,
      ...['./README.md', './LICENSE', './NOTICE', './dist/esm/package.json', './dist/cjs/package.json'],
    ];
    expect(promised.filter((path) => !files.has(path))).toEqual([]);
    const forTests = /\.spec\.|tsbuildinfo|\/src\//;
    const helpers = library === 'broker-core' ? /\/testing\// : /never/;
    expect([...files].filter((path) => forTests.test(path) || helpers.test(path))).toEqual([]);
  });

  whenBuilt.each(doors.map(([door]) => door))('has the same names behind door %s for import and require', (door) => {
    const name = door.replace(/^\./, manifest.name);
    const required = inNode<string[]>(
      'commonjs',
      `console.log(JSON.stringify(Object.keys(require('${name}')).sort()))`,
      folder,
    );
    const imported = inNode<string[]>(
      'module',
      `console.log(JSON.stringify(Object.keys(await import('${name}')).sort()))`,
      folder,
    );
    expect(required).toEqual(imported.filter((each) => each !== 'default'));
    expect(imported.length).toBeGreaterThan(2);
  });

  it('has the licence of the repository', () => {
    const text = (name: string) => readFileSync(name, 'utf8');
    for (const file of ['LICENSE', 'NOTICE']) expect(text(join(folder, file))).toBe(text(join(libraries, '..', file)));
  });
});

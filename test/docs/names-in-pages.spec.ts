import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');
const docs = join(repository, 'docs');
const pages = readdirSync(docs, { recursive: true })
  .map(String)
  .filter((path) => path.endsWith('.md'));

/** Names of all source files, and their paths below a package's src/. */
const sources = new Set(
  ['libs/broker-core/src', 'libs/rocketmq-nest/src', 'apps/broker-server/src', 'apps/demo/src', 'test'].flatMap(
    (root) =>
      readdirSync(join(repository, root), { recursive: true })
        .map(String)
        .flatMap((path) => [...endsOf(path), `${root}/${path}`]),
  ),
);

/** `a/b/c.ts`, `b/c.ts`, `c.ts`: pages name a file by as much of its path as they need. */
function endsOf(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(index).join('/'));
}

const SOURCE_NAME = /(?<![\w./-])[a-z0-9][\w./-]*\.ts\b/g;
const LINK = /\]\(([^)#:]+)(?:#[^)]*)?\)/g;

describe.each(pages)('docs/%s', (page) => {
  const text = readFileSync(join(docs, page), 'utf8');

  it('names source files that exist', () => {
    const named = [...text.matchAll(SOURCE_NAME)].map(([name]) => name);
    expect(named.filter((name) => !sources.has(name) && !existsSync(join(repository, name)))).toEqual([]);
  });

  it('links to what exists', () => {
    const targets = [...text.matchAll(LINK)].map(([, target]) => target as string);
    expect(targets.filter((target) => !existsSync(join(docs, dirname(page), target)))).toEqual([]);
  });
});

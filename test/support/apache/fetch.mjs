import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { maven } from './maven.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const apacheVersion = '5.5.0';

/** Root of what is fetched or built for conformance. */
export function cacheDir() {
  return process.env.ROCKETMQ_CONFORMANCE_CACHE ?? join(here, '../../../node_modules/.cache/apache-rocketmq');
}

/**
 * Makes `target` by filling a temporary folder beside it and renaming it, so that a half-done fetch is never taken for a
 * whole one and two runs at once do not disturb each other.
 *
 * @param {string} target
 * @param {(folder: string) => Promise<void>} fill
 */
export async function makeFolderOnce(target, fill) {
  if (existsSync(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(`${target}.making-`);
  try {
    await fill(folder);
    await rename(folder, target);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** @param {string} [version] */
export function fetchApacheServers(version = apacheVersion) {
  return makeFolderOnce(join(cacheDir(), version, 'servers'), async (folder) => {
    await maven(here, [
      `-Drocketmq.version=${version}`,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${folder}/lib`,
    ]);
    await cp(join(here, 'conf'), join(folder, 'conf'), { recursive: true });
  });
}

/** @param {string} [version] */
export async function apacheClassPath(version = apacheVersion) {
  const folder = await fetchApacheServers(version);
  // conf/ comes from the sources, not the cache, so that an edit to it takes effect.
  return `${join(here, 'conf')}:${join(folder, 'lib')}/*`;
}

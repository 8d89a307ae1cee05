import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that is nobody else's, until it is removed with everything in it. */
export interface TemporaryDirectory {
  readonly path: string;
  remove(): void;
}

/** Makes a directory below the system's own place for such, its name beginning with `prefix`. */
export function makeTemporaryDirectory(prefix: string): TemporaryDirectory {
  const path = mkdtempSync(join(realpathSync(tmpdir()), prefix));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';

if (!existsSync(join(import.meta.dirname, '..', 'dist', 'main.js'))) {
  console.error('The demo is not built yet: run "npm run build" (or "npm ci") first.');
  process.exit(1);
}
await import('../dist/main.js');

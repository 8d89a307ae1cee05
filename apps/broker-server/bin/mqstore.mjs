#!/usr/bin/env node
await import('../dist/cli/mqstore.js');

import { mqbroker } from './mqbroker.command.js';
import { runCommand } from './serve.js';

await runCommand(() => mqbroker(process.argv.slice(2), process.env));

import { mqnamesrv } from './mqnamesrv.command.js';
import { runCommand } from './serve.js';

await runCommand(() => mqnamesrv(process.argv.slice(2), process.env));

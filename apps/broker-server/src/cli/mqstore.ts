import { mqstore } from './mqstore.command.js';
import { runCommand } from './serve.js';

await runCommand(() => mqstore(process.argv.slice(2)));

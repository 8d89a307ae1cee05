// node bench/micro/run.mjs remoting [arguments of the bench]     runs bench/micro/remoting.bench.ts
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
await import(`./${process.argv[2]}.bench.ts`);

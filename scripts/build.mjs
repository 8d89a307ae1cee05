// Builds every workspace, lowest floor first: libraries as ESM and CommonJS, applications as ESM.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const compile = (project) => execFileSync(process.execPath, [tsc, '-p', join(root, project)], { stdio: 'inherit' });
const only = process.argv.slice(2);
const wanted = (name) => only.length === 0 || only.includes(name);

for (const library of ['broker-core', 'rocketmq-nest'].filter(wanted)) {
  const dist = join(root, 'libs', library, 'dist');
  rmSync(dist, { recursive: true, force: true });
  compile(`libs/${library}/tsconfig.esm.json`);
  compile(`libs/${library}/tsconfig.cjs.json`);
  writeFileSync(join(dist, 'esm', 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(dist, 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
}
for (const application of ['broker-server', 'demo'].filter(wanted)) {
  rmSync(join(root, 'apps', application, 'dist'), { recursive: true, force: true });
  compile(`apps/${application}/tsconfig.app.json`);
}

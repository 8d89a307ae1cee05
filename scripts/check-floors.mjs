// Holds the import graph against the floors of .dependency-cruiser.mjs, and makes sure every source file was seen.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import configuration from '../.dependency-cruiser.mjs';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const sources = ['libs/broker-core/src', 'libs/rocketmq-nest/src', 'apps/broker-server/src', 'apps/demo/src'];
const files = sources.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);
const { output } = await cruise(
  sources,
  { ...configuration.options, ruleSet: { forbidden: configuration.forbidden }, validate: true },
  undefined,
  { tsConfig: extractTSConfig('./tsconfig.json') },
);
const { violations, totalCruised } = output.summary;
for (const { rule, from, to, cycle } of violations) {
  console.error(
    `${rule.severity}  ${rule.name}: ${from} -> ${cycle ? cycle.map((step) => step.name).join(' -> ') : to}`,
  );
}
if (totalCruised < files.length) {
  console.error(`saw ${totalCruised} modules, but there are ${files.length} source files: the graph is incomplete`);
}
const isClean = violations.length === 0 && totalCruised >= files.length;
console.log(`floors: ${totalCruised} modules, ${violations.length} violations`);
process.exit(isClean ? 0 : 1);

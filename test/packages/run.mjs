// Packs the libraries, installs them into fresh Nest projects as users do, and compiles and runs the README's example there.
// Needs the network (npm's registry). Prints one closing line: "N passed, N failed".
//   node test/packages/run.mjs [--keep] [part of a project's name]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const libraries = join(here, '..', '..', 'libs');
const shouldKeep = process.argv.includes('--keep');
const wanted = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? '';

const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true };
const common = { ...decorators, target: 'ES2023', strict: true, declaration: true, outDir: 'dist', types: ['node'] };
const nodenext = { module: 'nodenext', moduleResolution: 'nodenext', isolatedModules: true };
const node10 = { module: 'commonjs', moduleResolution: 'node10' };

/** What `nest new` makes, or made when the projects of today were young. Types of the libraries are checked too. */
const projects = [
  {
    name: 'Nest 11, CommonJS, node10 resolution',
    nest: '^11.0.0',
    type: 'commonjs',
    typescript: '~5.9.3',
    tsc: node10,
  },
  { name: 'Nest 11, CommonJS, nodenext', nest: '^11.0.0', type: 'commonjs', typescript: '~5.9.3', tsc: nodenext },
  { name: 'Nest 12, CommonJS, nodenext', nest: '^12.0.0', type: 'commonjs', typescript: '~5.9.3', tsc: nodenext },
  {
    name: 'Nest 12, ESM',
    nest: '^12.0.0',
    type: 'module',
    typescript: '~6.0.3',
    tsc: { ...nodenext, verbatimModuleSyntax: true },
  },
];

/** Runs a command; throws with its output when it fails. */
function run(folder, command, ...args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

function makeProject(folder, packages, { nest, type, typescript, tsc }) {
  mkdirSync(join(folder, 'src'), { recursive: true });
  const nestPackages = ['common', 'core', 'microservices', 'testing'].map((name) => [`@nestjs/${name}`, nest]);
  const dependencies = Object.fromEntries([
    ...nestPackages,
    ...packages,
    ['reflect-metadata', '^0.2.2'],
    ['rxjs', '^7.8.2'],
    ['typescript', typescript],
    ['@types/node', '^20.19.0'],
  ]);
  writeJson(join(folder, 'package.json'), { name: 'project', version: '1.0.0', private: true, type, dependencies });
  writeJson(join(folder, 'tsconfig.json'), {
    compilerOptions: { ...common, ...tsc, rootDir: 'src' },
    include: ['src'],
  });
  cpSync(join(here, 'readme', 'app.module.ts'), join(folder, 'src', 'readme', 'app.module.ts'));
  cpSync(join(here, 'project', 'main.ts'), join(folder, 'src', 'project', 'main.ts'));
}

function pack(folder) {
  for (const library of ['broker-core', 'rocketmq-nest'])
    run(folder, 'npm', 'pack', '--ignore-scripts', join(libraries, library));
  return readdirSync(folder).map((file) => [file.replace(/-\d.*$/, ''), `file:${join(folder, file)}`]);
}

const work = mkdtempSync(join(tmpdir(), 'rocketmq-packages-'));
mkdirSync(join(work, 'packed'));
const packages = pack(join(work, 'packed'));
let failed = 0;
const chosen = projects.filter(({ name }) => name.includes(wanted));
for (const [index, project] of chosen.entries()) {
  const folder = join(work, `project-${index}`);
  makeProject(folder, packages, project);
  try {
    run(folder, 'npm', 'install', '--no-audit', '--no-fund');
    run(folder, 'npx', 'tsc', '-p', '.');
    const said = run(folder, 'node', 'dist/project/main.js').trim().split('\n').at(-1);
    const { version } = JSON.parse(run(folder, 'npm', 'ls', '@nestjs/core', '--json', '--depth=0')).dependencies[
      '@nestjs/core'
    ];
    console.log(`✓ ${project.name}: ${said} (@nestjs/core ${version})`);
  } catch (error) {
    failed++;
    console.log(`✗ ${project.name}: ${error.message}`);
  }
}
if (shouldKeep) console.log(`projects are in ${work}`);
else rmSync(work, { recursive: true, force: true });
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

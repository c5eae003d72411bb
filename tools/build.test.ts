import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build, publishedManifest } from './build.ts';
import { ROOT } from './tree.ts';

test('build: exports point at what is compiled', () => {
  const manifest = {
    name: '@ottla/x',
    version: '1.0.0',
    exports: { '.': './src/index.ts', './messages/*': './src/messages/*.ts' },
  };
  deepStrictEqual(publishedManifest(manifest), {
    name: '@ottla/x',
    version: '1.0.0',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './messages/*': { types: './dist/messages/*.d.ts', default: './dist/messages/*.js' },
    },
  });
});

// Below node_modules, where built packages find their dependencies and where Node would refuse to strip types.
const cache = join(ROOT, 'node_modules', '.cache');
mkdirSync(cache, { recursive: true });
const out = mkdtempSync(join(cache, 'build-test-#%3f-')); /* as awkward as a clone's path may be */
after(() => rmSync(out, { recursive: true, force: true }));
const folders = build(out);

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: out, encoding: 'utf8' });

test('build: every package has what its exports name, and no proof', () => {
  ok(folders.length >= 4);
  for (const folder of folders) {
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      exports: Record<string, { types: string; default: string }>;
    };
    for (const target of Object.values(exports)) {
      ok(globSync(join(folder, target.types)).length > 0, `${folder} lacks ${target.types}`);
      ok(globSync(join(folder, target.default)).length > 0, `${folder} lacks ${target.default}`);
    }
    deepStrictEqual(globSync(join(folder, '**/*.{test,fuzz,bench,fixture}.*')), []);
    deepStrictEqual(
      globSync(join(folder, 'dist/**/*.ts')).filter((path) => !path.endsWith('.d.ts')),
      [],
    );
  }
});

test('build: every compiled module loads on a Node that strips no types', () => {
  const modules = folders
    .flatMap((folder) => globSync(join(folder, 'dist/**/*.js')))
    .filter((path) => !path.endsWith('-worker.js')); // they start in a worker thread alone
  const script = join(out, 'load.mjs');
  writeFileSync(script, modules.map((path) => `await import(${JSON.stringify(pathToFileURL(path).href)});`).join('\n'));
  const { status, stderr } = run('--no-experimental-strip-types', script);
  strictEqual(stderr, '');
  strictEqual(status, 0);
  ok(modules.length > 20);
});

test('build: a user of the packages gets their types', () => {
  const user = join(out, 'user.mts');
  writeFileSync(
    user,
    `import { Prng } from '@ottla/runtime';\nexport const right: number = new Prng(1).below(3);\nexport const wrong: string = new Prng(1).below(3);\n`,
  );
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--lib',
    'es2024,esnext.disposable',
  ];
  const { stdout } = run(tsc, ...options, '--skipLibCheck', 'false', '--types', 'node', '--ignoreConfig', user);
  match(stdout, /user\.mts\(3,14\): error TS2322/);
  strictEqual(stdout.trim().split('\n').length, 1, stdout);
});

test('build: nothing else is left behind', () => {
  deepStrictEqual(
    ['compiled', 'tsconfig.json'].filter((name) => existsSync(join(out, name))),
    [],
  );
});

/**
 * `npm run build [-- FOLDER]`: compiles every package to what is published, below dist/ (or FOLDER).
 *
 * `dist/<package>/` is a package ready for `npm publish`: JavaScript and types in its own `dist/`, exports rewritten to
 * them. Sources of this repository never run from here; they run as they are.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { findFiles, isCommand, ROOT } from './tree.ts';

interface Manifest {
  name: string;
  exports: Record<string, string>;
  [field: string]: unknown;
}

/** What stays out of a published package: proof, and the data that proof reads. */
const NOT_PUBLISHED = [
  '**/*.test.ts',
  '**/*.fuzz.ts',
  '**/*.bench.ts',
  '**/*.fixture.ts',
  '**/golden/**',
  '**/facts/**',
];

/** @returns the folders of the built packages. @throws when the compiler finds an error. */
export function build(out: string): string[] {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'node_modules', '@ottla'), { recursive: true });
  compile(out);
  const folders = findFiles(['packages'], /^package\.json$/).map((path) => assemble(dirname(path), out));
  rmSync(join(out, 'compiled'), { recursive: true });
  return folders;
}

/** One run of the compiler over all packages: `packages/x/src/y.ts` becomes `compiled/x/src/y.js` and `y.d.ts`. */
function compile(out: string): void {
  const config = {
    extends: relative(out, join(ROOT, 'tsconfig.json')),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      rootDir: relative(out, join(ROOT, 'packages')),
      outDir: 'compiled',
      typeRoots: [relative(out, join(ROOT, 'node_modules', '@types'))],
    },
    include: [join(relative(out, ROOT), 'packages/*/src/**/*.ts')],
    exclude: NOT_PUBLISHED.map((pattern) => join(relative(out, ROOT), 'packages', pattern)),
  };
  const path = join(out, 'tsconfig.json');
  writeFileSync(path, JSON.stringify(config, null, 2));
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', path], {
    encoding: 'utf8',
  });
  rmSync(path);
  if (status !== 0) throw new Error(`the packages do not compile:\n${stdout}`);
}

function assemble(source: string, out: string): string {
  const name = source.slice('packages/'.length);
  const folder = join(out, name);
  mkdirSync(folder);
  renameSync(join(out, 'compiled', name, 'src'), join(folder, 'dist'));
  const manifest = JSON.parse(readFileSync(join(ROOT, source, 'package.json'), 'utf8')) as Manifest;
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
  for (const file of [join(source, 'README.md'), 'LICENSE']) {
    if (existsSync(join(ROOT, file))) copyFileSync(join(ROOT, file), join(folder, file.split('/').at(-1)!));
  }
  // So that the built packages find each other, and not the sources.
  symlinkSync(
    relative(join(out, 'node_modules', '@ottla'), folder),
    join(out, 'node_modules', '@ottla', name),
    'junction',
  );
  return folder;
}

/** The manifest with its exports on the compiled files: "./src/a.ts" is published as "./dist/a.js" and "./dist/a.d.ts". */
export function publishedManifest(manifest: Manifest): Manifest {
  const exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([name, source]) => {
      const stem = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '');
      return [name, { types: `${stem}.d.ts`, default: `${stem}.js` }];
    }),
  );
  return { ...manifest, exports } as unknown as Manifest;
}

if (isCommand(import.meta.url)) {
  const startedMs = performance.now();
  const folders = build(resolve(process.argv[2] ?? join(ROOT, 'dist')));
  for (const folder of folders) console.log(relative(process.cwd(), folder));
  console.log(`${folders.length} packages in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

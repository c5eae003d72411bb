/**
 * `npm run check -- [--no-tests]`: everything that must hold before a change is handed in.
 *
 * Types, lint, format and generated files first, all of them even when one fails; then the tests, among them tidy and the
 * layers, last, so that the output ends with their summary. `.ci/run` runs the tests by itself and leaves them out here.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stalePages } from './gen.ts';
import { ROOT } from './tree.ts';

interface Stage {
  readonly name: string;
  /** Returns whether all is well; prints what is not. */
  readonly run: () => boolean | Promise<boolean>;
  /** How to mend what it finds. */
  readonly fix: string;
}

const stages: readonly Stage[] = [
  { name: 'types', run: () => program('typescript/bin/tsc', '-p', 'tsconfig.json'), fix: 'see the errors above' },
  { name: 'lint', run: () => program('oxlint/bin/oxlint', '--deny-warnings'), fix: 'npx oxlint --fix mends some' },
  { name: 'format', run: () => program('oxfmt/bin/oxfmt', '--check'), fix: 'npx oxfmt' },
  { name: 'generated files', run: generatedAreFresh, fix: 'npm run gen' },
];

const failed: Stage[] = [];
for (const stage of stages) {
  const startedMs = performance.now();
  const ok = await stage.run();
  if (!ok) failed.push(stage);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${stage.name} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
}
for (const { name, fix } of failed) console.error(`${name} failed: ${fix}`);

let testsPassed = true;
if (!process.argv.includes('--no-tests')) testsPassed = node(join(ROOT, 'tools', 'test.ts'));
process.exitCode = failed.length === 0 && testsPassed ? 0 : 1;

async function generatedAreFresh(): Promise<boolean> {
  const stale = await stalePages();
  for (const line of stale) console.error(line);
  return stale.length === 0;
}

/** A command-line program out of node_modules, on this Node. */
function program(path: string, ...args: string[]): boolean {
  return node(join(ROOT, 'node_modules', path), ...args);
}

function node(...args: string[]): boolean {
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

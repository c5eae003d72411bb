/**
 * `npm run bench -- [WORDS] [--record] [--base REVISION] [--rounds N]`: benches at their real sizes.
 *
 * Words pick `*.bench.ts` files by path. `--record` appends the figures to bench/history.ndjson. `--base` runs the same
 * bench files of another revision in turns with these and prints, for each figure, new over old.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../packages/testing/src/timed-loop.ts';
import { demandNumbers } from './arguments.ts';
import { runFile } from './run-file.ts';
import { findFiles, ROOT } from './tree.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { record: { type: 'boolean' }, base: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
demandNumbers(values, ['rounds']);

const files = findFiles(['packages'], /\.bench\.ts$/).filter(
  (path) => positionals.length === 0 || positionals.some((word) => path.includes(word)),
);
if (files.length === 0) {
  console.error(`no *.bench.ts below packages/ has ${positionals.join(' or ')} in its path`);
  process.exit(1);
}
if (values.base === undefined) runHere();
else compareWith(values.base);

function runHere(): void {
  const history = join(ROOT, 'bench', 'history.ndjson');
  if (values.record === true) mkdirSync(join(ROOT, 'bench'), { recursive: true });
  for (const file of files) {
    const env = {
      OTTLA_BENCH: 'long',
      OTTLA_BENCH_COMMIT: commit(),
      ...(values.record === true && { OTTLA_BENCH_HISTORY: history }),
    };
    const code = runFile(file, env);
    if (code !== 0) process.exit(code);
  }
}

/** Both revisions in turns, so that what else the machine does falls on both. */
function compareWith(revision: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'ottla-bench-'));
  const base = join(scratch, 'base');
  git('worktree', 'add', '--detach', '--force', base, revision);
  try {
    linkModules(base);
    const trees = { new: ROOT, old: base };
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, tree] of Object.entries(trees)) {
        for (const file of files) {
          const env = { OTTLA_BENCH: 'long', OTTLA_BENCH_HISTORY: join(scratch, `${name}.ndjson`) };
          runFile(file, env, tree); // a bench that the old revision has not: nothing to compare
        }
      }
    }
    printRatios(readFigures(join(scratch, 'new.ndjson')), readFigures(join(scratch, 'old.ndjson')));
  } finally {
    git('worktree', 'remove', '--force', base);
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The other tree uses these dependencies, but its own packages. */
function linkModules(base: string): void {
  const modules = join(base, 'node_modules');
  mkdirSync(join(modules, '@ottla'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@ottla' && !name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const name of readdirSync(join(base, 'packages'))) {
    symlinkSync(join(base, 'packages', name), join(modules, '@ottla', name));
  }
}

/** "bench: contender" to its nanoseconds, one a round. */
function readFigures(path: string): Map<string, number[]> {
  const figures = new Map<string, number[]>();
  for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
    const { bench, results } = JSON.parse(line) as { bench: string; results: Record<string, { ns: number }> };
    for (const [contender, { ns }] of Object.entries(results)) {
      const key = `${bench}: ${contender}`;
      figures.set(key, [...(figures.get(key) ?? []), ns]);
    }
  }
  return figures;
}

function printRatios(now: Map<string, number[]>, before: Map<string, number[]>): void {
  console.log('\nnew over old, medians (below 1 is faster)');
  for (const [key, ns] of now) {
    const old = before.get(key);
    const ratio = old === undefined ? 'new' : (median(ns) / median(old)).toFixed(3);
    console.log(`  ${ratio.padStart(7)}  ${key}`);
  }
}

function commit(): string {
  return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

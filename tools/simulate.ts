/**
 * `npm run simulate -- [WORDS] [--seed N] [--seeds K]`: simulations (`*.sim.test.ts`) from chosen seeds.
 *
 * With `--seed N` alone it runs that seed and prints its trace; with `--seeds K` it runs N, N+1, … and prints nothing but
 * what each simulation counts. Without a seed one is drawn and named.
 */
import { parseArgs } from 'node:util';
import { demandNumbers } from './arguments.ts';
import { runFile } from './run-file.ts';
import { findFiles } from './tree.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, seeds: { type: 'string' } },
});
demandNumbers(values, ['seed', 'seeds']);

const files = findFiles(['packages'], /\.sim\.test\.ts$/).filter(
  (path) => positionals.length === 0 || positionals.some((word) => path.includes(word)),
);
if (files.length === 0) {
  console.error(`no *.sim.test.ts below packages/ has "${positionals.join(' or ')}" in its path`);
  process.exit(1);
}

const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
for (const file of files) {
  console.log(
    `${file}: seed ${seed}${values.seeds === undefined ? '' : ` and the ${Number(values.seeds) - 1} after it`}`,
  );
  const code = runFile(file, { SEED: seed, OTTLA_SIM_SEED: seed, OTTLA_SIM_SEEDS: values.seeds ?? '1' });
  if (code !== 0) process.exit(code);
}

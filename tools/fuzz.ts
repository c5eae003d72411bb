/**
 * `npm run fuzz -- [WORDS] [--seed N] [--cases N] [--case I] [--seconds N]`: fuzzers, for as long as asked.
 *
 * Words pick `*.fuzz.ts` files by path. Alone it goes on, round after round with new seeds, until a case fails or Ctrl-C;
 * `--seconds` ends it after a while, `--cases` after one round of that many cases a test. `--seed S --case I` replays one.
 */
import { parseArgs } from 'node:util';
import { runFile } from './run-file.ts';
import { findFiles } from './tree.ts';

/** Cases a test and round: rounds of a few seconds, so that every fuzzer gets its turn. */
const CASES_A_ROUND = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    cases: { type: 'string' },
    case: { type: 'string' },
    seconds: { type: 'string' },
  },
});

const files = findFiles(['packages'], /\.fuzz\.ts$/).filter(
  (path) => positionals.length === 0 || positionals.some((word) => path.includes(word)),
);
if (files.length === 0) {
  console.error(`no *.fuzz.ts below packages/ has ${positionals.join(' or ')} in its path`);
  process.exit(1);
}

const once = values.cases !== undefined || values.case !== undefined;
const endMs = values.seconds === undefined ? Infinity : performance.now() + Number(values.seconds) * 1000;
let seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
let round = 0;
do {
  const startedMs = performance.now();
  for (const file of files) {
    const env: NodeJS.ProcessEnv = {
      OTTLA_FUZZ_SEED: String(seed),
      OTTLA_FUZZ_CASES: values.cases ?? String(CASES_A_ROUND),
    };
    if (values.case !== undefined) env['OTTLA_FUZZ_CASE'] = values.case;
    const code = runFile(file, env);
    if (code !== 0) process.exit(code);
    if (performance.now() > endMs) break;
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`round ${++round}: seed ${seed}, ${files.length} files, ${seconds} s, nothing found`);
  seed++;
} while (!once && performance.now() < endMs);

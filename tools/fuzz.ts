/**
 * `npm run fuzz -- [WORDS] [--seed N] [--cases N] [--case I] [--seconds N]`: fuzzers, for as long as asked.
 *
 * Words pick `*.fuzz.ts` files by path. Alone it goes on, round after round with new seeds, until a case fails or Ctrl-C;
 * `--seconds` ends it after about that long, `--cases` after one round of that many cases a test. `--seed S --case I`
 * replays one.
 */
import { parseArgs } from 'node:util';
import { demandNumbers } from './arguments.ts';
import { runFile } from './run-file.ts';
import { findFiles } from './tree.ts';

/** How long a test runs before the next has its turn. */
const TURN_SECONDS = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    cases: { type: 'string' },
    case: { type: 'string' },
    seconds: { type: 'string' },
  },
});
demandNumbers(values, ['seed', 'cases', 'case', 'seconds']);

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
do {
  for (const file of files) {
    const leftSeconds = Math.ceil((endMs - performance.now()) / 1000);
    if (leftSeconds <= 0) break;
    console.log(`${file}: seed ${seed}`);
    const code = runFile(file, { OTTLA_FUZZ_SEED: String(seed), ...amount(leftSeconds) });
    if (code !== 0) process.exit(code);
  }
  seed++;
} while (!once && performance.now() < endMs);

function amount(leftSeconds: number): NodeJS.ProcessEnv {
  if (values.case !== undefined) return { OTTLA_FUZZ_CASE: values.case };
  if (values.cases !== undefined) return { OTTLA_FUZZ_CASES: values.cases };
  // Every file gets its turn within the time that was asked for.
  const share = values.seconds === undefined ? TURN_SECONDS : Math.ceil(Number(values.seconds) / files.length);
  return { OTTLA_FUZZ_SECONDS: String(Math.min(TURN_SECONDS, share, leftSeconds)) };
}

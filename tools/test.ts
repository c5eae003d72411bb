/**
 * `npm test -- [WORDS] [node's own test options]`: the proof beside the code, in Node's test runner.
 *
 * Words pick files by path (`npm test -- protocol crc32c`). Fuzzers run their small number of cases, benches their small
 * sizes. `--conformance` adds `conformance/`; `--ci` makes a skipped test a failure unless it is allowed by name.
 */
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { findFiles, isRunnableTest, ROOT } from './tree.ts';

const args = process.argv.slice(2);
const folders = args.includes('--only-conformance')
  ? ['conformance']
  : args.includes('--conformance')
    ? ['packages', 'tools', 'conformance']
    : ['packages', 'tools'];
const words = args.filter((arg) => !arg.startsWith('-'));
const options = args.filter((arg) => arg.startsWith('-') && !/^--(only-)?conformance$|^--ci$/.test(arg));
const files = findFiles(folders, /\.ts$/)
  .filter(isRunnableTest)
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)));

if (files.length === 0) {
  console.error(
    words.length === 0 ? `no tests below ${folders.join(', ')}` : `no test file's path contains ${words.join(' or ')}`,
  );
  process.exit(1);
}
const ci = args.includes('--ci');
// Two at a time: as many as a small machine has cores. The spec form ends with Node's own summary.
const reporter = ci ? new URL('ci-reporter.ts', import.meta.url).href : 'spec';
// What hangs must end, and say where: a test by its own limit, a file that never exits by that of the whole run.
const minutes = ci ? { test: 20, run: 40 } : { test: 2, run: 10 };
const limits = ['--test-concurrency=2', `--test-timeout=${minutes.test * 60_000}`];
const { runChild } = createRequire(import.meta.url)('./launch.cjs') as {
  runChild: (program: string, args: readonly string[]) => ChildProcess;
};
process.chdir(ROOT); // where the paths start
const runner = runChild(process.execPath, ['--test', ...limits, `--test-reporter=${reporter}`, ...options, ...files]);
setTimeout(() => {
  console.error(`the tests have not ended after ${minutes.run} minutes; what was still running:`);
  runner.kill('SIGINT');
}, minutes.run * 60_000).unref();

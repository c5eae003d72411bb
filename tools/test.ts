/**
 * `npm test -- [WORDS] [node's own test options]`: the proof beside the code, in Node's test runner.
 *
 * Words pick files by path (`npm test -- protocol crc32c`). Fuzzers run their small number of cases, benches their small
 * sizes. `--conformance` adds `conformance/`; `--ci` makes a skipped test a failure unless it is allowed by name.
 */
import { spawn } from 'node:child_process';
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
// Two at a time: as many as a small machine has cores. The spec form ends with Node's own summary.
const reporter = args.includes('--ci') ? new URL('ci-reporter.ts', import.meta.url).href : 'spec';
const runner = ['--test', '--test-concurrency=2', `--test-reporter=${reporter}`, ...options, ...files];
spawn(process.execPath, runner, { cwd: ROOT, stdio: 'inherit' }).on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});

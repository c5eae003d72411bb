import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import allowedSkips from '../conformance/allowed-skips.json' with { type: 'json' };
import type { AllowedSkip } from './ci-reporter.ts';
import { findFiles, isRunnableTest, ROOT } from './tree.ts';

/** Runs a test file under the reporter, and under node's own, and returns both summaries. */
function run(source: string): { status: number | null; summary: string[]; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-reporter-'));
  const file = join(folder, 'it.test.mjs');
  writeFileSync(file, `import { test } from 'node:test';\n${source}`);
  const reporter = new URL('ci-reporter.ts', import.meta.url).href;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['--test', `--test-reporter=${reporter}`, file], {
    env,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return {
    status,
    output: stdout,
    summary: [...stdout.matchAll(/^ℹ ((?:pass|fail|skipped|todo) \d+)$/gm)].map((line) => line[1]!),
  };
}

const rows = [
  // why                                source                                                status  summary
  ['passes pass', `test('a', () => {});`, 0, ['pass 1', 'fail 0', 'skipped 0', 'todo 0']],
  ['failures fail', `test('a', () => { throw new Error('no'); });`, 1, ['pass 0', 'fail 1', 'skipped 0', 'todo 0']],
  ['a skip fails', `test('a', { skip: 'no java' }, () => {});`, 1, ['pass 0', 'fail 1', 'skipped 0', 'todo 0']],
  ['a skip without a reason fails', `test('a', (t) => t.skip());`, 1, ['pass 0', 'fail 1', 'skipped 0', 'todo 0']],
  ['a todo fails', `test('a', { todo: true }, () => {});`, 1, ['pass 0', 'fail 1', 'skipped 0', 'todo 0']],
  [
    'one skip among others',
    `test('a', () => {}); test('b', { skip: true }, () => {});`,
    1,
    ['pass 1', 'fail 1', 'skipped 0', 'todo 0'],
  ],
] as const;

for (const [why, source, status, summary] of rows) {
  test(`ci reporter: ${why}`, () => {
    const result = run(source);
    deepStrictEqual(result.summary, summary);
    strictEqual(result.status, status);
  });
}

test('ci reporter: a skip says its reason and what to do', () => {
  match(run(`test('a', { skip: 'no java' }, () => {});`).output, /skipped \(no java\): here every test must run/);
});

test('ci reporter: every allowed skip names a file that exists and a reason', () => {
  const files = findFiles(['packages', 'tools', 'conformance'], /\.ts$/).filter(isRunnableTest);
  for (const { file, test: name, reason } of allowedSkips as AllowedSkip[]) {
    strictEqual(files.includes(file), true, `${file} in ${ROOT}`);
    strictEqual(reason.length > 20 && name.length > 0, true, `${file}: ${name} needs a reason`);
  }
});

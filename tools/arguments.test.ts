import { match, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './tree.ts';

const rows = [
  // why                        program         arguments                     the line
  [
    'a seed in letters',
    'simulate.ts',
    ['--seed', 'abc'],
    /^--seed takes a whole number, e\.g\. --seed 42; "abc" is none$/,
  ],
  ['half a number of seeds', 'simulate.ts', ['--seeds', '1.5'], /^--seeds takes/],
  ['a case that is none', 'fuzz.ts', ['--seed', '1', '--case', 'x'], /^--case takes/],
  ['no number at all', 'fuzz.ts', ['--seconds', ''], /^--seconds takes/],
  ['a seed past exact numbers', 'fuzz.ts', ['--seed', '99999999999999999999'], /^--seed takes/],
  ['rounds in words', 'bench.ts', ['--rounds', 'many'], /^--rounds takes/],
] as const;

for (const [why, program, args, line] of rows) {
  test(`arguments: ${program} with ${why}`, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools', program), ...args], {
      encoding: 'utf8',
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    match(stderr.trim(), line);
    strictEqual(stdout, '');
    strictEqual(status, 2);
  });
}

import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seedPlan, simulation } from './simulation.ts';

const rows = [
  // why                              environment                                   want
  ['the first seeds by default', {}, { seed: 0, seedCount: 5, alone: false }],
  ['more in the large form', { OTTLA_FUZZ: 'large' }, { seed: 0, seedCount: 100, alone: false }],
  ['one by name', { OTTLA_SIM_SEED: '7' }, { seed: 7, seedCount: 1, alone: true }],
  ['one by the short name', { SEED: '7' }, { seed: 7, seedCount: 1, alone: true }],
  ['several from one on', { SEED: '7', OTTLA_SIM_SEEDS: '3' }, { seed: 7, seedCount: 3, alone: false }],
] as const;

for (const [why, env, want] of rows) {
  test(`simulation seeds: ${why}`, () => deepStrictEqual(seedPlan({ seeds: 5 }, env), want));
}

simulation('counts that add up over seeds', { seeds: 5 }, (seed) => ({
  trace: [`seed ${seed}`],
  counts: { even: seed % 2 === 0 ? 1 : 0, odd: seed % 2 },
}));

// What fails must fail as a test, so each of these runs as a program of its own.
const failures = [
  ['a trace that does not replay', '() => ({ trace: ["same", String(process.hrtime.bigint())] })', /part at line 2/],
  [
    'a kind that never happened',
    '() => ({ trace: [], counts: { loss: 1, crash: 0 } })',
    /crash: never happened|'crash'/,
  ],
  [
    'a broken invariant',
    '(seed) => { if (seed === 3) throw new Error("two leaders"); return { trace: [] }; }',
    /seed 3: two leaders/,
  ],
] as const;

for (const [why, simulate, wanted] of failures) {
  test(`simulation: ${why} fails`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'ottla-simulation-'));
    const file = join(folder, 'fails.test.mjs');
    const module = JSON.stringify(new URL('simulation.ts', import.meta.url).href);
    writeFileSync(file, `import { simulation } from ${module}; simulation('it', { seeds: 5 }, ${simulate});`);
    const { NODE_TEST_CONTEXT: _, SEED: __, ...env } = process.env;
    const { status, stdout } = spawnSync(process.execPath, [file], { env, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    strictEqual(status, 1);
    match(stdout, wanted);
  });
}

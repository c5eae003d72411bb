import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { GENERATED_PAGES, pageText, stalePages } from './gen.ts';
import { ROOT } from './tree.ts';

test('generated: every page is what its table says today', async () => {
  deepStrictEqual(await stalePages(), []);
});

test('generated: npm run gen goes through all pages', () => {
  const bootstrap = join(ROOT, 'tools', 'bootstrap.cjs');
  const { status, stdout } = spawnSync(process.execPath, [bootstrap, 'gen'], { encoding: 'utf8' });
  strictEqual(status, 0);
  strictEqual(stdout, GENERATED_PAGES.map(({ name }) => `fresh   docs/generated/${name}\n`).join(''));
});

test('generated: every page names a source that exists', () => {
  for (const { source } of GENERATED_PAGES) strictEqual(existsSync(join(ROOT, source)), true, source);
});

test('generated: a page that was edited, a page that is missing, a page that nobody makes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ottla-generated-'));
  try {
    const page = { name: 'a.md', source: 'tools/a.ts', write: () => '# A' };
    match((await stalePages([page], folder))[0]!, /a\.md is not what tools\/a\.ts says: run "npm run gen"/);
    writeFileSync(join(folder, 'a.md'), await pageText(page));
    deepStrictEqual(await stalePages([page], folder), []);
    writeFileSync(join(folder, 'a.md'), `${await pageText(page)}\nby hand`);
    strictEqual((await stalePages([page], folder)).length, 1);
    match((await stalePages([], folder))[0]!, /a\.md is made by no row/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

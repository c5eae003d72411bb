import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findBrokenProof, parseProofPage, type Proofs } from './proof.ts';
import { findFiles, isRunnableTest, readSource, ROOT } from './tree.ts';

const proofs: Proofs = {
  exists: (path) => existsSync(join(ROOT, path)),
  scripts: Object.keys((JSON.parse(readSource('package.json').text) as { scripts: object }).scripts),
  tests: findFiles(['packages', 'tools', 'conformance'], /\.ts$/).filter(isRunnableTest),
};

for (const page of findFiles(['docs/proof'], /\.md$/)) {
  test(`proof: ${page}`, (t) => {
    const rows = parseProofPage(readSource(page).text);
    if (page.endsWith('README.md')) return;
    ok(rows.length > 0, 'a page of proof has a table "promise | shown by | last figure"');
    const broken = rows.flatMap(({ line, shownBy }) =>
      shownBy
        .map((name) => findBrokenProof(name, proofs))
        .filter((why) => why !== null)
        .map((why) => `${page}:${line}: ${why}`),
    );
    deepStrictEqual(broken, []);
    for (const { line, promise, shownBy } of rows) {
      if (shownBy.length === 0) t.diagnostic(`${page}:${line}: nothing shows yet: ${promise}`);
    }
  });
}

test('proof: rows are read from the tables, and from them alone', () => {
  const page = [
    '| promise | shown by | last figure |',
    '|---|---|---|',
    '| fast | `npm run bench -- crc32c`, `a.test.ts` | 2 GB/s |',
    '| a \\| b | | |',
    '',
    '| other | table |',
    '| x | `gone.ts` |',
  ].join('\n');
  deepStrictEqual(parseProofPage(page), [
    { line: 3, promise: 'fast', shownBy: ['npm run bench -- crc32c', 'a.test.ts'], figure: '2 GB/s' },
    { line: 4, promise: 'a \\| b', shownBy: [], figure: '' },
  ]);
});

const world: Proofs = {
  exists: (path) => path === 'tools/tidy.test.ts',
  scripts: ['test', 'bench', 'fuzz', 'check'],
  tests: [
    'packages/protocol/src/crc32c.bench.ts',
    'packages/protocol/src/crc32c.test.ts',
    'packages/runtime/src/a.fuzz.ts',
  ],
};
const rows = [
  // why                            name                                        complaint
  ['a file', 'tools/tidy.test.ts', null],
  ['a file that is gone', 'tools/gone.test.ts', /tools\/gone\.test\.ts does not exist/],
  ['a script', 'npm run check', null],
  ['npm test', 'npm test', null],
  ['a script that is gone', 'npm run shine', /no script "shine"/],
  ['a bench', 'npm run bench -- crc32c', null],
  ['a bench that is gone', 'npm run bench -- snappy', /no \*\.bench\.ts has "snappy"/],
  ['a fuzzer', 'npm run fuzz -- runtime --cases 100000', null],
  ['a fuzzer that is gone', 'npm run fuzz -- crc32c', /no \*\.fuzz\.ts has "crc32c"/],
  ['tests by a word', 'npm test -- crc32c', null],
] as const;

for (const [why, name, complaint] of rows) {
  test(`proof: ${why}`, () => {
    const found = findBrokenProof(name, world);
    if (complaint === null) strictEqual(found, null);
    else match(found!, complaint);
  });
}

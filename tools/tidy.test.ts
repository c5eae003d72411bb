import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { FILE_LINES_MAX, findGiants, FUNCTION_LINES_MAX, tidy, type Giant, type Violation } from './tidy.ts';
import { findFiles, readSource, readSources, ROOT } from './tree.ts';

/** Files and functions that may be large. Each reason says why cutting it would serve the reader less. */
const GIANTS: readonly Giant[] = [
  {
    path: 'packages/protocol/src/error-codes-table.ts',
    function: null,
    reason: 'one row for each error code of Kafka, in the order of their numbers; a table without logic',
  },
];

/** Single lines that touch the machine past Io, and must: what they say, and why. */
const DOORS = [
  {
    path: 'packages/protocol/src/crc32c.ts',
    says: 'createRequire',
    reason:
      'the native checksum is an optional package, looked for once and synchronously, with a fallback in plain code',
  },
  {
    path: 'packages/runtime/src/sim/turns.ts',
    says: 'setImmediate',
    reason: 'between two simulated events all promises must have settled, and only a real turn of the event loop tells',
  },
];

const sources = readSources();
const lines = (found: readonly { path: string; line: number; rule: string; message: string }[]): string[] =>
  found.map(({ path, line, rule, message }) => `${path}:${line}: ${rule}: ${message}`);

test('tidy: the repository', () => {
  ok(sources.length > 20);
  const found = sources.flatMap(({ path, text }) => tidy(path, text));
  const excuses = ({ path, message }: Violation) =>
    DOORS.find((door) => door.path === path && message.startsWith(door.says));
  deepStrictEqual(lines(found.filter((each) => excuses(each) === undefined)), []);
  deepStrictEqual(
    DOORS.filter((door) => !found.some((each) => excuses(each) === door)),
    [],
    'doors that nobody uses',
  );
});

test('tidy: no file and no function outgrows its reader', () => {
  deepStrictEqual(lines(findGiants(sources, GIANTS)), []);
  for (const { reason } of GIANTS) ok(reason.length > 20, 'a reason says why');
});

test('tidy: every package has its page', () => {
  const packages = findFiles(['packages'], /^package\.json$/).map((path) => path.slice(0, -'package.json'.length));
  deepStrictEqual(
    packages.filter((folder) => !existsSync(`${ROOT}/${folder}README.md`)),
    [],
  );
});

test('tidy: the lock file records no download addresses', () => {
  ok(!readSource('package-lock.json').text.includes('"resolved": "http'), 'run npm install with .npmrc in place');
});

// Each violation is planted and reported once; beside it the form that is right.
const planted = [
  // why                                  file                        source                                                    complaint
  ['time past Io', 'log/src/a.ts', 'const t = Date.now();', /door: Date\.now .* use io\.clock: wallMs/],
  ['the current date', 'log/src/a.ts', 'const t = new Date();', /door: new Date\(\) .* use io\.clock/],
  ['the current date without parentheses', 'log/src/a.ts', 'const t = new Date;', /use io\.clock/],
  ['the current date as text', 'log/src/a.ts', 'const t = Date();', /use io\.clock/],
  ['a tick', 'log/src/a.ts', 'process.nextTick(run);', /process\.nextTick .* use queueMicrotask/],
  ['a timer in a signal', 'log/src/a.ts', 'AbortSignal.timeout(5);', /use io\.clock\.after/],
  ['a module past imports', 'log/src/a.ts', `process.getBuiltinModule('fs');`, /an import at the top/],
  ['a require', 'log/src/a.ts', 'const r = createRequire(here);', /an import at the top/],
  ['the network by fetch', 'log/src/a.ts', 'await globalThis.fetch(url);', /use io\.network/],
  [
    'crypto whole',
    'log/src/a.ts',
    `import * as c from 'node:crypto';\nc.randomBytes(4);`,
    /c\.randomBytes of node:crypto/,
  ],
  [
    'crypto by default',
    'log/src/a.ts',
    `import c from 'node:crypto';\nc.randomBytes(4);`,
    /c\.randomBytes of node:crypto/,
  ],
  ['zlib whole', 'log/src/a.ts', `import * as z from 'node:zlib';\nz.gzip(bytes, done);`, /z\.gzip of node:zlib/],
  ['zlib whole, synchronous', 'log/src/a.ts', `import * as z from 'node:zlib';\nz.gzipSync(bytes);`, null],
  ['a second let on a line', 'log/src/a.ts', 'const a = 1; let b = 2;', /let at module level/],
  ['a static map', 'log/src/a.ts', 'class A {\n  static readonly cache = new Map();\n}', /static field/],
  ['the network by its global', 'log/src/a.ts', 'await fetch(url);', /use io\.network/],
  ['a message named fetch', 'log/src/a.ts', 'fetch.decode(reader);', null],
  ['a module by a template', 'log/src/a.ts', 'await import(`node:fs`);', /an import at the top/],
  ['a date from a stamp', 'log/src/a.ts', 'const t = new Date(stampMs);', null],
  ['monotonic time', 'log/src/a.ts', 'performance.now();', /use io\.clock/],
  ['high resolution time', 'log/src/a.ts', 'process.hrtime.bigint();', /use io\.clock/],
  ['a timer', 'log/src/a.ts', 'setTimeout(fire, 5);', /setTimeout .* use io\.clock\.after/],
  ['a timer by another way', 'log/src/a.ts', 'globalThis.setInterval(fire, 5);', /use io\.clock\.after/],
  [
    'a timer module',
    'log/src/a.ts',
    `import { setTimeout as sleep } from 'node:timers/promises';`,
    /use io\.clock\.after/,
  ],
  ['a method of that name', 'log/src/a.ts', 'wheel.setTimeout(fire);', null],
  ['chance', 'log/src/a.ts', 'Math.random();', /use io\.random/],
  [
    'chance of crypto',
    'log/src/a.ts',
    `import { createHash, randomBytes } from 'node:crypto';`,
    /randomBytes of node:crypto/,
  ],
  ['hashes of crypto', 'log/src/a.ts', `import { createHash } from 'node:crypto';`, null],
  ['the global crypto', 'log/src/a.ts', 'crypto.randomUUID();', /use io\.random/],
  ['files', 'log/src/a.ts', `import { readFile } from 'node:fs/promises';`, /use io\.disk/],
  ['files by the old name', 'log/src/a.ts', `import fs from 'fs';`, /use io\.disk/],
  ['files, lazily', 'log/src/a.ts', `const fs = await import('node:fs');`, /use io\.disk/],
  ['only a type', 'log/src/a.ts', `import type { Stats } from 'node:fs';`, null],
  ['sockets', 'log/src/a.ts', `import { connect } from 'node:net';`, /use io\.network/],
  ['TLS', 'log/src/a.ts', `import { connect } from 'node:tls';`, /use io\.network/],
  ['names', 'log/src/a.ts', `import { lookup } from 'node:dns';`, /use io\.network/],
  ['threads', 'log/src/a.ts', `import { Worker } from 'node:worker_threads';`, /use io\.compute/],
  ['async zlib', 'log/src/a.ts', `import { gzip } from 'node:zlib';`, /gzip of node:zlib .*gzipSync/],
  ['async zlib as a member', 'log/src/a.ts', 'zlib.inflate(bytes, done);', /synchronous form/],
  [
    'synchronous zlib',
    'log/src/a.ts',
    `import { constants, gzipSync } from 'node:zlib';\nzlib.inflateSync(bytes);`,
    null,
  ],
  ['printing', 'log/src/a.ts', 'console.log(1);', /use the logger/],
  ['all of it in a comment', 'log/src/a.ts', '// Date.now(), Math.random()\nconst a = 1;', null],
  ['all of it in a string', 'log/src/a.ts', `const a = 'Date.now() setTimeout(';`, null],
  ['all of it behind the door', 'runtime/src/node/a.ts', `import fs from 'node:fs';\nDate.now();`, null],
  ['all of it in what tests share', 'log/src/a.fixture.ts', `import fs from 'node:fs';\nDate.now();`, null],
  ['all of it in a test', 'log/src/a.test.ts', `import fs from 'node:fs';\nDate.now();`, null],

  ['a default export', 'log/src/a.ts', 'export default function a() {}', /default export: export it by its name/],
  ['a default export by renaming', 'log/src/a.ts', 'const a = 1;\nexport { a as default };', /default export/],
  ['a star', 'log/src/index.ts', `export * from './a.ts';`, /barrel: a barrel names/],
  ['a named barrel', 'log/src/index.ts', `export { a, type B } from './a.ts';`, null],
  [
    'a second barrel',
    'log/src/all.ts',
    `export { a } from './a.ts';\nexport { b } from './b.ts';`,
    /only index\.ts passes on/,
  ],
  ['a source that passes one thing on', 'log/src/a.ts', `export { b } from './b.ts';\nexport const a = 1;`, null],

  ['a let', 'log/src/a.ts', 'let counter = 0;', /module state: let at module level/],
  ['a let in a function', 'log/src/a.ts', 'function a() {\n  let counter = 0;\n}', null],
  ['an exported var', 'log/src/a.ts', 'export var counter = 0;', /var at module level/],
  ['a map', 'log/src/a.ts', 'const cache = new Map<string, number>();', /cache can be changed by anyone/],
  ['a set', 'log/src/a.ts', 'const seen: Set<number> = new Set();', /seen can be changed/],
  ['a list to fill', 'log/src/a.ts', 'const all: string[] = [];', /all can be changed/],
  ['an object to fill', 'log/src/a.ts', 'export const byName: Record<string, number> = {};', /byName can be changed/],
  ['a buffer', 'log/src/a.ts', 'const scratch = new Uint8Array(64);', /scratch can be changed/],
  ['a map that is readonly', 'log/src/a.ts', 'const names: ReadonlyMap<string, number> = new Map([["a", 1]]);', null],
  ['a list of constants', 'log/src/a.ts', 'const kinds = [1, 2];', null],
  [
    'a table of constants',
    'log/src/a.ts',
    '// NOTE(constant): remainders of the polynomial.\nconst table = new Uint32Array(256);',
    null,
  ],
  [
    'the same in a docstring',
    'log/src/a.ts',
    '/**\n * NOTE(constant): from the schema alone.\n */\nconst built = new Map();',
    null,
  ],
  ['a note that says nothing', 'log/src/a.ts', '// NOTE(constant):\nconst built = new Map();', /built can be changed/],
  [
    'a note far above',
    'log/src/a.ts',
    '// NOTE(constant): x.\nconst a = 1;\n\nconst built = new Map();',
    /built can be changed/,
  ],
  ['a static field', 'log/src/a.ts', 'class A {\n  static count = 0;\n}', /static field/],
  ['a static constant', 'log/src/a.ts', 'class A {\n  static readonly size = 4;\n  static create() {}\n}', null],
  ['nothing, seen as a view', 'log/src/a.ts', 'const NOTHING = new DataView(new ArrayBuffer(0));', null],
  ['nothing, shared', 'log/src/a.ts', 'const NO_BYTES = new Uint8Array(0);', null],
  ['state of a test', 'log/src/a.test.ts', 'let counter = 0;', null],

  ['a home for nothing', 'log/src/utils.ts', 'export const a = 1;', /name: "utils" names no home/],
  ['a folder for nothing', 'log/src/helpers/a.ts', 'export const a = 1;', /"helpers" names no home/],
  ['its test', 'log/src/common.test.ts', 'export const a = 1;', /"common" names no home/],
  ['camel case', 'log/src/timeIndex.ts', 'export const a = 1;', /not kebab-case/],
  ['a test of a simulation', 'log/src/time-index.sim.test.ts', 'export const a = 1;', null],
  ['a message', 'log/src/01-fetch.ts', 'export const a = 1;', null],

  ['work left', 'log/src/a.ts', `// ${'TO'}DO: finish`, /mark: TODO: do it/],
  ['work left in a block', 'log/src/a.ts', `/* ${'FIX'}ME */`, /FIXME/],
  ['a name that contains it', 'log/src/a.ts', 'const autodone = 1; // autoTodos', null],
  ['one test alone', 'log/src/a.test.ts', `test.only('a', () => {});`, /narrowed test/],
  ['one test alone by option', 'log/src/a.test.ts', `test('a', { only: true }, () => {});`, /narrowed test/],
  ['a test to do', 'log/src/a.test.ts', `test.todo('a');`, /narrowed test/],
] as const;

for (const [why, file, source, complaint] of planted) {
  test(`tidy: ${why}`, () => {
    const found = lines(tidy(`packages/${file}`, `${source}\n`));
    if (complaint === null) deepStrictEqual(found, []);
    else {
      strictEqual(found.length, 1, found.join('\n'));
      match(found[0]!, complaint);
    }
  });
}

test('tidy: a report names file and line', () => {
  strictEqual(tidy('packages/log/src/a.ts', 'const a = 1;\n\nMath.random();\n')[0]!.line, 3);
});

const long = (count: number): string => '  run();\n'.repeat(count);
const file = { path: 'packages/log/src/a.ts', text: 'run();\n'.repeat(FILE_LINES_MAX + 1) };
const monster = { path: 'packages/log/src/b.ts', text: `function monster() {\n${long(FUNCTION_LINES_MAX - 1)}}\n` };

test('tidy: a file over the limit, and at it', () => {
  match(lines(findGiants([file], []))[0]!, /a\.ts:1: size: 401 lines, over 400/);
  deepStrictEqual(findGiants([{ ...file, text: 'run();\n'.repeat(FILE_LINES_MAX) }], []), []);
});

test('tidy: a function over the limit, and at it', () => {
  match(lines(findGiants([monster], []))[0]!, /b\.ts:1: size: monster has 71 lines, over 70/);
  const atLimit = `function big() {\n${long(FUNCTION_LINES_MAX - 2)}}\n`;
  deepStrictEqual(findGiants([{ ...monster, text: atLimit }], []), []);
});

test('tidy: an excuse excuses what it names, and nothing else', () => {
  const excuse = { path: monster.path, function: 'monster', reason: 'one state table, read from top to bottom' };
  deepStrictEqual(findGiants([monster], [excuse]), []);
  strictEqual(findGiants([file, monster], [excuse]).length, 1);
  match(lines(findGiants([], [excuse]))[0]!, /monster is allowed to be large, and is not/);
});

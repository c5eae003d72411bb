import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { findFunctions, findImports, lineAt, scan } from './scan.ts';

const codeRows = [
  // why                                              source                        code that is left
  ['a line comment is not code', 'a; // b', 'a;     '],
  ['a block comment keeps its lines', 'a /* b\nc */ d', 'a     \n     d'],
  ['a string keeps its quotes alone', `x('//a', "b")`, `x('   ', " ")`],
  ['an escaped quote does not end a string', String.raw`x('a\'b') // c`, `x('    ')     `],
  ['template text goes, its code stays, in its braces', '`a ${b.c} d` + e', '`   {b.c}  ` + e'],
  ['a template inside a template', '`${f(`x${y}`)}z`', '` {f(`  {y}`)} `'],
  ['braces inside a template value', '`${ {a: 1}.a }b`; c', '` { {a: 1}.a } `; c'],
  ['a regular expression after =', String.raw`r = /['"\/]/g; s`, 'r = /       g; s'],
  ['a slash in a class does not end it', 'r = /[/"]/; s', 'r = /     ; s'],
  ['a division is not one', 'a / b / c', 'a / b / c'],
  ['nor is it after a parenthesis', "(a) / 'b'", "(a) / ' '"],
  ['a regular expression after return', "return /'/.test(x)", 'return /  .test(x)'],
  ['a comment that never ends', 'a /* b', 'a     '],
] as const;

for (const [why, source, code] of codeRows) {
  test(`scan: ${why}`, () => strictEqual(scan(source).code, code));
}

test('scan: comments are kept apart, in place', () => {
  strictEqual(scan("a // b\n'// c' /* d */").comments, '  // b\n       /* d */');
});

test('scan: lines count from 1', () => {
  deepStrictEqual(
    [0, 1, 2, 3].map((index) => lineAt('a\nb\n', index)),
    [1, 1, 2, 2],
  );
});

test('scan: imports of every form', () => {
  const source = [
    `import { a, type B as C } from './a.ts';`,
    `import type { D } from '@ottla/d';`,
    `import 'side-effect';`,
    `import * as e from "node:fs";`,
    `export {\n  f,\n  g as h,\n} from './f.ts';`,
    `export * from './all.ts';`,
    `const i = await import('./i.ts');`,
    `const j = require('j');`,
    `// import { k } from './comment.ts';`,
    `const text = "import { l } from './string.ts'";`,
    `export const m = 1; const from = 'n';`,
  ].join('\n');
  deepStrictEqual(
    findImports(source).map(({ specifier, names, typeOnly, index }) => [
      lineAt(source, index),
      specifier,
      names.join(),
      typeOnly,
    ]),
    [
      [1, './a.ts', 'a,B', false],
      [2, '@ottla/d', 'D', true],
      [3, 'side-effect', '', false],
      [4, 'node:fs', '', false],
      [5, './f.ts', 'f,g', false],
      [9, './all.ts', '', false],
      [10, './i.ts', '', false],
      [11, 'j', '', false],
    ],
  );
});

test('scan: functions with their lines, control statements left out', () => {
  const source = [
    'function plain(a: number): void {', // 1
    '  if (a) {',
    '    for (const b of c(a)) {',
    '    }',
    '  }',
    '}',
    'class Thing {',
    '  method<T>(a: (b: T) => void): Map<string, T[]> {', // 8
    '    return a ? f(x) : { y: 1 };',
    '  }',
    '}',
    'const arrow = (a: number) => {', // 12
    '  switch (a) { case f(1): { break; } }',
    '};',
    'const record = { a: f(1), b: { c: 2 } };',
    'run(() => {', // 16
    '});',
  ].join('\n');
  deepStrictEqual(
    findFunctions(scan(source).code).map(({ name, line, lines }) => [name, line, lines]),
    [
      ['plain', 1, 6],
      ['method', 8, 3],
      ['arrow', 12, 3],
      ['arrow', 16, 2],
    ],
  );
});

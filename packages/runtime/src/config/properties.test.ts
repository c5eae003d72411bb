import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { decodeProperties, parseProperties } from './properties.ts';

interface Answer {
  readonly latin1: string;
  readonly entries?: readonly (readonly [string, string])[];
  readonly refused?: string;
}

const answers = readFileSync(new URL('golden/properties.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Answer);

describe('a properties file means what it means to java.util.Properties', () => {
  for (const { latin1, entries, refused } of answers) {
    test(JSON.stringify(latin1), () => {
      const { entries: found, faults } = decodeProperties(Buffer.from(latin1, 'latin1'));
      if (refused === undefined) {
        assert.deepEqual(faults, []);
        assert.deepEqual(
          found.map(({ key, value }) => [key, value]),
          entries,
        );
      } else {
        assert.equal(faults.length, 1);
      }
    });
  }
});

describe('each entry and each fault says where it starts', () => {
  const rows: readonly (readonly [
    reason: string,
    text: string,
    lines: readonly number[],
    faults: readonly number[],
  ])[] = [
    ['lines count from 1, comments and blank lines included', '# c\n\na=1\n  \nb=2', [3, 5], []],
    ['CR LF is one line end', 'a=1\r\nb=2\r\n\r\nc=3', [1, 2, 4], []],
    ['an entry over several lines starts at its first', 'a=1\\\n 2\\\n 3\nb=4', [1, 4], []],
    ['empty continued lines are not yet the entry', '\\\n\\\na=1', [3], []],
    ['a malformed escape spoils its own entry only', 'a=1\nb=\\u12\nc=3', [1, 3], [2]],
  ];
  for (const [reason, text, lines, faultLines] of rows) {
    test(reason, () => {
      const { entries, faults } = parseProperties(text);
      assert.deepEqual(
        entries.map(({ line }) => line),
        lines,
      );
      assert.deepEqual(
        faults.map(({ line }) => line),
        faultLines,
      );
    });
  }
});

test('bytes are Latin-1, and a UTF-8 byte order mark does not become part of the first key', () => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x3d, 0xe9]);
  assert.deepEqual(decodeProperties(bytes).entries, [{ key: 'a', value: '\u00e9', line: 1 }]);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { editDistance, findNearest, findTypo } from './nearest-key.ts';

const KNOWN = ['log.retention.ms', 'log.retention.bytes', 'log.roll.ms', 'node.id', 'num.io.threads', 'a.b'];

describe('the key that was meant', () => {
  const rows: readonly (readonly [reason: string, key: string, typo: string | null, nearest: string | null])[] = [
    ['one letter gone', 'log.retention.m', 'log.retention.ms', 'log.retention.ms'],
    ['neighbours swapped count once', 'nod.eid', 'node.id', 'node.id'],
    ['two edits in a long key', 'log.retenion.sm', 'log.retention.ms', 'log.retention.ms'],
    ['two edits in a short key are another key', 'nod.ix', null, 'node.id'],
    ['three edits are no slip, but near', 'log.retetnon.sm', null, 'log.retention.ms'],
    ['case, dashes and underscores do not count', 'Log-Retention_MS', 'log.retention.ms', 'log.retention.ms'],
    ['of two equally near the first in the alphabet', 'log.retention.xx', 'log.retention.ms', 'log.retention.ms'],
    ['nothing near', 'zookeeper.connect', null, null],
    ['empty', '', null, null],
    ['absurdly long', 'log.retention.ms'.repeat(1000), null, null],
  ];
  for (const [reason, key, typo, nearest] of rows) {
    test(reason, () => {
      assert.equal(findTypo(key, KNOWN), typo);
      assert.equal(findNearest(key, KNOWN), nearest);
    });
  }

  test('the order of the known keys does not matter', () => {
    for (const key of ['log.ro.ms', 'log.retention.xs', 'a.c']) {
      assert.equal(findNearest(key, KNOWN), findNearest(key, KNOWN.toReversed()));
    }
  });
});

describe('edit distance', () => {
  const rows: readonly (readonly [one: string, other: string, max: number, edits: number])[] = [
    ['', '', 3, 0],
    ['abc', 'abc', 0, 0],
    ['abc', 'acb', 3, 1],
    ['abc', 'ab', 3, 1],
    ['abc', 'xabc', 3, 1],
    ['kitten', 'sitting', 9, 3],
    ['kitten', 'sitting', 2, 3],
    ['abcdef', 'ghijkl', 2, 3],
    ['a', 'abcdefgh', 2, 3],
  ];
  for (const [one, other, max, edits] of rows) {
    test(`${one} ${other} up to ${max}`, () => {
      assert.equal(editDistance(one, other, max), edits);
      assert.equal(editDistance(other, one, max), edits);
    });
  }
});

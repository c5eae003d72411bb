import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { xxhash32 } from './xxhash32.ts';

test('the published values of the reference implementation', () => {
  for (const [reason, text, wanted] of [
    ['nothing', '', 0x02cc5d05],
    ['less than a word', 'a', 0x550d7456],
    ['less than a word', 'abc', 0x32d153ff],
    ['words and bytes, no round', 'message digest', 0x7c948494],
    ['one round', 'abcdefghijklmnopqrstuvwxyz', 0x63a14d5f],
    ['several rounds and a tail', 'Nobody inspects the spammish repetition', 0xe2293b2f],
  ] as const) {
    const padded = Buffer.from(`<<${text}>`);
    const view = new DataView(padded.buffer, padded.byteOffset, padded.byteLength);
    equal(xxhash32(view, 2, padded.length - 1), wanted, `${reason}: ${text}`);
  }
});

/** UUIDs as Kafka prints them, their borders, and the ids that are never handed out. */
import { ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from './prng.ts';
import { formatUuid, isReservedUuid, isUuid, METADATA_TOPIC_ID, parseUuidInto, randomUuid, ZERO_UUID } from './uuid.ts';

// Texts are those that Apache Kafka's Uuid class prints (golden/codecs/uuids.ndjson holds more).
const rows = [
  ['all zero', '00000000000000000000000000000000', ZERO_UUID],
  ['the metadata topic', '00000000000000000000000000000001', METADATA_TOPIC_ID],
  ['all ones', 'ffffffffffffffffffffffffffffffff', '_____________________w'],
  ['the sign bits', '80000000000000007fffffffffffffff', 'gAAAAAAAAAB__________w'],
  ['any', '496229abaeca97162314d91c3d23a013', 'SWIpq67KlxYjFNkcPSOgEw'],
] as const;

for (const [why, hex, text] of rows) {
  test(`uuid: ${why}`, () => {
    const padded = Buffer.from(`ff${hex}ff`, 'hex');
    strictEqual(formatUuid(padded, 1), text);
    const into = new Uint8Array(18);
    ok(parseUuidInto(text, into, 1));
    strictEqual(Buffer.from(into.subarray(1, 17)).toString('hex'), hex);
    strictEqual(into[17], 0);
    ok(isUuid(text));
  });
}

const bad = [
  ['too short', 'AAAAAAAAAAAAAAAAAAAAA'],
  ['too long', 'AAAAAAAAAAAAAAAAAAAAAAA'],
  ['padding', 'AAAAAAAAAAAAAAAAAAAAA='],
  ['the other base64 alphabet', 'AAAAAAAAAAAAAAAAAAAA+A'],
  ['unused bits set', 'AAAAAAAAAAAAAAAAAAAAAB'],
  ['not ASCII', 'AAAAAAAAAAAAAAAAAAAAé'.padEnd(22, 'A')],
  ['the dashed form', '496229ab-aeca-9716-2314-d91c3d23a013'],
] as const;

for (const [why, text] of bad) {
  test(`uuid: refuses ${why}`, () => strictEqual(isUuid(text), false));
}

test('uuid: random ones are version 4, never reserved, never start with a dash', () => {
  const prng = new Prng(3);
  const seen = new Set<string>();
  for (let i = 0; i < 2_000; i++) {
    const text = randomUuid(prng);
    ok(isUuid(text) && !isReservedUuid(text) && !text.startsWith('-'));
    const into = new Uint8Array(16);
    parseUuidInto(text, into, 0);
    strictEqual(into[6]! >> 4, 4);
    strictEqual(into[8]! >> 6, 2);
    seen.add(text);
  }
  strictEqual(seen.size, 2_000);
});

test('uuid: the first hundred are reserved', () => {
  const at = (last: number): string => formatUuid(new Uint8Array(16).fill(last, 15));
  ok(isReservedUuid(at(99)));
  strictEqual(isReservedUuid(at(100)), false);
});

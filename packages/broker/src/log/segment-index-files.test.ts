/** The three indexes as tables: what is found, what is kept, which files are read and which are refused. */
import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { CorruptIndexError } from './index-file.ts';
import { OffsetIndex } from './offset-index.ts';
import { TimeIndex } from './time-index.ts';
import { TransactionIndex, type AbortedTransaction } from './transaction-index.ts';

const BASE = 1_000;
const LOG_BYTES = 10_000;

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/[ |]/g, ''), 'hex'));
const zeros = (count: number): string => '00'.repeat(count);

function offsetIndex(...entries: readonly [offset: number, position: number][]): OffsetIndex {
  const index = new OffsetIndex(BASE);
  for (const [offset, position] of entries) index.append(offset, position);
  return index;
}

function timeIndex(...entries: readonly [timestamp: number, offset: number][]): TimeIndex {
  const index = new TimeIndex(BASE);
  for (const [timestamp, offset] of entries) index.maybeAppend(timestamp, offset);
  return index;
}

const aborted = (producerId: number, firstOffset: number, lastOffset: number, lastStableOffset: number) => ({
  producerId,
  firstOffset,
  lastOffset,
  lastStableOffset,
});

function transactionIndex(...entries: readonly AbortedTransaction[]): TransactionIndex {
  const index = new TransactionIndex();
  for (const entry of entries) index.append(entry);
  return index;
}

void test('offset index: lookup gives the last entry at or below the offset, or the start', () => {
  const index = offsetIndex([1_005, 100], [1_010, 300], [1_400, 900]);
  const rows: [why: string, offset: number, wanted: [number, number]][] = [
    ['below the base offset', 5, [1_000, 0]],
    ['at the base offset', 1_000, [1_000, 0]],
    ['before the first entry', 1_004, [1_000, 0]],
    ['at the first entry', 1_005, [1_005, 100]],
    ['between', 1_009, [1_005, 100]],
    ['at the second', 1_010, [1_010, 300]],
    ['at the last', 1_400, [1_400, 900]],
    ['beyond', 9_999_999_999, [1_400, 900]],
  ];
  for (const [why, offset, [at, position]] of rows)
    deepStrictEqual(index.lookup(offset), { offset: at, position }, why);
  deepStrictEqual(offsetIndex().lookup(1_234), { offset: BASE, position: 0 });
  strictEqual(offsetIndex().lastOffset, BASE);
  strictEqual(index.lastOffset, 1_400);
});

void test('offset index: the upper bound is the first entry at or beyond a position', () => {
  const index = offsetIndex([1_005, 100], [1_010, 300]);
  deepStrictEqual(index.upperBound(0), { offset: 1_005, position: 100 });
  deepStrictEqual(index.upperBound(100), { offset: 1_005, position: 100 });
  deepStrictEqual(index.upperBound(101), { offset: 1_010, position: 300 });
  strictEqual(index.upperBound(301), null);
});

void test('offset index: truncation keeps what is below the offset', () => {
  const rows: [why: string, offset: number, kept: number][] = [
    ['all go', 1_005, 0],
    ['an entry at the offset goes', 1_010, 1],
    ['one below it stays', 1_011, 2],
    ['nothing goes', 2_000, 3],
  ];
  for (const [why, offset, kept] of rows) {
    const index = offsetIndex([1_005, 100], [1_010, 300], [1_400, 900]);
    index.truncateTo(offset);
    strictEqual(index.entries, kept, why);
  }
});

void test('offset index: full is when not one more entry fits, and an offset 2^31 away is too far', () => {
  const index = offsetIndex([1_005, 100], [1_010, 300]);
  strictEqual(index.isFull(23), true);
  strictEqual(index.isFull(24), false);
  strictEqual(index.canHold(BASE + 0x7fff_ffff), true);
  strictEqual(index.canHold(BASE + 0x8000_0000), false);
  strictEqual(index.canHold(BASE - 1), false);
});

void test('offset index: a thousand entries come back from their file', () => {
  const index = new OffsetIndex(BASE);
  for (let i = 1; i <= 1_000; i++) index.append(BASE + 3 * i, 70 * i);
  const decoded = OffsetIndex.decode(BASE, index.encode().slice(), 100_000, 'f');
  strictEqual(decoded.entries, 1_000);
  deepStrictEqual(decoded.lookup(BASE + 1_501), { offset: BASE + 1_500, position: 35_000 });
  strictEqual(Buffer.from(index.encode(998)).toString('hex'), '00000bb50001112a00000bb800011170');
});

void test('offset index: files that are read', () => {
  const rows: [why: string, hex: string, entries: number][] = [
    ['none', '', 0],
    ['two', '00000005 00000064 | 0000000a 0000012c', 2],
    ['preallocated, none yet', zeros(80), 0],
    ['preallocated', `00000005 00000064 | ${zeros(16)}`, 1],
  ];
  for (const [why, hex, entries] of rows) {
    strictEqual(OffsetIndex.decode(BASE, bytesOf(hex), LOG_BYTES, 'f').entries, entries, why);
  }
  const kept = OffsetIndex.decode(BASE, bytesOf(`00000005 00000064 ${zeros(80_000)}`), LOG_BYTES, 'f');
  strictEqual(kept.heldBytes, 8, 'the memory of what was preallocated is given up');
});

void test('offset index: files that are refused', () => {
  const rows: [why: string, hex: string, reason: RegExp][] = [
    ['a length that is no multiple', '00000005 00000064 00', /9 bytes, expected a multiple of 8/],
    ['an offset that does not ascend', '00000005 00000064 | 00000005 00000065', /entry 1 does not ascend/],
    ['a position that does not', '00000005 00000064 | 00000006 00000064', /entry 1 does not ascend/],
    ['a negative offset', '80000005 00000064', /entry 0 does not ascend/],
    ['the first batch itself', '00000005 00000000', /entry 0 does not ascend/],
    ['entries after zeros', `00000005 00000064 | ${zeros(8)} | 00000006 00000066`, /entry 1 does not ascend/],
    ['a position at the end of the segment', '00000005 00002710', /byte 10000 of a segment of 10000 bytes/],
  ];
  for (const [why, hex, reason] of rows) {
    throws(() => OffsetIndex.decode(BASE, bytesOf(hex), LOG_BYTES, 'f'), { name: CorruptIndexError.name, reason }, why);
  }
});

void test('time index: only a larger timestamp is an entry', () => {
  const index = timeIndex([50, 1_000], [50, 1_003], [40, 1_004], [70, 1_009]);
  deepStrictEqual([index.entries, index.lastTimestamp, index.lastOffset], [2, 70, 1_009]);
  deepStrictEqual([timeIndex([-1, 1_000]).entries, timeIndex().lastTimestamp, timeIndex().lastOffset], [0, -1, BASE]);
});

void test('time index: lookup gives the last entry at or before the time', () => {
  const index = timeIndex([50, 1_000], [70, 1_009], [253_402_300_799_999, 1_020]);
  const rows: [why: string, timestamp: number, wanted: [number, number]][] = [
    ['before all', 49, [-1, BASE]],
    ['at the first', 50, [50, 1_000]],
    ['between', 69, [50, 1_000]],
    ['at the second', 70, [70, 1_009]],
    ['the year 9999', 253_402_300_799_999, [253_402_300_799_999, 1_020]],
    ['later', Number.MAX_SAFE_INTEGER, [253_402_300_799_999, 1_020]],
  ];
  for (const [why, time, [timestamp, offset]] of rows) deepStrictEqual(index.lookup(time), { timestamp, offset }, why);
});

void test('time index: the last place is kept for the entry at the roll', () => {
  const index = timeIndex([50, 1_000]);
  strictEqual(index.isFull(24), true);
  strictEqual(index.isFull(36), false);
});

void test('time index: truncation keeps what is below the offset', () => {
  for (const [offset, kept] of [
    [1_000, 0],
    [1_001, 1],
    [1_009, 1],
    [1_010, 2],
  ] as const) {
    const index = timeIndex([50, 1_000], [70, 1_009]);
    index.truncateTo(offset);
    strictEqual(index.entries, kept, `${offset}`);
  }
});

const FIFTY = '0000000000000032';
const SEVENTY = '0000000000000046';

void test('time index: files that are read', () => {
  const rows: [why: string, hex: string, entries: number][] = [
    ['none', '', 0],
    ['two', `${FIFTY} 00000000 | ${SEVENTY} 00000009`, 2],
    ['preallocated, none yet', zeros(120), 0],
    ['preallocated', `${FIFTY} 00000005 | ${zeros(24)}`, 1],
    ['a record of 1970 at the base offset', zeros(12), 1],
    ['the same with another behind it', `${zeros(12)} | ${FIFTY} 00000001`, 2],
  ];
  for (const [why, hex, entries] of rows) strictEqual(TimeIndex.decode(BASE, bytesOf(hex), 'f').entries, entries, why);
  const index = timeIndex([50, 1_000], [2 ** 52, 1_009]);
  strictEqual(TimeIndex.decode(BASE, index.encode().slice(), 'f').lastTimestamp, 2 ** 52);
});

void test('time index: files that are refused', () => {
  const rows: [why: string, hex: string, reason: RegExp][] = [
    ['a length that is no multiple', `${FIFTY} 000000`, /11 bytes, expected a multiple of 12/],
    ['a timestamp that does not ascend', `${FIFTY} 00000000 | ${FIFTY} 00000001`, /entry 1 does not ascend/],
    ['an offset that descends', `${FIFTY} 00000005 | ${SEVENTY} 00000004`, /entry 1 does not ascend/],
    ['a negative timestamp', `8000000000000032 00000000`, /entry 0 does not ascend/],
    ['a timestamp beyond 2^53', `4000000000000032 00000000`, /entry 0 does not ascend/],
    ['a negative offset', `${FIFTY} 80000000`, /entry 0 does not ascend/],
  ];
  for (const [why, hex, reason] of rows) {
    throws(() => TimeIndex.decode(BASE, bytesOf(hex), 'f'), { name: CorruptIndexError.name, reason }, why);
  }
});

void test('transaction index: a reader learns of the aborted transactions in its range, and whether there may be more', () => {
  const index = transactionIndex(aborted(1, 0, 10, 11), aborted(2, 3, 20, 5), aborted(3, 30, 40, 41));
  const rows: [why: string, from: number, to: number, producers: number[], isAll: boolean][] = [
    ['before the first marker, up to a stable offset', 0, 11, [1], true],
    ['past the first marker: the second began in range', 11, 25, [2], true],
    ['over all', 0, 41, [1, 2, 3], true],
    ['beyond the last stable offset', 0, 42, [1, 2, 3], false],
    ['between two', 21, 30, [], true],
    ['after all', 50, 60, [], false],
  ];
  for (const [why, from, to, producers, isAll] of rows) {
    const found: AbortedTransaction[] = [];
    strictEqual(index.collect(from, to, found), isAll, why);
    deepStrictEqual(
      found.map(({ producerId }) => producerId),
      producers,
      why,
    );
  }
});

void test('transaction index: truncation keeps the markers below the offset', () => {
  for (const [offset, kept] of [
    [10, 0],
    [11, 1],
    [20, 1],
    [41, 3],
  ] as const) {
    const index = transactionIndex(aborted(1, 0, 10, 11), aborted(2, 3, 20, 5), aborted(3, 30, 40, 41));
    index.truncateTo(offset);
    strictEqual(index.entries, kept, `${offset}`);
  }
});

void test('transaction index: files that are read, and those that are refused', () => {
  const index = transactionIndex(aborted(7, 1_000, 1_010, 1_011), aborted(2 ** 52, 1_003, 1_020, 1_005));
  const bytes = index.encode().slice();
  deepStrictEqual(TransactionIndex.decode(BASE, bytes.slice(), 'f').at(1), aborted(2 ** 52, 1_003, 1_020, 1_005));
  const rows: [why: string, damage: (bytes: Uint8Array) => Uint8Array, reason: RegExp][] = [
    ['a part of an entry', (whole) => whole.subarray(0, 67), /67 bytes, expected a multiple of 34/],
    ['another version', (whole) => whole.fill(1, 35, 36), /entry 1 has version 1/],
    ['a marker below the segment', (whole) => whole.fill(0, 18, 26), /entry 0 cannot be/],
    ['a marker before the transaction', (whole) => whole.fill(0xff, 17, 18).fill(0xff, 16, 17), /entry 0 cannot be/],
    [
      'markers out of order',
      (whole) => Buffer.concat([whole.subarray(34), whole.subarray(0, 34)]),
      /entry 1 cannot be/,
    ],
    ['a negative producer id', (whole) => whole.fill(0xff, 2, 10), /entry 0 cannot be/],
  ];
  for (const [why, damage, reason] of rows) {
    const damaged = damage(bytes.slice());
    throws(() => TransactionIndex.decode(BASE, damaged, 'f'), { name: CorruptIndexError.name, reason }, why);
  }
});

/** What the builder refuses to append, and that the open batch is none the worse for it. */
import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { validateRecords } from './record-batch-check.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordBatchError } from './record-batch-error.ts';
import { RecordIterator } from './record-iterator.ts';
import { recordBytesMax, type NewRecordHeader, type RecordContent } from './record-size.ts';

interface Appended {
  readonly timestamp: number;
  readonly key: RecordContent;
  readonly value: RecordContent;
  readonly headers?: readonly NewRecordHeader[];
}

const HUGE = Number.MAX_SAFE_INTEGER;
const HEADER = { key: 'h', value: 'v' };
const BUFFER = new Uint8Array(8).buffer;

const refusedRecords: readonly (readonly [why: string, errorCode: string, append: readonly unknown[]])[] = [
  ['a number as value', 'INVALID_RECORD', [0, null, 5]],
  ['a number as key', 'INVALID_RECORD', [0, 5, null]],
  ['no key at all', 'INVALID_RECORD', [0, undefined, null]],
  ['an object', 'INVALID_RECORD', [0, null, {}]],
  ['an object that has a length', 'INVALID_RECORD', [0, null, { length: 3 }]],
  ['an array of bytes', 'INVALID_RECORD', [0, null, [1, 2]]],
  ['a bigint', 'INVALID_RECORD', [0, null, 1n]],
  ['numbers of 16 bits, of which the low bytes would be left', 'INVALID_RECORD', [0, null, Uint16Array.of(257)]],
  ['a DataView', 'INVALID_RECORD', [0, new DataView(BUFFER), null]],
  ['an ArrayBuffer', 'INVALID_RECORD', [0, null, BUFFER]],
  ['a header without name', 'INVALID_RECORD', [0, null, null, [HEADER, { key: null, value: 'v' }]]],
  ['a header named by bytes', 'INVALID_RECORD', [0, null, null, [{ key: Buffer.from('h'), value: 'v' }]]],
  ['a header whose value is a number', 'INVALID_RECORD', [0, null, null, [{ key: 'h', value: 1 }]]],
  ['a header that is none', 'INVALID_RECORD', [0, null, null, [null]]],
  // oxlint-disable-next-line no-sparse-arrays -- what is tested
  ['a hole among the headers', 'INVALID_RECORD', [0, null, null, [HEADER, , HEADER]]],
  ['headers as null', 'INVALID_RECORD', [0, null, null, null]],
  ['headers as an object', 'INVALID_RECORD', [0, null, null, { h: 'v' }]],
  ['headers as an empty text', 'INVALID_RECORD', [0, null, null, '']],
  ['half a millisecond', 'INVALID_TIMESTAMP', [0.5, null, null]],
  ['a timestamp as bigint', 'INVALID_TIMESTAMP', [1n, null, null]],
  ['a timestamp too far from the first', 'INVALID_TIMESTAMP', [HUGE, null, null]],
];

for (const [why, errorCode, [timestamp, key, value, ...headers]] of refusedRecords) {
  test(`builder: refuses ${why}, and the batch goes on`, () => {
    const records: readonly Appended[] = [
      { timestamp: -1, key: 'é', value: 'first' },
      { timestamp: 7, key: 'k', value: Buffer.alloc(20, 'x'), headers: [HEADER] },
    ];
    const builder = new RecordBatchBuilder();
    builder.open();
    const refuse = (): void => {
      const { count, sizeBytes, maxTimestamp } = builder;
      throws(
        () => builder.append(timestamp as number, key as null, value as null, ...(headers as [])),
        (error) => error instanceof RecordBatchError && error.errorCode === errorCode,
      );
      deepEqual([builder.count, builder.sizeBytes, builder.maxTimestamp], [count, sizeBytes, maxTimestamp]);
    };
    // The first record decides what the timestamps are counted from, so that one alone may be any.
    if (timestamp !== HUGE) refuse();
    for (const { timestamp, key, value, headers } of records) {
      equal(builder.append(timestamp, key, value, headers), true);
      refuse();
    }
    const batch = builder.finish();
    deepEqual(readAll(batch), [
      [-1, 'first'],
      [7, String(Buffer.alloc(20, 'x'))],
    ]);
    equal(validateRecords(new RecordIterator(), batch, 0).ok, true);
  });
}

test('builder: timestamps are told apart as far as a reader gets', () => {
  for (const [first, second] of [
    [HUGE, -1],
    [-1, HUGE],
  ] as const) {
    const builder = new RecordBatchBuilder();
    builder.open();
    builder.append(first, null, 'v');
    throws(() => builder.append(second, null, 'v'), /2\^53 - 1 can be said/);
    const nearest = first < second ? second - 1 : second + 1;
    equal(builder.append(nearest, null, 'v'), true);
    deepEqual(readAll(builder.finish()), [
      [first, 'v'],
      [nearest, 'v'],
    ]);
  }
});

test('recordBytesMax refuses what no record holds', () => {
  throws(() => recordBytesMax(null, 5 as unknown as null), RecordBatchError);
  throws(() => recordBytesMax(null, null, [{ key: null as unknown as string, value: null }]), RecordBatchError);
});

/** Timestamp and value of each record. */
function readAll(batch: Uint8Array): (readonly [timestamp: number, value: string])[] {
  const records = new RecordIterator();
  records.open(batch, 0);
  const read: (readonly [number, string])[] = [];
  while (records.next()) {
    const { bytes, valueStart, valueLength, timestamp } = records;
    read.push([timestamp, Buffer.from(bytes.subarray(valueStart, valueStart + valueLength)).toString()]);
  }
  return read;
}

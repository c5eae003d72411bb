import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@ottla/runtime';
import { CompressionError } from '../compression/compression-error.ts';
import { createCompression } from '../compression/compression.ts';
import { batchFault, validateRecords } from './record-batch-check.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordBatchError } from './record-batch-error.ts';
import { batchCompression, batchCount, batchLastOffset, batchMaxTimestamp } from './record-batch-header.ts';
import { RecordIterator, type RecordHeader } from './record-iterator.ts';
import { recordBytesMax, type NewRecordHeader, type RecordContent } from './record-size.ts';

interface Appended {
  readonly timestamp: number;
  readonly key: RecordContent;
  readonly value: RecordContent;
  readonly headers?: readonly NewRecordHeader[];
}

const HUGE = Number.MAX_SAFE_INTEGER;

const roundTrips: readonly (readonly [why: string, records: readonly Appended[]])[] = [
  ['nothing at all', [{ timestamp: -1, key: null, value: null }]],
  ['empty is not null', [{ timestamp: 0, key: '', value: new Uint8Array(0) }]],
  [
    'timestamps as far apart as they get',
    [0, HUGE, -1, HUGE - 1].map((timestamp) => ({ timestamp, key: null, value: 'v' })),
  ],
  [
    'deltas around every varint width',
    [6, 7, 13, 14, 20, 21, 27, 28, 31, 32, 34, 35, 41, 48, 52].flatMap((bits) =>
      [2 ** bits - 1, 2 ** bits, 2 ** bits + 1].map((timestamp) => ({ timestamp, key: null, value: null })),
    ),
  ],
  [
    'lengths around every varint width',
    [0, 1, 7, 8, 9, 12, 13, 63, 64, 65, 8191, 8192, 8193].map((length) => ({
      timestamp: 1,
      key: 'k'.repeat(length),
      value: bytes(length),
    })),
  ],
  ['a value of a megabyte', [{ timestamp: 1, key: bytes(3), value: bytes(1 << 20) }]],
  ['ASCII', [{ timestamp: 1, key: 'order-17', value: '{"total":12.5,"currency":"EUR","lines":[1,2,3]}' }]],
  ['short text that is not', [{ timestamp: 1, key: 'é', value: 'Žižek' }]],
  [
    'long text that is not, at its very end',
    [{ timestamp: 1, key: `${'k'.repeat(40)}é`, value: `${'v'.repeat(99)}😀` }],
  ],
  ['long text that is not at all', [{ timestamp: 1, key: '漢字'.repeat(20), value: '😀'.repeat(30) }]],
  [
    'text whose first half is as many bytes as it has units',
    [{ timestamp: 1, key: 'é'.repeat(30), value: 'é'.repeat(100) }],
  ],
  ['half a surrogate pair', [{ timestamp: 1, key: '\ud83d', value: `${'v'.repeat(20)}\ude00` }]],
  [
    'after other text comes ASCII again',
    ['é', 'plain', 'é'].map((key) => ({ timestamp: 1, key, value: `${key} and more than twelve` })),
  ],
  [
    'headers: one key twice, no value, no name, other alphabets',
    [
      {
        timestamp: 1,
        key: 'k',
        value: 'v',
        headers: [
          { key: 'trace', value: 'a' },
          { key: 'trace', value: bytes(20) },
          { key: '', value: null },
          { key: 'naïve header name', value: 'é'.repeat(10) },
        ],
      },
    ],
  ],
  [
    '70 headers',
    [
      {
        timestamp: 1,
        key: null,
        value: null,
        headers: Array.from({ length: 70 }, (_, i) => ({ key: `${i}`, value: `${i}` })),
      },
    ],
  ],
];

for (const [why, records] of roundTrips) {
  test(`builder: ${why}`, () => {
    const builder = new RecordBatchBuilder();
    builder.open({ baseOffset: 5 });
    for (const { timestamp, key, value, headers } of records)
      equal(builder.append(timestamp, key, value, headers), true);
    const batch = builder.finish();
    equal(batchFault(batch), null);
    equal(validateRecords(new RecordIterator(), batch, 0).ok, true);
    deepEqual(readAll(batch), records.map(asRead));
    equal(batchMaxTimestamp(batch), Math.max(...records.map(({ timestamp }) => timestamp)));
    const sizes = records.map(({ key, value, headers }) => recordBytesMax(key, value, headers));
    equal(batch.length <= 61 + sizes.reduce((sum, size) => sum + size, 0), true, 'recordBytesMax bounds each');
  });
}

test('a slab gets exactly as many records as fit, and nothing outside is touched', () => {
  const texts = ['v'.repeat(30), 'é'.repeat(15), 'short', bytes(30)];
  for (const value of texts) {
    const builder = new RecordBatchBuilder();
    builder.open();
    builder.append(1, 'key', value);
    const size = builder.finish().length;
    for (const missing of [0, 1, 2, 5]) {
      const slab = new Uint8Array(300).fill(0xee);
      builder.openIn(slab, 50, size - missing);
      equal(builder.append(1, 'key', value), missing === 0, `${missing} bytes missing for ${String(value)}`);
      equal(builder.count, missing === 0 ? 1 : 0);
      if (missing === 0) equal(batchFault(builder.finish()), null);
      const outside = [...slab.subarray(0, 50), ...slab.subarray(50 + size - missing)];
      equal(
        outside.every((byte) => byte === 0xee),
        true,
        'the slab around the batch',
      );
    }
  }
});

test('a full batch says so, and is finished as it was before', () => {
  const builder = new RecordBatchBuilder();
  const slab = new Uint8Array(200);
  builder.openIn(slab, 0, 200);
  let appended = 0;
  while (builder.append(1000 + appended, null, 'some value')) appended++;
  const size = builder.sizeBytes;
  equal(builder.append(99_999, 'a', 'much larger one than those before'.repeat(9)), false);
  equal(builder.append(99_999, 'é', 'é'.repeat(9)), false);
  equal(builder.appendRange(99_999, slab, 0, 100, 0, 100), false);
  equal(builder.sizeBytes, size);
  const batch = builder.finish();
  equal(batch.buffer, slab.buffer);
  equal(batchCount(batch), appended);
  equal(batchMaxTimestamp(batch), 1000 + appended - 1, 'what did not fit left no trace');
  equal(readAll(batch).length, appended);
});

test('a batch holds no more records than it may', () => {
  const builder = new RecordBatchBuilder({ recordsMax: 3 });
  builder.open();
  deepEqual(
    [1, 2, 3, 4].map((timestamp) => builder.append(timestamp, null, null)),
    [true, true, true, false],
  );
  equal(batchCount(builder.finish()), 3);
});

test('the own buffer grows up to its limit', () => {
  const builder = new RecordBatchBuilder();
  builder.open({}, 5000);
  let appended = 0;
  while (builder.append(1, null, bytes(90))) appended++;
  equal(appended, Math.floor((5000 - 61) / 99));
  equal(readAll(builder.finish()).length, appended);
});

test('a builder is used again and remembers nothing', () => {
  const builder = new RecordBatchBuilder();
  builder.open({ baseOffset: 7, producerId: 3, producerEpoch: 1, baseSequence: 0, isTransactional: true });
  builder.append(5_000_000, 'é', 'one');
  const first = Uint8Array.from(builder.finish());
  builder.open();
  builder.append(3, 'a', 'two');
  const second = Uint8Array.from(builder.finish());
  const fresh = new RecordBatchBuilder();
  fresh.open();
  fresh.append(3, 'a', 'two');
  deepEqual(second, fresh.finish());
  equal(batchLastOffset(first), 7);
});

for (const timestamp of [-2, 1.5, Number.NaN, Infinity, 2 ** 53]) {
  test(`a timestamp of ${timestamp} is refused, and the batch goes on`, () => {
    const builder = new RecordBatchBuilder();
    builder.open();
    throws(
      () => builder.append(timestamp, null, null),
      (error) => error instanceof RecordBatchError && error.errorCode === 'INVALID_TIMESTAMP',
    );
    builder.append(1, null, 'v');
    deepEqual(readAll(builder.finish()), [asRead({ timestamp: 1, key: null, value: 'v' })]);
  });
}

test('parts of other bytes are appended without a view', () => {
  const builder = new RecordBatchBuilder();
  builder.open();
  const source = Buffer.from('..key.and the value..');
  builder.appendRange(1, source, 2, 3, 6, 13);
  builder.appendRange(2, source, 0, -1, 6, 3);
  builder.appendRange(3, source, 2, 0, 0, -1);
  deepEqual(readAll(builder.finish()), [
    asRead({ timestamp: 1, key: 'key', value: 'and the value' }),
    asRead({ timestamp: 2, key: null, value: 'and' }),
    asRead({ timestamp: 3, key: '', value: null }),
  ]);
});

test('compaction copies what it keeps, offsets and all, and ends where the batch did', () => {
  const source = new RecordBatchBuilder();
  source.open({ baseOffset: 100 });
  for (let i = 0; i < 6; i++)
    source.append(1000 + i, `key ${i % 2}`, `value ${i}`, i === 4 ? [{ key: 'h', value: 'x' }] : []);
  const records = new RecordIterator();
  records.open(Uint8Array.from(source.finish()));
  const target = new RecordBatchBuilder();
  target.open({ baseOffset: 100 });
  while (records.next()) if (records.offset === 101 || records.offset === 104) equal(target.appendCopy(records), true);
  target.overrideLastOffset(105);
  const batch = target.finish();
  equal(batchLastOffset(batch), 105);
  equal(batchFault(batch), null);
  records.open(batch);
  const kept = [];
  while (records.next()) kept.push([records.offset, records.timestamp, records.headers().length]);
  deepEqual(kept, [
    [101, 1001, 0],
    [104, 1004, 1],
  ]);
  equal(validateRecords(records, batch, 0).ok, false, 'no producer sends gaps');
});

test('compression elsewhere gives the same batch as here', () => {
  const builder = new RecordBatchBuilder();
  const fill = (): void => {
    builder.open();
    for (let i = 0; i < 50; i++) builder.append(i, null, 'the same again and again');
  };
  fill();
  const here = Uint8Array.from(builder.finish('lz4'));
  fill();
  const there = createCompression().compress('lz4', builder.records);
  deepEqual(builder.finishCompressed('lz4', there), here);
  equal(batchCompression(here), 3);
});

test('a level that the codec lacks is refused, and the batch can still be finished', () => {
  const builder = new RecordBatchBuilder();
  builder.open();
  for (let i = 0; i < 50; i++) builder.append(i, null, 'the same again and again');
  throws(() => builder.finish('gzip', 10), CompressionError);
  equal(batchFault(builder.finish('gzip', 9)), null);
});

const mistakes: readonly (readonly [why: string, make: (builder: RecordBatchBuilder) => void])[] = [
  ['an append before open', (builder) => builder.append(1, null, null)],
  ['a batch of no records', (builder) => (builder.open(), builder.finish())],
  ['finished twice', (builder) => (builder.open(), builder.append(1, null, null), builder.finish(), builder.finish())],
  [
    'an append after finish',
    (builder) => (builder.open(), builder.append(1, null, null), builder.finish(), builder.append(1, null, null)),
  ],
  [
    'a plain record in a control batch',
    (builder) => (builder.open({ isControl: true }), builder.append(1, null, null)),
  ],
  [
    'a control record in a plain batch',
    (builder) => (builder.open(), builder.appendControl(1, 'COMMIT', new Uint8Array(6))),
  ],
  [
    'a transaction without a producer',
    (builder) => (builder.open({ isTransactional: true }), builder.append(1, null, null), builder.finish()),
  ],
  [
    'a producer without a sequence',
    (builder) => (builder.open({ producerId: 1, producerEpoch: 0 }), builder.append(1, null, null), builder.finish()),
  ],
  ['no room for a header', (builder) => builder.openIn(new Uint8Array(100), 0, 60)],
  ['room beyond the buffer', (builder) => builder.openIn(new Uint8Array(100), 50, 61)],
  [
    'an end before the last record',
    (builder) => (
      builder.open(),
      builder.append(1, null, null),
      builder.append(1, null, null),
      builder.overrideLastOffset(0)
    ),
  ],
];

for (const [why, make] of mistakes) {
  test(`a bug in the caller stops it: ${why}`, () => {
    throws(() => make(new RecordBatchBuilder()), AssertionError);
  });
}

test('a producer learns its sequence late', () => {
  const builder = new RecordBatchBuilder();
  builder.open();
  builder.append(1, null, 'v');
  builder.setProducer(9, 2, 41, true);
  const late = Uint8Array.from(builder.finish());
  builder.open({ producerId: 9, producerEpoch: 2, baseSequence: 41, isTransactional: true });
  builder.append(1, null, 'v');
  deepEqual(builder.finish(), late);
});

function readAll(batch: Uint8Array): unknown[] {
  const records = new RecordIterator();
  records.open(batch);
  const all = [];
  while (records.next()) {
    const { timestamp } = records;
    all.push({
      timestamp,
      key: text(records.key()),
      value: text(records.value()),
      headers: records.headers().map(headerText),
    });
  }
  return all;
}

function asRead({ timestamp, key, value, headers = [] }: Appended): unknown {
  const wanted = headers.map((header) => ({ key: header.key, value: text(header.value) }));
  return { timestamp, key: text(key), value: text(value), headers: wanted };
}

function headerText({ key, value }: RecordHeader): unknown {
  return { key, value: text(value) };
}

/** Content as bytes, in characters that a failing test can print. */
function text(content: RecordContent): string | null {
  return content === null ? null : Buffer.from(content as string).toString('latin1');
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i * 7);
}

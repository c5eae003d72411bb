import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter } from '@ottla/runtime';
import { BatchIterator } from './batch-iterator.ts';
import { putInt32 } from './big-endian.ts';
import { RecordBatchBuilder } from './record-batch-builder.ts';
import { RecordBatchError } from './record-batch-error.ts';
import { batchCompression } from './record-batch-header.ts';
import { RecordIterator } from './record-iterator.ts';

const ROOM = [0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 40] as const;

/** One record's bytes in hex, behind a header that counts one record; what is wanted of them. */
const records: readonly (readonly [why: string, hex: string, wanted: string | RegExp])[] = [
  ['the least there is: all null, all 0', '0c 00 00 00 01 01 00', '0 @5 null null 0'],
  ['a key and a value', '14 00 02 04 04 6b 31 04 76 31 00', '2 @6 k1 v1 0'],
  ['varints longer than they need to be', '16 00 80 00 80 80 00 01 81 80 00 00', '0 @5 null null 0'],
  ['a timestamp delta below 0', '0c 00 07 00 01 01 00', '0 @1 null null 0'],
  ['a timestamp delta of four bytes', '12 00 80 80 80 02 00 01 01 00', '0 @2097157 null null 0'],
  ['attributes that nobody uses yet', '0c ff 00 00 01 01 00', '0 @5 null null 0'],
  ['headers are left alone until they are asked for', '14 00 00 00 01 01 02 ff ff ff ff', '0 @5 null null 1'],
  ['a length of 5', '0a 00 00 00 01 01 00', /record length 5/],
  ['a length below 0', '0b 00 00 00 01 01 00', /record length -6/],
  ['a length beyond the batch', '0e 00 00 00 01 01 00', /record length 7, 6 bytes left/],
  [
    'a length that ends before the record does',
    '0c 00 00 00 01 03 00 00',
    /1 bytes after the last record|value length -2/,
  ],
  ['a length of more than five bytes', '8c 80 80 80 80 00 00 00 00 01 01 00', /varint is longer than 5 bytes/],
  [
    'a timestamp delta of more than ten bytes',
    '20 00 80 80 80 80 80 80 80 80 80 80 00 00 01 01 00',
    /varlong is longer than 10 bytes/,
  ],
  ['a timestamp beyond 2^53', '1a 00 fe ff ff ff ff ff ff 1f 00 01 01 00', /beyond 2\^53/],
  ['a varint that runs out of the record', '0c 00 00 00 01 01 80', /varint is cut off/],
  ['an offset delta below 0', '0c 00 00 01 01 01 00', /offset delta -1/],
  ['a key longer than the record', '0e 00 00 00 08 01 00 00', /bytes wanted/],
  ['a key length below -1', '0c 00 00 00 03 01 00', /key length -2/],
  ['a value longer than the record', '0e 00 00 00 01 04 00 00', /2 bytes wanted|varint is cut off/],
  ['a value length below -1', '0c 00 00 00 01 05 00', /value length -3/],
  ['a value of 2 GB', '14 00 00 00 01 fe ff ff ff 0f 00', /2147483647 bytes wanted/],
  ['a header count below 0', '0c 00 00 00 01 01 01', /-1 headers/],
  ['more headers than could stand there', '10 00 00 00 01 01 04 00 00', /2 headers, 2 bytes left/],
  ['bytes behind the value', '0e 00 00 00 01 01 00 00', /1 bytes left in the record/],
];

for (const [why, hex, wanted] of records) {
  test(`record: ${why}`, () => {
    // What follows the batch must not matter, neither that it is there nor what it is.
    for (const room of ROOM) {
      for (const [padding, position] of [
        [0x00, 0],
        [0xff, 7],
        [0x80, 100],
      ] as const) {
        const bytes = batchOf(hex, room, padding, position);
        const outcome = outcomeOf(bytes, position);
        if (typeof wanted === 'string') equal(outcome, wanted);
        else equal(wanted.test(outcome), true, `${outcome} with ${room} bytes behind`);
      }
    }
  });
}

const headers: readonly (readonly [why: string, hex: string, wanted: readonly unknown[] | RegExp])[] = [
  ['one', '14 00 00 00 01 01 02 02 68 00', [{ key: 'h', value: '' }]],
  ['a null value', '14 00 00 00 01 01 02 02 68 01', [{ key: 'h', value: null }]],
  ['no name', '12 00 00 00 01 01 02 00 01', [{ key: '', value: null }]],
  ['a name that is no UTF-8', '14 00 00 00 01 01 02 02 ff 01', [{ key: '\ufffd', value: null }]],
  ['a null name', '12 00 00 00 01 01 02 01 01', /header key length -1/],
  ['a name longer than the record', '14 00 00 00 01 01 02 06 68 00', /3 bytes wanted, 2 left/],
  ['a value length below -1', '14 00 00 00 01 01 02 02 68 03', /header value length -2/],
  ['fewer than counted', '16 00 00 00 01 01 04 02 68 01 00', /cut off/],
  ['more than counted', '18 00 00 00 01 01 02 00 01 02 68 01', /3 bytes after the last header/],
];

for (const [why, hex, wanted] of headers) {
  test(`record headers: ${why}`, () => {
    const length = hex.split(' ').length;
    const fixed = `${((length - 1) * 2).toString(16).padStart(2, '0')}${hex.slice(2)}`;
    const bytes = batchOf(fixed, 0, 0, 3);
    const iterator = new RecordIterator();
    iterator.open(bytes, 3);
    equal(iterator.next(), true);
    if (wanted instanceof RegExp) {
      throws(() => iterator.headers(), wanted);
      throws(
        () => iterator.checkHeaders(),
        (error) => error instanceof RecordBatchError && error.errorCode === 'INVALID_RECORD',
      );
      return;
    }
    iterator.checkHeaders();
    const read = iterator
      .headers()
      .map(({ key, value }) => ({ key, value: value === null ? null : Buffer.from(value).toString() }));
    deepEqual(read, wanted);
  });
}

const batches: readonly (readonly [
  why: string,
  change: (bytes: Buffer) => Buffer,
  errorCode: string,
  reason: RegExp,
])[] = [
  ['cut off within the header', (bytes) => bytes.subarray(0, 40), 'CORRUPT_MESSAGE', /cut off after 40 bytes/],
  ['cut off within the records', (bytes) => bytes.subarray(0, bytes.length - 1), 'CORRUPT_MESSAGE', /cut off/],
  ['cut off within its length', (bytes) => bytes.subarray(0, 11), 'CORRUPT_MESSAGE', /cut off/],
  [
    'a length too short for the header',
    (bytes) => put(bytes, 8, 48),
    'CORRUPT_MESSAGE',
    /length 48, expected at least 49/,
  ],
  ['a length below 0', (bytes) => put(bytes, 8, -1), 'CORRUPT_MESSAGE', /length -1/],
  ['a magic of tomorrow', (bytes) => byte(bytes, 16, 3), 'CORRUPT_MESSAGE', /magic 3/],
  ['a magic below 0', (bytes) => byte(bytes, 16, 0xff), 'CORRUPT_MESSAGE', /magic 255/],
  ['a count below 0', (bytes) => put(bytes, 57, -1), 'INVALID_RECORD', /-1 records in/],
  ['a count beyond the bytes', (bytes) => put(bytes, 57, 100), 'INVALID_RECORD', /100 records in/],
  ['a count of 2^31 - 1', (bytes) => put(bytes, 57, 0x7fff_ffff), 'INVALID_RECORD', /2147483647 records in/],
  ['a count of 0 with records', (bytes) => put(bytes, 57, 0), 'INVALID_RECORD', /0 records in/],
  ['one record fewer than there are', (bytes) => put(bytes, 57, 2), 'INVALID_RECORD', /bytes after the last record/],
  ['one record more than there are', (bytes) => put(bytes, 57, 4), 'INVALID_RECORD', /varint is cut off/],
  ['a base offset below 0', (bytes) => put(bytes, 0, -1), 'INVALID_RECORD', /base offset/],
  ['a codec that is none', (bytes) => byte(bytes, 22, 5), 'UNSUPPORTED_COMPRESSION_TYPE', /codec 5/],
  ['a codec that wrote none of it', (bytes) => byte(bytes, 22, 1), 'INVALID_RECORD', /gzip/],
];

for (const [why, change, errorCode, reason] of batches) {
  test(`batch: ${why}`, () => {
    const batch = change(Buffer.from(threeRecords()));
    const iterator = new RecordIterator();
    iterator.open(threeRecords());
    // With room behind it the fast path reads the last records too; a batch that is cut off has none.
    for (const room of errorCode === 'CORRUPT_MESSAGE' ? [0] : [0, 64]) {
      const bytes = Buffer.concat([batch, Buffer.alloc(room)]);
      const walk = (): void => {
        iterator.open(bytes);
        while (iterator.next());
      };
      throws(
        walk,
        (error) => error instanceof RecordBatchError && error.errorCode === errorCode && reason.test(error.message),
      );
    }
    throws(() => iterator.next(), RecordBatchError, 'nothing of the batch before is read by accident');
  });
}

test('what is wrong inside a compressed batch is said with the place of the batch', () => {
  const builder = new RecordBatchBuilder();
  const slab = new Uint8Array(2000);
  builder.openIn(slab, 300, 1500);
  for (let i = 0; i < 40; i++) builder.append(1, null, 'again and again');
  const inner = Buffer.from(builder.records);
  equal(batchCompression(builder.finish('gzip')), 1);
  // The header count of the last record.
  inner[inner.length - 1] = 1;
  const iterator = new RecordIterator();
  iterator.open(slab, 300, inner);
  for (let i = 0; i < 39; i++) equal(iterator.next(), true);
  throws(
    () => iterator.next(),
    (error) =>
      error instanceof RecordBatchError &&
      error.position === 300 &&
      /record 39: -1 headers.*at byte 880 once decompressed/.test(error.message),
  );
});

test('a decompression bomb meets the cap', () => {
  const builder = new RecordBatchBuilder();
  builder.open();
  builder.append(1, null, new Uint8Array(1 << 20));
  const batch = builder.finish('zstd');
  equal(batch.length < 1000, true);
  const iterator = new RecordIterator({ limits: { maxBytes: 1 << 20, maxRatio: 100_000 } });
  throws(
    () => iterator.open(batch),
    (error) => error instanceof RecordBatchError && error.errorCode === 'MESSAGE_TOO_LARGE',
  );
  const allowed = new RecordIterator({ limits: { maxBytes: 2 << 20, maxRatio: 100_000 } });
  allowed.open(batch);
  equal(allowed.next(), true);
  equal(allowed.valueLength, 1 << 20);
});

test('decompressed records lie in memory of their own, or in the one given', () => {
  const [first, second] = ['a', 'b'].map((letter) => {
    const builder = new RecordBatchBuilder();
    builder.open();
    for (let i = 0; i < 20; i++) builder.append(1, null, letter.repeat(50));
    return builder.finish('lz4');
  }) as [Uint8Array, Uint8Array];
  const own = new RecordIterator();
  own.open(first);
  own.next();
  const kept = own.value()!;
  own.open(second);
  equal(kept[0], 0x61);
  const into = new ByteWriter(64);
  const shared = new RecordIterator({ into });
  for (const batch of [first, second, first]) {
    shared.open(batch);
    let count = 0;
    while (shared.next()) count += shared.value()![0] === (batch === first ? 0x61 : 0x62) ? 1 : 0;
    equal(count, 20);
    equal(shared.value()!.buffer, into.buffer.buffer);
  }
});

test('batches of a fetch response, the last one cut off', () => {
  const one = threeRecords();
  const response = Buffer.concat([Buffer.from('..'), one, one, one.subarray(0, 70)]);
  const iterator = new RecordIterator();
  iterator.openAll(response, 2);
  const values = [];
  while (iterator.next()) values.push([iterator.batchPosition, Buffer.from(iterator.value()!).toString()]);
  deepEqual(
    values,
    [2, 2 + one.length].flatMap((position) => ['value 0', 'value 1', 'value 2'].map((value) => [position, value])),
  );

  const batchesOf = new BatchIterator(response, 2);
  equal(batchesOf.next() && batchesOf.next(), true);
  equal(batchesOf.position, 2 + one.length);
  equal(batchesOf.size, one.length);
  equal(batchesOf.next(), false);
  equal(batchesOf.trailingBytes, 70);
  equal(batchesOf.trailingBatchSize, one.length);
  batchesOf.open(response, 2, 2 + one.length + 5);
  equal(batchesOf.next(), true);
  equal(batchesOf.next(), false);
  deepEqual([batchesOf.trailingBytes, batchesOf.trailingBatchSize], [5, 0]);
});

test('a walk over batches stops at a bad one, and stays there', () => {
  const one = threeRecords();
  const bad = put(Buffer.from(one), 57, 99);
  const iterator = new RecordIterator();
  iterator.openAll(Buffer.concat([one, bad, one]));
  for (let i = 0; i < 3; i++) equal(iterator.next(), true);
  throws(() => iterator.next(), RecordBatchError);
  throws(() => iterator.next(), RecordBatchError);
});

test('a batch larger than allowed is refused before it is all there', () => {
  const one = threeRecords();
  throws(() => new BatchIterator(one, 0, one.length, one.length - 1).next(), /expected at most/);
  throws(() => new BatchIterator(one, 0, 20, one.length - 1).next(), /expected at most/);
  equal(new BatchIterator(one, 0, one.length, one.length).next(), true);
});

test('a timestamp beyond the end of numbers is refused, not rounded', () => {
  // Base timestamp 2^53 - 1 and a delta of 1, with room behind for the fast path.
  const bytes = batchOf('0c 00 02 00 01 01 00', 64, 0, 0);
  bytes.writeBigInt64BE(2n ** 53n - 1n, 27);
  equal(/record 0: timestamp is beyond 2\^53/.test(outcomeOf(bytes, 0)), true);
});

test('timestamps near the end of numbers stay exact', () => {
  const builder = new RecordBatchBuilder();
  builder.open();
  const wanted = [Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 3];
  for (const timestamp of wanted) builder.append(timestamp, null, 'v');
  const iterator = new RecordIterator();
  // Room behind the batch lets the fast path try.
  iterator.open(Buffer.concat([builder.finish(), Buffer.alloc(64)]));
  const read = [];
  while (iterator.next()) read.push(iterator.timestamp);
  deepEqual(read, wanted);
});

function outcomeOf(bytes: Uint8Array, position: number): string {
  const iterator = new RecordIterator();
  try {
    iterator.open(bytes, position);
    iterator.next();
    const { offset, timestamp, headerCount } = iterator;
    const text = (content: Uint8Array | null): string => (content === null ? 'null' : Buffer.from(content).toString());
    return `${offset} @${timestamp} ${text(iterator.key())} ${text(iterator.value())} ${headerCount}`;
  } catch (error) {
    if (!(error instanceof RecordBatchError)) throw error;
    equal(error.position >= position && error.position <= bytes.length, true);
    return error.message;
  }
}

/** A batch of one record, base offset 0 and base timestamp 5, at a position, with some bytes behind it. */
function batchOf(hex: string, room: number, padding: number, position: number): Buffer {
  const record = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const bytes = Buffer.alloc(position + 61 + record.length + room, padding);
  bytes.fill(0, position, position + 61);
  putInt32(bytes, position + 8, 49 + record.length);
  bytes[position + 16] = 2;
  bytes[position + 34] = 5;
  putInt32(bytes, position + 57, 1);
  record.copy(bytes, position + 61);
  return bytes;
}

function threeRecords(): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open();
  for (let i = 0; i < 3; i++) builder.append(i, null, `value ${i}`);
  return builder.finish();
}

function put(bytes: Buffer, at: number, value: number): Buffer {
  putInt32(bytes, at, value);
  return bytes;
}

function byte(bytes: Buffer, at: number, value: number): Buffer {
  bytes[at] = value;
  return bytes;
}

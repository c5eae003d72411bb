/** ByteReader and ByteWriter: borders of every type, Kafka's own varints, growth, splices, and what runs out of bytes. */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, ByteReaderError } from './byte-reader.ts';
import { ByteWriter, uvarintBytes } from './byte-writer.ts';
import { Prng } from './prng.ts';

const MAX = Number.MAX_SAFE_INTEGER;

type Kind = 'int8' | 'int16' | 'int32' | 'uint32' | 'int53' | 'float64' | 'varint' | 'uvarint' | 'varlong53';

const rows: readonly [why: string, kind: Kind, value: number, hex: string][] = [
  ['the smallest byte', 'int8', -128, '80'],
  ['big-endian', 'int16', 0x0102, '0102'],
  ['sign of int16', 'int16', -2, 'fffe'],
  ['the largest int32', 'int32', 0x7fffffff, '7fffffff'],
  ['uint32 has no sign', 'uint32', 0xfffffffe, 'fffffffe'],
  ['int53 of -1 is eight ff', 'int53', -1, 'ffffffffffffffff'],
  ['int53 crosses 32 bits', 'int53', 2 ** 32, '0000000100000000'],
  ['int53 just below a border', 'int53', -(2 ** 32) - 1, 'fffffffeffffffff'],
  ['the largest safe integer', 'int53', MAX, '001fffffffffffff'],
  ['the smallest safe integer', 'int53', -MAX, 'ffe0000000000001'],
  ['a double', 'float64', -2.5, 'c004000000000000'],
  ['varint 0 is one byte', 'varint', 0, '00'],
  ['zigzag puts the sign last', 'varint', -1, '01'],
  ['varint of two bytes', 'varint', 64, '8001'],
  ['the smallest varint', 'varint', -0x80000000, 'ffffffff0f'],
  ['unsigned varint of all bits', 'uvarint', 0xffffffff, 'ffffffff0f'],
  ['varlong below 28 bits', 'varlong53', 1 << 20, '80808001'],
  ['varlong beyond 32 bits', 'varlong53', 2 ** 40, '808080808040'],
  ['varlong of 28 bits exactly', 'varlong53', 2 ** 27, '8080808001'],
  ['negative varlong', 'varlong53', -(2 ** 40) - 1, '818080808040'],
  ['the largest varlong', 'varlong53', MAX, 'feffffffffffff1f'],
  ['the smallest varlong', 'varlong53', -MAX, 'fdffffffffffff1f'],
];

for (const [why, kind, value, hex] of rows) {
  test(`bytes: ${why}`, () => {
    const writer = new ByteWriter(1);
    writer[kind](value);
    strictEqual(Buffer.from(writer.toBytes()).toString('hex'), hex);
    const reader = new ByteReader(Buffer.from(hex, 'hex'));
    strictEqual(reader[kind](), value);
    strictEqual(reader.remaining, 0);
  });
}

test('bytes: every type refuses to read past the end, and says where', () => {
  const reads: readonly (keyof ByteReader)[] = [
    'int8',
    'uint8',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'int53',
    'int64',
    'float64',
    'boolean',
    'uuid',
    'uvarint',
    'varint',
    'varlong53',
  ];
  for (const read of reads) {
    // The frame is the middle of a larger buffer: what lies behind it is not ours to read.
    const slab = new Uint8Array(40).fill(0x81);
    const reader = new ByteReader(slab.subarray(10, 11));
    if (!['int8', 'uint8', 'boolean'].includes(read)) {
      throws(() => (reader[read] as () => unknown)(), ByteReaderError, read);
      strictEqual(reader.offset, 0, `${read} does not move on failure`);
    }
    reader.position = reader.end;
    throws(() => (reader[read] as () => unknown)(), { code: 'ERR_BYTES_MALFORMED', position: 1 }, read);
  }
});

test('bytes: an int64 beyond 2^53 is no int53', () => {
  for (const hex of ['0020000000000000', 'ffe0000000000000', '7fffffffffffffff', '8000000000000000']) {
    throws(() => new ByteReader(Buffer.from(hex, 'hex')).int53(), /beyond 2\^53 at byte 0/);
    strictEqual(new ByteReader(Buffer.from(hex, 'hex')).int64(), BigInt.asIntN(64, BigInt(`0x${hex}`)));
  }
});

test('bytes: a varlong beyond 2^53 is refused', () => {
  throws(() => new ByteReader(Buffer.from('ffffffffffffffffff01', 'hex')).varlong53(), ByteReaderError);
  throws(() => new ByteReader(Buffer.from('8080808080808020', 'hex')).varlong53(), ByteReaderError);
});

test('bytes: random int53 and varlong round trip', () => {
  const prng = new Prng(1);
  const writer = new ByteWriter(8);
  for (let i = 0; i < 2_000; i++) {
    const bits = prng.below(53);
    const value = prng.between(-(2 ** bits), 2 ** bits);
    writer.reset();
    writer.int53(value);
    writer.varlong53(value);
    const reader = new ByteReader(writer.written());
    strictEqual(reader.int53(), value);
    strictEqual(reader.varlong53(), value);
  }
});

test('bytes: strings of every length form, ASCII or not', () => {
  for (const text of [
    '',
    'a',
    'x'.repeat(41),
    'x'.repeat(42),
    'x'.repeat(43),
    'é',
    '€'.repeat(42),
    '😀',
    'y'.repeat(32_767),
  ]) {
    const writer = new ByteWriter(4);
    const count = Buffer.byteLength(text);
    ok(writer.string(text));
    ok(writer.compactString(text));
    const reader = new ByteReader(writer.written());
    strictEqual(reader.int16(), count);
    strictEqual(reader.utf8(count), text);
    strictEqual(reader.uvarint(), count + 1);
    strictEqual(reader.utf8(count), text);
    strictEqual(reader.remaining, 0);
  }
  const writer = new ByteWriter(4);
  strictEqual(writer.string('y'.repeat(32_768)), false);
  strictEqual(writer.compactString('é'.repeat(16_384)), false);
  strictEqual(writer.size, 0, 'a refused string leaves nothing');
});

test('bytes: content behind its own size, at every width of the size', () => {
  for (const size of [0, 1, 127, 128, 129, 16_383, 16_384, 70_000]) {
    const writer = new ByteWriter(4);
    writer.int8(7);
    const at = writer.beginSized();
    writer.bytes(new Uint8Array(size).fill(5));
    writer.endSized(at);
    writer.int8(9);
    strictEqual(writer.size, 2 + uvarintBytes(size) + size);
    const reader = new ByteReader(writer.written());
    strictEqual(reader.int8(), 7);
    strictEqual(reader.uvarint(), size);
    deepStrictEqual(reader.view8(size), new Uint8Array(size).fill(5));
    strictEqual(reader.int8(), 9);
  }
});

test('bytes: a large foreign buffer goes out by reference, a small one is copied', () => {
  const large = new Uint8Array(2_000).fill(1);
  const small = new Uint8Array(10).fill(2);
  const writer = new ByteWriter(4);
  writer.int32(1);
  writer.splice(large);
  writer.splice(small);
  writer.splice(large);
  const chunks = writer.chunks();
  strictEqual(chunks.length, 4);
  strictEqual(chunks[1], large);
  strictEqual(chunks[3], large);
  strictEqual(writer.size, 4 + 2_000 + 10 + 2_000);
  strictEqual(writer.toBytes().length, writer.size);
});

test('bytes: rewind takes back bytes and splices alike', () => {
  const writer = new ByteWriter(4);
  writer.int32(1);
  writer.splice(new Uint8Array(2_000));
  const mark = writer.mark();
  writer.int32(2);
  writer.splice(new Uint8Array(3_000));
  strictEqual(writer.sizeSince(mark), 3_004);
  writer.rewind(mark);
  strictEqual(writer.size, 2_004);
  writer.reset();
  strictEqual(writer.size, 0);
  deepStrictEqual(writer.chunks(), []);
});

test('bytes: a reader moves between frames of one slab and to another buffer', () => {
  const slab = Uint8Array.of(1, 2, 3, 4);
  const reader = new ByteReader(slab.subarray(1, 2));
  strictEqual(reader.int8(), 2);
  reader.reset(slab.subarray(3));
  strictEqual(reader.int8(), 4);
  strictEqual(reader.remaining, 0);
  reader.reset(Uint8Array.of(9));
  strictEqual(reader.int8(), 9);
});

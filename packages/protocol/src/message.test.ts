/** What a message refuses and in which words, what it forgives, and what it keeps. */
import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ByteReader, ByteWriter } from '@ottla/runtime';
import { CodecError } from './codec/codec-error.ts';
import { api, message, type Infer, type InferInput } from './message.ts';
import { fetch } from './messages/01-fetch.ts';
import { heartbeat } from './messages/12-heartbeat.ts';
import { produce } from './messages/00-produce.ts';
import { array, bytes, int16, int32, int53, int8, nested, records, string, uuid } from './schema/field.ts';

/** One of everything that a schema can say. */
const sample = message('Sample', { versions: '0-3', flexible: '2+' }, () => ({
  id: int32('0+', 'Always there.'),
  name: string('0+', { nullable: '1+' }),
  late: int16('1+', { default: -1 }),
  hint: int16('1+', { default: 7, ignorable: true }),
  old: string('0', { default: '' }),
  offset: int53('0+', { default: 0, saturates: true }),
  items: array('0+', { key: string('0+'), count: int8('3+', { default: 0 }) }, { nullable: '1+' }),
  // Not by rising tag, as schemas may.
  blob: bytes('2+', { tag: 5, nullable: '2+', default: null }),
  extra: nested('2+', { flag: int8('2+', { default: 0 }) }, { nullable: '2+', default: null, tag: 0 }),
  batch: records('0+', { nullable: '0+' }),
}));

type Sample = Infer<typeof sample>;

const minimal: InferInput<typeof sample> = { id: 1, name: 'n', items: [], batch: null };

function encode(value: InferInput<typeof sample>, version: number): Uint8Array {
  const writer = new ByteWriter();
  sample.encode(writer, value, version);
  return writer.toBytes();
}

function decode(bytes: Uint8Array, version: number): Sample {
  return sample.decode(new ByteReader(bytes), version);
}

test('message: one shape for every version, absent fields at their defaults', () => {
  for (const version of [0, 1, 2, 3]) {
    deepStrictEqual(decode(encode(minimal, version), version), {
      id: 1,
      name: 'n',
      late: -1,
      hint: 7,
      old: '',
      offset: 0,
      items: [],
      extra: null,
      blob: null,
      batch: null,
    });
  }
});

const refusedValues: readonly (readonly [why: string, version: number, value: object, message: RegExp])[] = [
  ['a field is missing', 0, { name: 'n', items: [], batch: null }, /^Sample v0 id: missing$/],
  ['a wrong type', 1, { ...minimal, id: '1' }, /id: a whole number from -2147483648 to 2147483647 is wanted, not "1"/],
  ['out of range', 1, { ...minimal, late: 40_000 }, /late: a whole number from -32768 to 32767 is wanted, not 40000/],
  ['not whole', 1, { ...minimal, id: 1.5 }, /id: .* not 1\.5/],
  ['null where none may be', 0, { ...minimal, name: null }, /name: a string is wanted, not null/],
  ['this version lacks the field', 0, { ...minimal, late: 3 }, /late: this version has no such field: 3 would be lost/],
  ['a later version dropped the field', 1, { ...minimal, old: 'x' }, /old: this version has no such field/],
  ['deep inside', 3, { ...minimal, items: [{ key: 'a' }, { key: 'b', count: 999 }] }, /items\[1\]\.count: .* not 999/],
  ['a structure in a list is null', 1, { ...minimal, items: [null] }, /items\[0\]: a structure is wanted, not null/],
  ['a string too long', 0, { ...minimal, name: 'x'.repeat(40_000) }, /name: string of 40000 bytes, at most 32767/],
  ['not bytes', 2, { ...minimal, blob: 'x' }, /blob: bytes is wanted, not "x"/],
  [
    'tags before flexible versions',
    1,
    { ...minimal, unknownTaggedFields: [{ tag: 9, bytes: Buffer.of(1) }] },
    /no tagged/,
  ],
  ...(
    [
      ['a known tag among the unknown', [{ tag: 0, bytes: Buffer.of(1) }]],
      ['a tag twice', [9, 9].map((tag) => ({ tag, bytes: Buffer.of(1) }))],
      ['tags that fall', [9, 8].map((tag) => ({ tag, bytes: Buffer.of(1) }))],
      ['a list of holes', Object.assign([], { length: 1 })],
    ] as const
  ).map(([why, unknownTaggedFields]) => {
    const value = { ...minimal, extra: { flag: 1 }, unknownTaggedFields };
    return [`unknown tagged fields: ${why}`, 2, value, /by rising tag, without the tags of known fields/] as const;
  }),
  ['no integer at all', 1, { ...minimal, offset: 2 ** 60 }, /offset: a whole number .* not 1152921504606847000/],
];

for (const [why, version, value, wanted] of refusedValues) {
  test(`message: encoding refuses: ${why}`, () => {
    const writer = new ByteWriter();
    writer.int8(1);
    throws(
      () => sample.encode(writer, value as InferInput<typeof sample>, version),
      (error: unknown) => {
        ok(error instanceof CodecError);
        strictEqual(error.code, 'ERR_PROTOCOL_CODEC');
        strictEqual(error.place.position, -1);
        ok(wanted.test(error.message), error.message);
        return true;
      },
    );
    strictEqual(writer.size, 1, 'the writer is as it was');
  });
}

test('message: an ignorable value is dropped where the version has no room for it', () => {
  strictEqual(decode(encode({ ...minimal, hint: 3 }, 0), 0).hint, 7);
  strictEqual(decode(encode({ ...minimal, hint: 3 }, 1), 1).hint, 3);
});

test('message: a default in place of an absent field is no loss', () => {
  encode({ ...minimal, late: -1, extra: null, blob: null }, 0);
});

test('message: a tagged structure may be null or set, and is left out at its default', () => {
  strictEqual(decode(encode({ ...minimal, extra: { flag: 4 } }, 2), 2).extra?.flag, 4);
  strictEqual(encode({ ...minimal, extra: null }, 2).length, encode(minimal, 2).length);
});

test('message: unknown tagged fields are kept in their order between the known ones', () => {
  const unknownTaggedFields = [3, 7, 300].map((tag) => ({ tag, bytes: Uint8Array.of(tag & 0xff, 1) }));
  const encoded = encode({ ...minimal, extra: { flag: 1 }, blob: Uint8Array.of(9), unknownTaggedFields }, 3);
  const decoded = decode(encoded, 3);
  deepStrictEqual(decoded.unknownTaggedFields, unknownTaggedFields);
  deepStrictEqual(encode(decoded, 3), encoded);
});

test('message: unknown tagged fields that came in disorder are put in order', () => {
  const decoded = decode(Buffer.from(`${head(2)}0309000700080101`.replaceAll(' ', ''), 'hex'), 2);
  deepStrictEqual(
    decoded.unknownTaggedFields?.map(({ tag }) => tag),
    [7, 8, 9],
  );
  deepStrictEqual(Buffer.from(encode(decoded, 2)).toString('hex'), `${head(2)}0307000801010900`);
});

test('message: what has no fields is no structure, though none of its fields must be there', () => {
  const empty = message('Empty', { versions: '0', flexible: '0+' }, () => ({}));
  const optional = message('Optional', { versions: '0', flexible: '0+' }, () => ({
    items: array('0+', { count: int8('0+', { default: 0 }) }),
  }));
  for (const value of [5, 'x', true, 1n, null, undefined, () => 0]) {
    throws(() => empty.encode(new ByteWriter(), value as object, 0), CodecError);
    throws(() => optional.encode(new ByteWriter(), { items: [value as object] }, 0), CodecError);
  }
});

test('message: tagged fields stand by rising tag, in whatever order the schema has them', () => {
  const bytes = Buffer.from(encode({ ...minimal, blob: Uint8Array.of(9), extra: { flag: 1 } }, 2));
  strictEqual(bytes.toString('hex').slice(head(2).length), '02' + '0003010100' + '05020209');
});

test('message: saturating fields carry the ends of int64 as infinities', () => {
  for (const offset of [Infinity, -Infinity, Number.MAX_SAFE_INTEGER, -5]) {
    strictEqual(decode(encode({ ...minimal, offset }, 0), 0).offset, offset);
  }
  const bytes = Buffer.from(encode({ ...minimal, offset: Infinity }, 0));
  strictEqual(bytes.readBigInt64BE(9), 2n ** 63n - 1n);
});

const refusedBytes: readonly [why: string, version: number, hex: string, message: RegExp][] = [
  ['empty', 0, '', /^Sample v0 id at byte 0: 4 bytes wanted, 0 left$/],
  ['cut in a string', 0, '00000001 0005 6162', /name at byte 6: 5 bytes wanted, 2 left/],
  ['null where none may be', 0, '00000001 ffff', /name at byte 4: null where a string must stand/],
  [
    'a count that the bytes do not pay for',
    2,
    '00000001 02 61 0001 0002 0000000000000000 e807',
    /items at byte 18: array of 999 needs 1998 bytes or more, 0 left/,
  ],
  ['a count over the limit', 2, '00000001 02 61 0001 0002 0000000000000000 ffffffff0f', /at most 1000000 are read/],
  ['a varint without end', 2, '00000001 ffffffffff', /name at byte 4: varint is longer than 5 bytes/],
  [
    'a tag that is longer than it says',
    2,
    `${head(2)} 01 00 01 01 05 00`,
    /extra at byte 23: tagged field 0 claims 1 bytes but holds 3/,
  ],
  ['an unknown tag twice', 2, `${head(2)} 02 0900 0900`, /^Sample v2 at byte 23: tagged field 9 comes twice$/],
  ['a known tag twice', 2, `${head(2)} 02 050100 050100`, /tagged field 5 comes twice/],
  [
    'tagged fields without number',
    2,
    `${head(2)} ffffff7f`,
    /taggedFields at byte 20: 268435455 tagged fields, at most 10000/,
  ],
];

/** A minimal value up to its tagged section. */
function head(version: number): string {
  return Buffer.from(encode(minimal, version)).subarray(0, -1).toString('hex');
}

for (const [why, version, hex, wanted] of refusedBytes) {
  test(`message: decoding refuses: ${why}`, () => {
    const reader = new ByteReader(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    throws(
      () => sample.decode(reader, version),
      (error: unknown) => {
        ok(error instanceof CodecError);
        ok(wanted.test(error.message), error.message);
        return true;
      },
    );
    strictEqual(reader.offset, 0, 'the reader is where it was');
  });
}

test('message: surplus bytes are left to the caller', () => {
  const reader = new ByteReader(Buffer.concat([encode(minimal, 3), Buffer.of(1, 2)]));
  sample.decode(reader, 3);
  strictEqual(reader.remaining, 2);
});

test('message: a version that does not exist is refused by name', () => {
  throws(() => encode(minimal, 4), /^CodecError: Sample v4: there is no such version; known are 0-3$/);
  throws(() => heartbeat.request.decode(new ByteReader(new Uint8Array(9)), 99), CodecError);
});

test('message: records are views when decoded and go out by reference', () => {
  const batch = new Uint8Array(5_000).fill(3);
  const writer = new ByteWriter();
  const body = {
    transactionalId: null,
    acks: 1,
    timeoutMs: 5,
    topicData: [{ name: 't', partitionData: [{ index: 0, records: batch }] }],
  };
  produce.request.encode(writer, body, 11);
  ok(writer.chunks().includes(batch));
  const frame = writer.toBytes();
  const decoded = produce.request.decode(new ByteReader(frame), 11);
  strictEqual(decoded.topicData[0]!.partitionData[0]!.records!.buffer, frame.buffer);
});

test('message: shared defaults cannot be changed by whoever got them', () => {
  const writer = new ByteWriter();
  const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 1, abortedTransactions: null, records: null };
  fetch.response.encode(writer, { responses: [{ partitions: [partition] }] }, 17);
  const decoded = fetch.response.decode(new ByteReader(writer.toBytes()), 17);
  const { currentLeader } = decoded.responses[0]!.partitions[0]!;
  throws(() => Object.assign(currentLeader, { leaderId: 3 }), TypeError);
});

test('message: where code generation from strings is forbidden the closures serve', async () => {
  const script = `
    import { ByteReader, ByteWriter } from '@ottla/runtime';
    import { heartbeat } from '@ottla/protocol/messages/12-heartbeat';
    const writer = new ByteWriter();
    heartbeat.request.encode(writer, { groupId: 'g', generationId: 1, memberId: 'm' }, 4);
    process.stdout.write(heartbeat.request.decode(new ByteReader(writer.toBytes()), 4).memberId);`;
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: import.meta.dirname });
  strictEqual(stdout, 'm');
  await rejects(promisify(execFile)(process.execPath, [...flags.slice(0, 2), '-e', 'new Function("")()'], {}));
});

test('message: a definition is built on first use, and once', () => {
  let built = 0;
  const late = message('Late', { versions: '0-1', flexible: 'none' }, () => {
    built++;
    return { id: int32('0+') };
  });
  strictEqual(built, 0);
  for (const version of [0, 1, 1]) late.encode(new ByteWriter(), { id: version }, version);
  strictEqual(built, 1);
});

test('message: names and types of fields are the compiler’s business', () => {
  const one = api(
    'One',
    { key: 1, versions: '0', flexible: 'none' },
    {
      request: () => ({ topicId: uuid('0+'), acks: int16('0+', { default: -1 }) }),
      response: () => ({ throttleTimeMs: int32('1+', { ignorable: true }), errorCode: int16('0+') }),
    },
  );
  const writer = new ByteWriter();
  one.response.encode(writer, { errorCode: 0 }, 0);
  // @ts-expect-error -- a field that is neither optional nor given
  throws(() => one.response.encode(writer, {}, 0), CodecError);
  // @ts-expect-error -- a name that is no field
  one.response.encode(writer, { errorCode: 0, errorCodes: 1 }, 0);
  // @ts-expect-error -- a wrong type
  throws(() => one.request.encode(writer, { topicId: 5 }, 0), CodecError);
  const decoded = one.response.decode(new ByteReader(Uint8Array.of(0, 3)), 0);
  // @ts-expect-error -- decoded values are read-only
  decoded.errorCode = 4;
  // @ts-expect-error -- and have no other fields
  strictEqual(decoded.message, undefined);
});

test('message: a name that is no field, which the compiler lets pass in what a function returns, is found by check', () => {
  const items = ['a', 'b'].map((key) => ({ key, cuont: 1 }));
  encode({ ...minimal, items }, 3);
  throws(
    () => sample.check({ ...minimal, items }, 3),
    /^CodecError: Sample v3 items\[0\]\.cuont: there is no such field$/,
  );
  const extra = [0].map((flag) => ({ flag, falg: 1 }))[0]!;
  throws(() => sample.check({ ...minimal, extra }, 3), /extra\.falg: there is no such field/);
  throws(() => sample.check({ ...minimal, late: 3 }, 0), /late: this version has no such field/);
  for (const version of [0, 1, 2, 3]) sample.check({ ...minimal, hint: 3, unknownTaggedFields: [] }, version);
});

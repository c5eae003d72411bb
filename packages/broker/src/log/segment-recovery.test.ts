/** Recovery: what is taken, where it stops and why, in any format and size; in a worker and here. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { batchBaseOffset, setBatchLogAppendTime } from '@ottla/protocol';
import { formatOffsetName } from './log-names.ts';
import type { SegmentStopKind } from './segment-errors.ts';
import { batchOf, createTestWorld, DIRECTORY, readWhole, writeWhole } from './segment.fixture.ts';
import { Segment } from './segment.ts';

const BASE = 100;
const OPTIONS = { baseOffset: BASE, indexIntervalBytes: 150, indexBytesMax: 1_200 };
const LOG = `${DIRECTORY}/${formatOffsetName(BASE, '.log')}`;

const one = (offset: number, timestamp = offset): Uint8Array =>
  batchOf({ baseOffset: offset, timestamps: [timestamp] });
const SIZE = one(100).length;
const THREE = [one(100), one(101), one(102)];

interface Recovered {
  readonly taken: number[];
  readonly validBytes: number;
  readonly nextOffset: number;
  readonly kind: SegmentStopKind | null;
  readonly position: number | undefined;
  readonly logBytes: number;
}

async function recover(chunks: readonly Uint8Array[]): Promise<Recovered> {
  const { io, run, context, directory } = await createTestWorld();
  const bytes = Buffer.concat(chunks);
  await run(() => writeWhole(io.disk, LOG, bytes));
  const results: Recovered[] = [];
  // Once more, on what the first has left, must give the same.
  for (let round = 0; round < 2; round++) {
    const stat = await run(() => io.disk.stat(LOG));
    const segment = new Segment(context, directory, OPTIONS, stat!.sizeBytes);
    const taken: number[] = [];
    const stretch = await run(() =>
      segment.recover(({ bytes: from, position }) => taken.push(batchBaseOffset(from, position))),
    );
    const { validBytes, nextOffset, stop } = stretch;
    await run(() => segment.close());
    const logBytes = (await run(() => readWhole(io.disk, LOG)))!.length;
    results.push({ taken, validBytes, nextOffset, kind: stop?.kind ?? null, position: stop?.position, logBytes });
  }
  const [first, second] = results as [Recovered, Recovered];
  deepStrictEqual(second, { ...first, kind: null, position: undefined });
  strictEqual(first.logBytes, first.validBytes);
  return first;
}

const damaged = (batch: Uint8Array, at: number, value: number): Uint8Array => batch.slice().fill(value, at, at + 1);

/** A message of magic 1 without key. */
function legacy(offset: number, valueBytes = 5): Buffer {
  const message = Buffer.alloc(12 + 22 + valueBytes, 3);
  message.writeBigInt64BE(BigInt(offset), 0);
  message.writeInt32BE(message.length - 12, 8);
  message.writeUInt8(1, 16);
  message.writeUInt8(0, 17);
  message.writeBigInt64BE(BigInt(1_000 + offset), 18);
  message.writeInt32BE(-1, 26);
  message.writeInt32BE(valueBytes, 30);
  message.writeUInt32BE(crc32(message.subarray(16)), 12);
  return message;
}

/** A batch with a right CRC over a header that cannot be. */
function impossible(offset: number): Uint8Array {
  const batch = one(offset);
  batch[22] = 7;
  setBatchLogAppendTime(batch, 0, 5);
  return batch;
}

const LARGE = batchOf({ baseOffset: 103, timestamps: [103, 104], valueBytes: 1_500_000 });

const rows: readonly [why: string, after: readonly Uint8Array[], kind: SegmentStopKind | null, taken: number][] = [
  ['nothing follows', [], null, 0],
  ['another batch', [one(103)], null, 1],
  ['a gap, as compaction leaves it', [one(150)], null, 1],
  ['magic 1', [legacy(103), legacy(104), one(105)], null, 3],
  ['a batch larger than a stretch', [LARGE, one(105)], null, 2],
  ['a message of magic 1 larger than a stretch', [legacy(103, 2_200_000), one(104)], null, 2],
  [
    'many stretches',
    Array.from({ length: 40 }, (_, i) => batchOf({ baseOffset: 103 + i, timestamps: [i], valueBytes: 70_000 })),
    null,
    40,
  ],
  ['a batch cut off in its records', [one(103).subarray(0, 70)], 'torn', 0],
  ['a batch cut off in its header', [one(103).subarray(0, 30)], 'torn', 0],
  ['a batch cut off in its length', [one(103).subarray(0, 10)], 'torn', 0],
  ['a large batch cut off', [LARGE.subarray(0, 2_000_000)], 'torn', 0],
  ['zeros', [new Uint8Array(5_000)], 'zeros', 0],
  ['a few zeros', [new Uint8Array(5)], 'zeros', 0],
  ['more zeros than a stretch', [one(103), new Uint8Array(2_500_000)], 'zeros', 1],
  ['zeros and then a batch: a hole', [new Uint8Array(4_096), one(103)], 'size', 0],
  ['a batch whose size cannot be', [damaged(one(103), 11, 3)], 'size', 0],
  ['a magic that is none', [damaged(one(103), 16, 9)], 'magic', 0],
  ['a record that changed', [damaged(one(103), 75, 9), one(104)], 'crc', 0],
  ['a large batch in which a bit changed', [damaged(LARGE, 1_400_000, 9), one(105)], 'crc', 0],
  ['a message of magic 1 that changed', [damaged(legacy(103), 36, 9)], 'crc', 0],
  ['a header with a codec that is none', [impossible(103)], 'header', 0],
  ['the same offset again', [one(103), one(103)], 'offset order', 1],
  ['an offset before', [one(101)], 'offset order', 0],
  [
    'a large batch with an offset before',
    [batchOf({ baseOffset: 90, timestamps: [1], valueBytes: 2_200_000 })],
    'offset range',
    0,
  ],
  ['an offset below the segment', [one(99)], 'offset range', 0],
  ['an offset too far above', [one(100 + 2 ** 31)], 'offset range', 0],
];

for (const [why, after, kind, taken] of rows) {
  void test(`recovery after three batches: ${why}`, async () => {
    const found = await recover([...THREE, ...after]);
    strictEqual(found.kind, kind);
    strictEqual(found.taken.length, 3 + taken);
    const expected = after.slice(0, taken);
    strictEqual(found.validBytes, 3 * SIZE + expected.reduce((sum, { length }) => sum + length, 0));
    strictEqual(found.position, kind === null ? undefined : found.validBytes);
    if (taken === 0) strictEqual(found.nextOffset, 103);
  });
}

void test('recovery: of an empty file, and of nothing but damage', async () => {
  deepStrictEqual(await recover([]), {
    taken: [],
    validBytes: 0,
    nextOffset: BASE,
    kind: null,
    position: undefined,
    logBytes: 0,
  });
  strictEqual((await recover([Buffer.from('this is no log at all, but some text')])).kind, 'magic');
});

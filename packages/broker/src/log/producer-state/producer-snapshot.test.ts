/** The snapshot's bytes against the schema, what is refused, and the files through crashes. */
import { deepStrictEqual, ok, rejects, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, type Disk } from '@ottla/runtime';
import { SimWorld } from '@ottla/runtime/sim';
import { producerSnapshot } from '@ottla/protocol/records/log';
import {
  readProducerSnapshot,
  snapshotOffsetsOf,
  snapshotOffsetsToTake,
  snapshotsOutOfRange,
  straySnapshots,
  syncProducerSnapshot,
  writeProducerSnapshot,
} from './producer-snapshot-file.ts';
import { CorruptProducerSnapshotError, decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts';
import type { ProducerStateEntry } from './producer-state-entry.ts';

const LARGE = Number.MAX_SAFE_INTEGER;

const ENTRIES: readonly ProducerStateEntry[] = [
  {
    producerId: LARGE,
    producerEpoch: 0x7fff,
    coordinatorEpoch: 0x7fff_ffff,
    lastTimestamp: LARGE - 1,
    currentTxnFirstOffset: LARGE - 2,
    batches: [{ lastSequence: 0x7fff_ffff, lastOffset: LARGE - 1, offsetDelta: 1, timestamp: LARGE - 1 }],
  },
  {
    producerId: 0,
    producerEpoch: 0,
    coordinatorEpoch: -1,
    lastTimestamp: -1,
    currentTxnFirstOffset: -1,
    batches: [],
  },
  {
    producerId: 2 ** 32,
    producerEpoch: 1,
    coordinatorEpoch: 0,
    lastTimestamp: -(2 ** 40),
    currentTxnFirstOffset: 0,
    batches: [{ lastSequence: -1, lastOffset: 0, offsetDelta: 0, timestamp: -(2 ** 40) }],
  },
];
const BYTES = encodeProducerSnapshot(ENTRIES, ENTRIES.length);

void test('a snapshot is what the schema of Kafka says', () => {
  const { crc: _, producerEntries } = producerSnapshot.decode(new ByteReader(BYTES.subarray(2)), 1);
  deepStrictEqual(
    producerEntries.map((entry) => ({ ...entry })),
    ENTRIES.map(({ producerId, producerEpoch, coordinatorEpoch, lastTimestamp, currentTxnFirstOffset, batches }) => ({
      producerId,
      epoch: producerEpoch,
      lastSequence: batches[0]?.lastSequence ?? -1,
      lastOffset: batches[0]?.lastOffset ?? -1,
      offsetDelta: batches[0]?.offsetDelta ?? 0,
      timestamp: lastTimestamp,
      coordinatorEpoch,
      currentTxnFirstOffset,
    })),
  );
  deepStrictEqual(decodeProducerSnapshot(BYTES, 'p'), ENTRIES);
});

const damaged = (change: (view: DataView, bytes: Uint8Array) => void): Uint8Array => {
  const bytes = Uint8Array.from(BYTES);
  change(new DataView(bytes.buffer), bytes);
  return bytes;
};

const REFUSED: readonly (readonly [reason: string, bytes: Uint8Array, why: RegExp])[] = [
  ['no bytes', new Uint8Array(0), /ends after 0 bytes/],
  ['a header that is cut off', BYTES.subarray(0, 9), /ends after 9 bytes/],
  ['another version', damaged((view) => view.setInt16(0, 2)), /version 2, expected 1/],
  ['a flipped bit', damaged((_, bytes) => (bytes[40]! ^= 1)), /checksum/],
  ['cut off', BYTES.subarray(0, -1), /checksum/],
  ['longer', Uint8Array.of(...BYTES, 0), /checksum/],
];

for (const [reason, bytes, why] of REFUSED) {
  void test(`a snapshot is refused: ${reason}`, () => {
    throws(
      () => decodeProducerSnapshot(bytes, '/data/t-0/7.snapshot'),
      (error) => {
        ok(error instanceof CorruptProducerSnapshotError);
        ok(why.test(error.why), error.why);
        ok(error.message.startsWith('/data/t-0/7.snapshot: '));
        return true;
      },
    );
  });
}

void test('which snapshots go as a log opens', () => {
  const names = ['00000000000000000009.snapshot', '00000000000000000007.snapshot', '00000000000000000008.log', 'x'];
  deepStrictEqual(snapshotOffsetsOf(names), [7, 9]);
  const rows: readonly (readonly [reason: string, offsets: number[], bases: number[], gone: number[]])[] = [
    ['all belong to segments', [5, 9], [0, 5, 9], []],
    ['strays, and what a clean shutdown left', [3, 5, 7, 12], [0, 5, 9], [3, 7]],
    ['the latest stray is before the last segment', [5, 7], [0, 5, 9], [7]],
    ['the latest one belongs to a segment, a stray before it does not', [5, 7, 9], [0, 5, 9], [7]],
    ['no segments', [3, 5], [], [3]],
    ['no snapshots', [], [0], []],
  ];
  for (const [reason, offsets, bases, gone] of rows) deepStrictEqual(straySnapshots(offsets, bases), gone, reason);
  deepStrictEqual(snapshotsOutOfRange([3, 5, 9, 12], 5, 9), [3, 5, 12]);
  deepStrictEqual(snapshotOffsetsToTake([0, 5, 9], 9), [5, 9]);
  deepStrictEqual(snapshotOffsetsToTake([0], 4), [0, 4]);
});

void test('a synced snapshot survives a crash; one that was not is whole or found out', async () => {
  const outcomes = new Set<string>();
  const many = Array.from({ length: 400 }, (_, i) => ({ ...ENTRIES[1]!, producerId: i }));
  const large = encodeProducerSnapshot(many, many.length);
  for (let seed = 1; seed <= 40; seed++) {
    const world = new SimWorld({ seed });
    const node = world.createProcess('node');
    await world.finish(writeThree(node.io.disk, large));
    node.crash();
    const { disk } = node.restart();
    deepStrictEqual(await world.finish(readProducerSnapshot(disk, '/d', 5)), many);
    deepStrictEqual(await world.finish(readProducerSnapshot(disk, '/d', 6)), ENTRIES);
    try {
      deepStrictEqual(await world.finish(readProducerSnapshot(disk, '/d', 7)), many);
      outcomes.add('whole');
    } catch (error) {
      ok(error instanceof CorruptProducerSnapshotError);
      outcomes.add('found out');
    }
  }
  deepStrictEqual([...outcomes].toSorted(), ['found out', 'whole']);
});

/** One synced late, one at once, one never. */
async function writeThree(disk: Disk, large: Uint8Array): Promise<void> {
  await disk.makeDirectory('/d');
  await writeProducerSnapshot(disk, '/d', 5, large, false);
  await syncProducerSnapshot(disk, '/d', 5);
  await writeProducerSnapshot(disk, '/d', 6, BYTES, true);
  await writeProducerSnapshot(disk, '/d', 7, large, false);
  await disk.syncDirectory('/');
  await disk.syncDirectory('/d');
}

void test('a shorter snapshot over a longer one leaves nothing of it', async () => {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.createProcess('node').io;
  await world.finish(disk.makeDirectory('/d'));
  await world.finish(writeProducerSnapshot(disk, '/d', 5, BYTES, true));
  await world.finish(writeProducerSnapshot(disk, '/d', 5, encodeProducerSnapshot([], 0), true));
  deepStrictEqual(await world.finish(readProducerSnapshot(disk, '/d', 5)), []);
  await rejects(world.finish(readProducerSnapshot(disk, '/d', 6)), { errno: 'ENOENT' });
});

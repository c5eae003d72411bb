/** The file under a segment: reads at its end and under truncations, writes and syncs that fail or overlap. */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { DiskError, type Disk, type DiskFile } from '@ottla/runtime';
import { CorruptSegmentError } from './segment-errors.ts';
import { append, BASE, hex, pathOf, reopened, segmentWith, SIZE } from './segment-subject.fixture.ts';
import { batchOf } from './segment.fixture.ts';
import type { Segment } from './segment.ts';

void test('a segment that is shorter than it was is reported', async () => {
  const first = await segmentWith([10, 20]);
  await first.run(() => first.segment.close());
  const subject = await reopened(first, 3 * SIZE);
  await rejects(
    subject.run(() => subject.segment.read(new Uint8Array(999), 0)),
    CorruptSegmentError,
  );
});

void test('read: as much as fits, and nothing behind the end', async () => {
  const { segment, run } = await segmentWith([10, 20]);
  const rows: [length: number, position: number, wanted: number][] = [
    [10, 0, 10],
    [999, 0, 2 * SIZE],
    [999, SIZE, SIZE],
    [10, 2 * SIZE, 0],
    [10, 999, 0],
    [0, 0, 0],
  ];
  for (const [length, position, wanted] of rows) {
    strictEqual(await run(() => segment.read(new Uint8Array(length), position)), wanted);
  }
});

void test('read: what is truncated meanwhile is not taken for damage', async () => {
  let cut = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const { segment, run } = await segmentWith([10, 20, 30, 40], {}, undefined, seed);
    const [filled] = await run(() => Promise.all([readLate(segment, seed % 3), segment.truncateTo(101)]));
    ok(filled === SIZE || filled === 4 * SIZE, `${filled} bytes`);
    if (filled === SIZE) cut++;
  }
  ok(cut > 0 && cut < 20, `${cut} of 20 were overtaken`);
});

/** Reads all that was there, after as many small reads. */
async function readLate(segment: Segment, reads: number): Promise<number> {
  for (let i = 0; i < reads; i++) await segment.read(new Uint8Array(1), 0);
  return segment.read(new Uint8Array(4 * SIZE), 0);
}

void test('append: what a failed write left is cut off at once, or before the next append', async () => {
  for (const fault of ['diskWriteError', 'diskShortWrite', 'diskFull'] as const) {
    const subject = await segmentWith([10, 20]);
    const { segment, world, io } = subject;
    world.setFaults({ [fault]: 1 });
    await rejects(append(subject, BASE + 2, 30), DiskError);
    world.setFaults({});
    strictEqual(segment.sizeBytes, 2 * SIZE, fault);
    strictEqual((await subject.run(() => io.disk.stat(pathOf('.log'))))!.sizeBytes, 2 * SIZE, fault);
    await append(subject, BASE + 2, 40);
    deepStrictEqual(await subject.run(() => segment.largestTimestamp()), { timestamp: 40, offset: BASE + 2 });
    deepStrictEqual(await subject.run(() => segment.readEnd()), { nextOffset: BASE + 3, stop: null });
  }
});

/** A disk whose files do as they are told in place of what they would do; what is not told they do as ever. */
const withFiles =
  (change: (file: DiskFile) => Partial<DiskFile>) =>
  (disk: Disk): Disk =>
    ({
      ...Object.fromEntries(['rename', 'remove', 'stat', 'list'].map((name) => [name, bound(disk, name)])),
      open: async (path: string, mode: 'read') => {
        const file = await disk.open(path, mode);
        const names = ['read', 'write', 'append', 'sync', 'datasync', 'truncate', 'size', 'close'];
        return {
          path,
          ...Object.fromEntries(names.map((name) => [name, bound(file, name)])),
          ...change(file),
        } as DiskFile;
      },
    }) as unknown as Disk;

const bound = (target: object, name: string): unknown =>
  ((target as Record<string, unknown>)[name] as (...args: unknown[]) => unknown).bind(target);

void test('append: what a failed write left and could not be cut off is cut off before the next append', async () => {
  let isBroken = false;
  const broken = (file: DiskFile): Partial<DiskFile> => ({
    write: async (chunks, position) => {
      await file.write(chunks, position);
      if (isBroken) throw new DiskError('write', file.path, 'EIO');
    },
    truncate: (sizeBytes) =>
      isBroken ? Promise.reject(new DiskError('truncate', file.path, 'EIO')) : file.truncate(sizeBytes),
  });
  const subject = await segmentWith([10, 20], {}, withFiles(broken));
  isBroken = true;
  const failed = [102, 103].map((offset) => batchOf({ baseOffset: offset, timestamps: [30] }));
  await rejects(
    subject.run(() => subject.segment.append(failed, 103)),
    DiskError,
  );
  // Nor while it still cannot be cut off.
  await rejects(append(subject, 102, 40), DiskError);
  isBroken = false;
  strictEqual((await hex(subject, '.log'))!.length / 2, 4 * SIZE);
  await append(subject, 102, 40);
  strictEqual((await hex(subject, '.log'))!.length / 2, 3 * SIZE, 'the batch that would follow is gone');
});

void test('datasync: what is written while it runs takes another', async () => {
  let syncs = 0;
  const counted = (file: DiskFile): Partial<DiskFile> => ({
    datasync: () => {
      syncs++;
      return file.datasync();
    },
  });
  const subject = await segmentWith([10], {}, withFiles(counted));
  const { segment, run } = subject;
  const batch = batchOf({ baseOffset: 101, timestamps: [20] });
  await run(() => Promise.all([segment.datasync(), segment.append([batch], 101)]));
  strictEqual(syncs, 1);
  await run(() => segment.datasync());
  strictEqual(syncs, 2);
  await run(() => segment.datasync());
  strictEqual(syncs, 2, 'nothing was written since');
});

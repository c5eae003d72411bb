/**
 * Damaged files of a segment: what is found in them is right, or it is reported by a typed error. Never a crash, never an index
 * entry inside a batch, never a record skipped for the sake of an index.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { batchLastOffset, batchMaxTimestamp } from '@ottla/protocol';
import type { Prng } from '@ottla/runtime';
import { fuzz } from '@ottla/testing';
import { CorruptIndexError } from './index-file.ts';
import { formatOffsetName } from './log-names.ts';
import { CorruptSegmentError } from './segment-errors.ts';
import { batchOf, createTestWorld, DIRECTORY, readWhole, writeWhole, type TestWorld } from './segment.fixture.ts';
import { Segment } from './segment.ts';
import type { AbortedTransaction } from './transaction-index.ts';

const BASE = 5_000;
const OPTIONS = { baseOffset: BASE, indexIntervalBytes: 300, indexBytesMax: 4_096 };
const SUFFIXES = ['.log', '.index', '.timeindex', '.txnindex'] as const;
type Suffix = (typeof SUFFIXES)[number];

const pathOf = (suffix: Suffix): string => `${DIRECTORY}/${formatOffsetName(BASE, suffix)}`;

interface Files {
  readonly batches: readonly Uint8Array[];
  readonly starts: ReadonlyMap<number, Uint8Array>;
  readonly bytes: Readonly<Record<Suffix, Uint8Array>>;
}

/** A segment as it is left by a clean stop. */
async function createFiles({ run, context, directory, io }: TestWorld, prng: Prng): Promise<Files> {
  const segment = await run(() => Segment.create(context, directory, OPTIONS));
  const batches: Uint8Array[] = [];
  const starts = new Map<number, Uint8Array>();
  let offset = BASE;
  for (let i = prng.between(2, 40); i > 0; i--) {
    const timestamps = Array.from({ length: prng.between(1, 5) }, () => 1_000 + prng.below(1_000));
    const batch = batchOf({ baseOffset: offset, timestamps, valueBytes: prng.below(60) });
    starts.set(segment.sizeBytes, batch);
    batches.push(batch);
    const last = batchLastOffset(batch);
    await run(() => segment.append([batch], last));
    if (prng.chance(0.2))
      segment.addAborted({ producerId: 1, firstOffset: BASE, lastOffset: last, lastStableOffset: last });
    offset = last + 1;
  }
  await run(() => segment.close());
  const bytes = {} as Record<Suffix, Uint8Array>;
  for (const suffix of SUFFIXES)
    bytes[suffix] = (await run(() => readWhole(io.disk, pathOf(suffix)))) ?? new Uint8Array(0);
  return { batches, starts, bytes };
}

/** Flips bits, cuts, or adds; never leaves it as it was unless there is nothing to change. */
function damage(bytes: Uint8Array, prng: Prng): Uint8Array {
  const kind = prng.below(10);
  if (bytes.length === 0 || kind === 9) return Buffer.concat([bytes, prng.bytes(prng.between(1, 60))]);
  if (kind === 8) return Buffer.concat([bytes, new Uint8Array(prng.between(1, 9_000))]);
  if (kind >= 6) return bytes.slice(0, prng.below(bytes.length));
  const damaged = bytes.slice();
  for (let flips = kind === 5 ? prng.between(2, 20) : 1; flips > 0; flips--) {
    const at = prng.below(damaged.length);
    damaged[at] = damaged[at]! ^ (1 << prng.below(8));
  }
  return damaged;
}

/** What a typed error ended is null; anything else than a typed error fails. */
async function orTyped<T>(test: TestWorld, body: () => Promise<T>): Promise<T | null> {
  try {
    return await test.run(body);
  } catch (error) {
    // The world says where in the run it happened.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    ok(cause instanceof CorruptIndexError || cause instanceof CorruptSegmentError, String(cause));
    ok(cause.message.includes('expected') || cause.message.length > 60, 'an error says what to do');
    return null;
  }
}

async function openDamaged(test: TestWorld, files: Files, suffix: Suffix, prng: Prng): Promise<Segment> {
  for (const each of SUFFIXES) {
    const bytes = each === suffix ? damage(files.bytes[each], prng) : files.bytes[each];
    await test.run(() => writeWhole(test.io.disk, pathOf(each), bytes));
  }
  const stat = await test.run(() => test.io.disk.stat(pathOf('.log')));
  return new Segment(test.context, test.directory, OPTIONS, stat!.sizeBytes);
}

async function checkEntries(test: TestWorld, segment: Segment, { starts }: Files): Promise<void> {
  const loaded = await orTyped(test, () => segment.indexes.load());
  if (loaded === null) return;
  const { offsets } = loaded;
  for (let i = 0; i < offsets.entries; i++) ok(starts.has(offsets.positionAt(i)), `entry ${i} points to a batch`);
}

fuzz('a damaged index of a segment', { small: 120, large: 600 }, async (prng) => {
  const test = await createTestWorld();
  const files = await createFiles(test, prng);
  const suffix = prng.pick(['.index', '.timeindex', '.txnindex'] as const);
  const segment = await openDamaged(test, files, suffix, prng);
  if (prng.chance(0.5)) await orTyped(test, () => segment.activate());
  const end = batchLastOffset(files.batches.at(-1)!) + 1;
  for (let offset = BASE; offset <= end; offset++) {
    const wanted = files.batches.find((batch) => batchLastOffset(batch) >= offset);
    const found = await test.run(() => segment.translateOffset(offset));
    strictEqual(found?.sizeBytes, wanted?.length, `offset ${offset}`);
  }
  for (let i = 0; i < 5; i++) {
    const time = 900 + prng.below(1_200);
    const found = await test.run(() => segment.findByTimestamp(time, BASE));
    if (found !== null) ok(found.timestamp >= time && found.offset < end);
    // Only a time index that was damaged and still ascends may make it come late.
    else if (suffix !== '.timeindex') ok(files.batches.every((batch) => batchMaxTimestamp(batch) < time));
  }
  deepStrictEqual(await test.run(() => segment.readEnd()), { nextOffset: end, stop: null });
  const aborted: AbortedTransaction[] = [];
  await orTyped(test, () => segment.collectAborted(BASE, end, aborted));
  for (const { firstOffset, lastOffset } of aborted) ok(firstOffset <= lastOffset);
  // Every entry was asked by now.
  await checkEntries(test, segment, files);
  await test.run(() => segment.recover(() => {}));
  await checkEntries(test, segment, files);
  await test.run(() => segment.close());
});

fuzz('a damaged segment', { small: 120, large: 600 }, async (prng) => {
  const test = await createTestWorld();
  const files = await createFiles(test, prng);
  const segment = await openDamaged(test, files, '.log', prng);
  const end = batchLastOffset(files.batches.at(-1)!) + 1;
  for (let i = 0; i < 5; i++) {
    await orTyped(test, () => segment.translateOffset(prng.between(BASE, end)));
    await orTyped(test, () => segment.findByTimestamp(900 + prng.below(1_200), BASE));
  }
  await orTyped(test, () => segment.readEnd());
  await orTyped(test, () => segment.readFirstTimestamp());
  const taken: Uint8Array[] = [];
  const stretch = await test.run(() =>
    segment.recover(({ bytes, position, sizeBytes }) => taken.push(bytes.slice(position, position + sizeBytes))),
  );
  for (const [i, batch] of taken.entries()) {
    // Base offset and leader epoch are outside the CRC; the magic decides which CRC it is.
    const wanted = files.batches[i];
    ok(wanted !== undefined, 'nothing is there that was not written');
    deepStrictEqual(Buffer.from(batch.subarray(16)), Buffer.from(wanted.subarray(16)), `batch ${i}`);
  }
  strictEqual(stretch.validBytes, Buffer.concat(taken).length);
  strictEqual(segment.sizeBytes, Buffer.concat(taken).length);
  await checkEntries(test, segment, files);
  await test.run(() => segment.close());
});

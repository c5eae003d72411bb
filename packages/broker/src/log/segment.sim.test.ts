/**
 * Segments on a disk that fails and loses power: whatever was flushed is there, nothing is there that was not appended, order
 * holds, and no index points anywhere but to a batch.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { batchBaseOffset, batchLastOffset, batchSize } from '@ottla/protocol';
import type { Io, Prng } from '@ottla/runtime';
import { SimWorld, type SimProcess } from '@ottla/runtime/sim';
import { simulation } from '@ottla/testing';
import { formatOffsetName } from './log-names.ts';
import { OpenFiles } from './open-files.ts';
import { batchOf, DIRECTORY, readWhole } from './segment.fixture.ts';
import { createSegmentContext } from './segment-context.ts';
import { Segment, type SegmentOptions } from './segment.ts';

const BASE = 1_000;
const OPTIONS: SegmentOptions = { baseOffset: BASE, indexIntervalBytes: 400, indexBytesMax: 4_096 };
const LOG = `${DIRECTORY}/${formatOffsetName(BASE, '.log')}`;
const STEPS = 60;

/** What the writer knows: batches in order, those that are flushed for sure, and what was ever appended at an offset. */
interface Model {
  batches: Uint8Array[];
  flushed: number;
  readonly everAppended: Set<string>;
  /** A sync failed, or a truncation did not end: from then on only a restart tells. */
  isLost: boolean;
}

const keyOf = (batch: Uint8Array): string => Buffer.from(batch).toString('latin1');

const openSegment = (io: Io, sizeBytes: number): Segment =>
  new Segment(createSegmentContext(io), new OpenFiles(io.disk, 3).directory(DIRECTORY), OPTIONS, sizeBytes);

/** Appends, flushes, truncates and reads until told to stop. */
async function work(segment: Segment, model: Model, chance: Prng, steps: number): Promise<void> {
  for (let step = 0; step < steps && !model.isLost; step++) {
    const act = chance.below(20);
    if (act < 13) await appendSome(segment, model, chance);
    else if (act < 16) await flush(segment, model);
    else if (act < 17) await truncate(segment, model, chance);
    else await lookUp(segment, model, chance);
  }
}

async function appendSome(segment: Segment, model: Model, chance: Prng): Promise<void> {
  const chunks: Uint8Array[] = [];
  let offset = endOf(model);
  for (let i = chance.between(1, 3); i > 0; i--) {
    const timestamps = Array.from({ length: chance.between(1, 4) }, () => chance.below(1_000_000));
    // Of another length each time: what is left of a failed write is never by chance the start of the next.
    const chunk = batchOf({ baseOffset: offset, timestamps, valueBytes: chance.below(1_500) });
    offset = batchLastOffset(chunk) + 1;
    chunks.push(chunk);
  }
  for (const chunk of chunks) model.everAppended.add(keyOf(chunk));
  const before = segment.sizeBytes;
  try {
    await segment.append(chunks, offset - 1);
    model.batches.push(...chunks);
  } catch {
    strictEqual(segment.sizeBytes, before, 'a failed append adds nothing');
  }
}

async function flush(segment: Segment, model: Model): Promise<void> {
  const { length } = model.batches;
  try {
    await segment.flush();
    model.flushed = Math.max(model.flushed, length);
  } catch {
    // Fatal for the directory unless only an index could not be written; the model takes the safe side.
    model.isLost = true;
  }
}

async function truncate(segment: Segment, model: Model, chance: Prng): Promise<void> {
  if (model.batches.length === 0) return;
  const kept = chance.below(model.batches.length);
  // From here on any of what goes may be gone after a crash.
  model.flushed = Math.min(model.flushed, kept);
  try {
    await segment.truncateTo(batchBaseOffset(model.batches[kept]!));
    model.batches = model.batches.slice(0, kept);
  } catch {
    model.isLost = true;
  }
}

async function lookUp(segment: Segment, model: Model, chance: Prng): Promise<void> {
  const offset = BASE + chance.below(Math.max(1, endOf(model) - BASE));
  const wanted = model.batches.find((batch) => batchLastOffset(batch) >= offset);
  try {
    const place = await segment.translateOffset(offset);
    strictEqual(place?.sizeBytes, wanted?.length, `offset ${offset}`);
    if (place === null) return;
    const bytes = new Uint8Array(place.sizeBytes);
    strictEqual(await segment.read(bytes, place.position), bytes.length);
    deepStrictEqual(Buffer.from(bytes), Buffer.from(wanted!), 'what was appended is read');
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'DiskError') throw error;
  }
}

const endOf = ({ batches }: Model): number => (batches.length === 0 ? BASE : batchLastOffset(batches.at(-1)!) + 1);

/** Recovers what a crash left, and holds it against the model. @returns a model of what is there now. */
async function recover(io: Io, model: Model): Promise<{ segment: Segment; model: Model }> {
  const stat = await io.disk.stat(LOG);
  ok(stat !== null, 'a file whose directory was synced stays');
  const found: Uint8Array[] = [];
  const segment = openSegment(io, stat.sizeBytes);
  const stretch = await segment.recover(({ bytes, position, sizeBytes }) => {
    found.push(bytes.slice(position, position + sizeBytes));
  });
  for (const [i, batch] of model.batches.slice(0, model.flushed).entries()) {
    ok(
      i < found.length && Buffer.compare(found[i]!, batch) === 0,
      `batch ${i} of ${model.flushed} that were flushed is there`,
    );
  }
  for (const batch of found) ok(model.everAppended.has(keyOf(batch)), 'nothing is there that was not appended');
  await checkIndexes(segment, found);
  await segment.flush();
  const again = openSegment(io, (await io.disk.stat(LOG))!.sizeBytes);
  const second = await again.recover(() => {});
  deepStrictEqual(second, { ...stretch, stop: null }, 'recovered again it is the same');
  await again.close();
  return { segment, model: { ...model, batches: found, flushed: found.length, isLost: false } };
}

async function checkIndexes(segment: Segment, batches: readonly Uint8Array[]): Promise<void> {
  const starts = new Map<number, Uint8Array>();
  let position = 0;
  for (const batch of batches) {
    starts.set(position, batch);
    position += batchSize(batch);
  }
  const { offsets } = await segment.indexes.load();
  for (let i = 0; i < offsets.entries; i++) {
    const batch = starts.get(offsets.positionAt(i));
    ok(batch !== undefined, `index entry ${i} points to the start of a batch`);
    strictEqual(offsets.offsetAt(i), batchLastOffset(batch));
  }
}

/** Closes it in peace, opens it, and asks the indexes that were written. */
async function reopenInPeace(io: Io, { segment, model }: { segment: Segment; model: Model }): Promise<void> {
  await segment.close();
  const sizeBytes = (await io.disk.stat(LOG))!.sizeBytes;
  strictEqual(sizeBytes, Buffer.concat(model.batches).length);
  const opened = openSegment(io, sizeBytes);
  await checkIndexes(opened, model.batches);
  strictEqual((await opened.readEnd()).nextOffset, endOf(model));
  deepStrictEqual(Buffer.from((await readWhole(io.disk, LOG))!), Buffer.concat(model.batches));
  await opened.close();
}

async function prepare(io: Io): Promise<Segment> {
  await io.disk.makeDirectory(DIRECTORY);
  const segment = await Segment.create(
    createSegmentContext(io),
    new OpenFiles(io.disk, 3).directory(DIRECTORY),
    OPTIONS,
  );
  await io.disk.syncDirectory(DIRECTORY);
  for (const parent of ['/data', '/']) await io.disk.syncDirectory(parent);
  return segment;
}

const FAULTS = { diskWriteError: 0.03, diskShortWrite: 0.05, diskFull: 0.03, diskSyncError: 0.01, diskReadError: 0.01 };

simulation('a segment through faults and losses of power', { seeds: 30 }, async (seed) => {
  const world = new SimWorld({ seed, keepTraceText: true });
  const node: SimProcess = world.createProcess('node');
  const chance = world.chance('work');
  let model: Model = { batches: [], flushed: 0, everAppended: new Set(), isLost: false };
  let segment = await world.finish(prepare(node.io));
  for (let life = 0; life < 5; life++) {
    world.setFaults(FAULTS);
    let failure: Error | null = null;
    work(segment, model, chance.fork(life), STEPS).catch((error: Error) => (failure = error));
    await world.run({ untilMs: world.nowMs + chance.between(1, 25) });
    if (failure !== null) throw failure as Error;
    world.setFaults({});
    node.crash();
    node.restart();
    ({ segment, model } = await world.finish(recover(node.io, model)));
  }
  await world.finish(work(segment, model, chance.fork('peace'), 20));
  await world.finish(reopenInPeace(node.io, { segment, model }));
  const { everAppended } = model;
  return { trace: world.traceLines ?? [], counts: { ...world.faultCounts, appended: everAppended.size } };
});

/** Reads against a naive list of batches: from memory and from disk, at every border; and how much disk they cost. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { batchBaseOffset, batchLastOffset, batchSize } from '@ottla/protocol';
import { MiB, Prng, SlabPool } from '@ottla/runtime';
import { DiskReads } from './disk-reads.ts';
import { readLog, segmentIndexOf, type LogRead, type ReadableLog } from './log-read.ts';
import { batchOf, createTestWorld, type TestWorld } from './segment.fixture.ts';
import { Segment } from './segment.ts';
import { TailCache } from './tail-cache.ts';

interface Batch {
  readonly base: number;
  readonly last: number;
  readonly size: number;
  readonly segment: number;
}

interface Fixture extends TestWorld {
  readonly log: ReadableLog & { readonly segments: Segment[] };
  readonly batches: Batch[];
  readonly pool: SlabPool;
}

function createPool(): SlabPool {
  const bounds = { inUseBytesMax: 16 * MiB, idleBytesMax: 4 * MiB, limitKey: 'test' };
  return new SlabPool({ name: 'reads', classBytes: [MiB / 4, MiB], ...bounds, debug: true });
}

/** Four segments of ten batches; compaction left a gap at the end of the second. The last `cached` batches are in memory. */
async function createFixture(
  options: { cached?: number; valueBytes?: number; blocksMax?: number } = {},
): Promise<Fixture> {
  const { cached = 0, valueBytes = 50, blocksMax = 8 } = options;
  const test = await createTestWorld();
  const pool = createPool();
  const tail = new TailCache(16 * MiB).open();
  const segments: Segment[] = [];
  const batches: Batch[] = [];
  await test.run(async () => {
    let offset = 0;
    for (let number = 0; number < 4; number++) {
      const at = { baseOffset: offset, indexIntervalBytes: 300, indexBytesMax: 100_000 };
      const segment = await Segment.create(test.context, test.directory, at);
      for (let i = 0; i < 10; i++) {
        const count = 1 + (i % 3);
        const bytes = batchOf({
          baseOffset: offset,
          timestamps: Array.from({ length: count }, () => offset),
          valueBytes,
        });
        await segment.append([bytes], offset + count - 1);
        batches.push({ base: offset, last: offset + count - 1, size: bytes.length, segment: number });
        if (number * 10 + i >= 40 - cached) tail.append(bytes, offset, offset + count);
        offset += count;
      }
      if (number < 3) await segment.seal();
      if (number === 1) offset += 7;
      segments.push(segment);
    }
  });
  return { ...test, batches, pool, log: { segments, tail, diskReads: new DiskReads(pool, blocksMax) } };
}

function offsetsOf({ chunks }: LogRead): number[] {
  const found: number[] = [];
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += batchSize(chunk, at)) found.push(batchBaseOffset(chunk, at));
  }
  return found;
}

/** What a read has to give, by the list. */
function wanted(
  { batches, log }: Fixture,
  offset: number,
  upTo: number,
  maxBytes: number,
  minOneMessage: boolean,
): number[] {
  const first = batches.find(({ last }) => last >= offset);
  if (offset >= upTo || first === undefined) return [];
  const fromMemory = log.tail.startOffset >= 0 && offset >= log.tail.startOffset;
  const found: number[] = [];
  let left = maxBytes;
  for (const { base, last, size, segment } of batches) {
    if (last < offset) continue;
    if (last >= upTo || (!fromMemory && segment !== first.segment)) break;
    if (size > left && !(minOneMessage && found.length === 0)) break;
    found.push(base);
    left -= size;
  }
  return found;
}

for (const cached of [0, 5, 17]) {
  test(`log read: as the list says, with ${cached} batches in memory`, async () => {
    const fixture = await createFixture({ cached });
    const prng = new Prng(cached);
    const end = fixture.batches.at(-1)!.last + 1;
    await fixture.run(async () => {
      for (let i = 0; i < 400; i++) {
        const [offset, upTo] = [prng.below(end + 2), prng.below(end + 1)];
        const maxBytes = prng.pick([0, 1, 150, 400, 1_000, 100_000]);
        const minOneMessage = prng.chance(0.5);
        const read = await readLog(fixture.log, { offset, upTo, maxBytes, minOneMessage });
        deepStrictEqual(
          offsetsOf(read),
          wanted(fixture, offset, upTo, maxBytes, minOneMessage),
          `${offset} ${upTo} ${maxBytes}`,
        );
        strictEqual(
          read.sizeBytes,
          read.chunks.reduce((sum, chunk) => sum + chunk.length, 0),
        );
        for (const chunk of read.chunks) ok(batchLastOffset(chunk) < upTo);
        read.release();
      }
    });
    fixture.log.diskReads.clear();
    strictEqual(fixture.pool.stats().inUseBytes, 0, 'every block was given back');
  });
}

test('log read: the tail costs no disk read at all, though it spans segments', async () => {
  const fixture = await createFixture({ cached: 15 });
  const { log, batches } = fixture;
  await fixture.run(async () => {
    const at = { upTo: 1_000, maxBytes: 100_000, minOneMessage: true };
    for (const { base } of batches.slice(25)) {
      const read = await readLog(log, { offset: base, ...at });
      deepStrictEqual(offsetsOf(read).at(-1), batches.at(-1)!.base);
      strictEqual(read.place, null);
      read.release();
    }
  });
  strictEqual(log.diskReads.reads, 0);
});

test('log read: a scan reads each block once, and readers at the same place share it', async () => {
  const fixture = await createFixture({ valueBytes: 20_000 });
  const { log, batches } = fixture;
  await fixture.run(async () => {
    const at = { offset: 0, upTo: 1_000, maxBytes: 100_000, minOneMessage: true };
    const together = await Promise.all(Array.from({ length: 5 }, () => readLog(log, at)));
    strictEqual(log.diskReads.reads, 1);
    for (const read of together) read.release();
    for (const { base, segment } of batches) if (segment === 0) (await readLog(log, { ...at, offset: base })).release();
    const bytes = batches.filter(({ segment }) => segment === 0).reduce((sum, { size }) => sum + size, 0);
    ok(log.diskReads.reads <= Math.ceil(bytes / 100_000) + 1, `${log.diskReads.reads} reads of ${bytes} bytes`);
  });
});

test('log read: an answer keeps its bytes though its block is evicted and read over', async () => {
  const fixture = await createFixture({ valueBytes: 5_000, blocksMax: 1 });
  const { log } = fixture;
  await fixture.run(async () => {
    const at = { upTo: 1_000, maxBytes: 20_000, minOneMessage: true };
    const first = await readLog(log, { offset: 0, ...at });
    for (const { baseOffset } of log.segments) (await readLog(log, { offset: baseOffset, ...at })).release();
    strictEqual(offsetsOf(first)[0], 0);
    first.release();
  });
});

test('log read: who reads while the segment is forgotten gets what was there, and nobody after him', async () => {
  const fixture = await createFixture({});
  const { log } = fixture;
  await fixture.run(async () => {
    const at = { offset: 0, upTo: 1_000, maxBytes: 10_000, minOneMessage: true };
    const reading = readLog(log, at);
    log.diskReads.forget(log.segments[0]!);
    (await reading).release();
    (await readLog(log, at)).release();
    log.diskReads.forget(log.segments[0]!);
  });
  log.diskReads.clear();
  strictEqual(fixture.pool.stats().inUseBytes, 0);
});

test('log read: the segment of an offset', () => {
  const segments = [5, 10, 20].map((baseOffset) => ({ baseOffset }) as Segment);
  const found = [0, 5, 9, 10, 19, 20, 99].map((offset) => segmentIndexOf(segments, offset));
  deepStrictEqual(found, [0, 0, 0, 1, 1, 2, 2]);
});

/** The tail cache: what it gives, what it counts, whom it evicts, and that it holds memory for exactly as long as it must. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from '@ottla/testing';
import { batchBaseOffset, batchLastOffset, batchSize, RecordBatchBuilder } from '@ottla/protocol';
import { KiB, SlabPool, type Prng } from '@ottla/runtime';
import { TailCache, type PartitionTail, type TailRead } from './tail-cache.ts';

/** A batch of `count` records of about `valueBytes` at `baseOffset`, in an array of its own. */
function batch(baseOffset: number, count = 1, valueBytes = 10): Uint8Array {
  const builder = new RecordBatchBuilder();
  builder.open({ baseOffset });
  for (let i = 0; i < count; i++) ok(builder.append(1, null, new Uint8Array(valueBytes)));
  return Uint8Array.prototype.slice.call(builder.finish());
}

/** Base offsets of the batches that a read gave. */
function offsets(read: TailRead | null): number[] | null {
  if (read === null) return null;
  const found: number[] = [];
  for (const chunk of read.chunks) {
    for (let at = 0; at < chunk.length; at += batchSize(chunk, at)) found.push(batchBaseOffset(chunk, at));
  }
  read.release();
  return found;
}

function filled(): PartitionTail {
  const tail = new TailCache(1_000_000).open();
  tail.append(batch(10, 5), 10, 15);
  tail.append(Buffer.concat([batch(15, 2), batch(17, 3)]), 15, 20);
  tail.append(batch(20, 1), 20, 21);
  return tail;
}

const SIZE = batch(0, 5).length;

const reads: readonly [
  why: string,
  offset: number,
  upTo: number,
  maxBytes: number,
  first: boolean,
  want: number[] | null,
][] = [
  ['from the first offset', 10, 21, 10_000, true, [10, 15, 17, 20]],
  ['from inside a batch', 12, 21, 10_000, true, [10, 15, 17, 20]],
  ['from the second batch of an append', 17, 21, 10_000, true, [17, 20]],
  ['below what is cached', 9, 21, 10_000, true, null],
  ['at the end', 21, 21, 10_000, true, null],
  ['nothing above the high watermark', 10, 17, 10_000, true, [10, 15]],
  ['a batch that reaches beyond it is not given', 10, 18, 10_000, true, [10, 15]],
  ['as many bytes as asked for', 10, 21, SIZE, true, [10]],
  ['one whole batch though it is too large', 10, 21, 1, true, [10]],
  ['unless another partition gave one already', 10, 21, SIZE - 1, false, []],
  ['no more than fits behind the first', 10, 21, SIZE + 1, true, [10]],
];

for (const [why, offset, upTo, maxBytes, first, want] of reads) {
  test(`tail cache: ${why}`, () => deepStrictEqual(offsets(filled().read(offset, upTo, maxBytes, first)), want));
}

test('tail cache: the oldest go first, of whatever partition', () => {
  const one = batch(0, 1, 900);
  const cache = new TailCache(one.length * 3);
  const [a, b] = [cache.open(), cache.open()];
  a.append(batch(0, 1, 900), 0, 1);
  b.append(batch(0, 1, 900), 0, 1);
  a.append(batch(1, 1, 900), 1, 2);
  strictEqual(cache.usedBytes, one.length * 3);
  b.append(batch(1, 1, 900), 1, 2);
  strictEqual(a.startOffset, 1);
  strictEqual(b.startOffset, 0);
  b.append(batch(2, 1, 900), 2, 3);
  deepStrictEqual([a.startOffset, b.startOffset, cache.evictedEntries], [1, 1, 2]);
});

test('tail cache: after a gap what was cached goes', () => {
  const tail = filled();
  tail.append(batch(30), 30, 31);
  strictEqual(tail.startOffset, 30);
  strictEqual(tail.read(20, 99, 100, true), null);
});

test('tail cache: truncation takes appends that reach beyond the offset', () => {
  const tail = filled();
  tail.truncateTo(17);
  strictEqual(tail.endOffset, 15);
  tail.append(batch(15), 15, 16);
  tail.clear();
  strictEqual(tail.startOffset, -1);
});

test('tail cache: a bound of nothing caches nothing', () => {
  const cache = new TailCache(0);
  const tail = cache.open();
  tail.append(batch(0), 0, 1);
  deepStrictEqual([tail.startOffset, cache.usedBytes], [-1, 0]);
});

test('tail cache: slabs stay lent while cached or read, and no longer', () => {
  const pool = new SlabPool({
    name: 'test',
    classBytes: [4 * KiB],
    inUseBytesMax: 64 * KiB,
    idleBytesMax: 64 * KiB,
    limitKey: 'test',
    debug: true,
  });
  const cache = new TailCache(8 * KiB);
  const tail = cache.open();
  const append = (offset: number): void => {
    const lease = pool.acquire(4 * KiB);
    const bytes = batch(offset, 1, 2_000);
    lease.bytes.set(bytes);
    tail.append(lease.bytes.subarray(0, bytes.length), offset, offset + 1, {
      buffer: lease,
      sizeBytes: 4 * KiB,
      memory: lease,
    });
    lease.release();
  };
  append(0);
  append(1);
  const read = tail.read(0, 99, 10_000, true)!;
  append(2);
  strictEqual(tail.startOffset, 1, 'the first is evicted');
  strictEqual(pool.stats().inUseBytes, 12 * KiB, 'but still being read');
  strictEqual(batchLastOffset(read.chunks[0]!), 0);
  read.release();
  strictEqual(pool.stats().inUseBytes, 8 * KiB);
  tail.clear();
  strictEqual(pool.stats().inUseBytes, 0);
});

test('tail cache: a small batch does not pin the large buffer that its neighbours have left', () => {
  const cache = new TailCache(100 * KiB);
  const [large, small] = [cache.open(), cache.open()];
  const shared = new Uint8Array(64 * KiB);
  const first = batch(0, 1, 50_000);
  const second = batch(0, 1, 100);
  shared.set(first);
  shared.set(second, first.length);
  large.append(shared.subarray(0, first.length), 0, 1);
  small.append(shared.subarray(first.length, first.length + second.length), 0, 1);
  strictEqual(cache.usedBytes, 64 * KiB, 'the shared buffer counts once');
  large.clear();
  strictEqual(cache.usedBytes, second.length);
  shared.fill(0xff);
  deepStrictEqual(offsets(small.read(0, 1, 10_000, true)), [0]);
});

interface Model {
  tail: PartitionTail;
  /** Every batch ever appended and not truncated. */
  batches: { base: number; next: number; size: number }[];
}

fuzz('tail cache against a naive list', { small: 300 }, (prng) => {
  const bound = prng.pick([0, 500, 5_000, 50_000]);
  const cache = new TailCache(bound);
  const models: Model[] = Array.from({ length: 3 }, () => ({ tail: cache.open(), batches: [] }));
  let shared = { bytes: new Uint8Array(4_096), used: 0 };
  for (let step = 0; step < 60; step++) {
    const model = prng.pick(models);
    const end = model.batches.at(-1)?.next ?? 0;
    const action = prng.below(10);
    if (action < 6) {
      const made = appended(end, prng);
      if (shared.used + made.bytes.length > 4_096) shared = { bytes: new Uint8Array(4_096), used: 0 };
      const view = shared.bytes.subarray(shared.used, shared.used + made.bytes.length);
      view.set(made.bytes);
      shared.used += made.bytes.length;
      model.tail.append(view, end, made.batches.at(-1)!.next);
      model.batches.push(...made.batches);
    } else if (action < 9) {
      checkRead(model, prng);
    } else {
      const at = prng.pick(model.batches.length === 0 ? [0] : model.batches.map(({ base }) => base));
      model.tail.truncateTo(at);
      model.batches = model.batches.filter(({ base }) => base < at);
      // An append that reached beyond goes whole: the model keeps what the log keeps, the cache may hold less.
    }
    ok(cache.usedBytes <= bound, `${cache.usedBytes} of ${bound}`);
  }
  for (const { tail } of models) tail.clear();
  strictEqual(cache.usedBytes, 0, 'nothing is counted when nothing is cached');
});

function appended(base: number, prng: Prng) {
  const batches: Model['batches'] = [];
  const parts: Uint8Array[] = [];
  for (let left = 1 + prng.below(3), next = base; left > 0; left--) {
    const count = 1 + prng.below(4);
    const bytes = batch(next, count, prng.below(200));
    parts.push(bytes);
    batches.push({ base: next, next: next + count, size: bytes.length });
    next += count;
  }
  return { bytes: Buffer.concat(parts), batches };
}

function checkRead({ tail, batches }: Model, prng: Prng): void {
  const end = batches.at(-1)?.next ?? 0;
  const offset = prng.below(end + 2);
  const upTo = prng.below(end + 2);
  const maxBytes = prng.pick([0, 100, 500, 100_000]);
  const isFirstWhole = prng.chance(0.5);
  const found = offsets(tail.read(offset, upTo, maxBytes, isFirstWhole));
  if (tail.startOffset < 0 || offset < tail.startOffset || offset >= tail.endOffset) return strictEqual(found, null);
  const want: number[] = [];
  let left = maxBytes;
  for (const { base, next, size } of batches) {
    if (next <= offset || next > tail.endOffset) continue;
    if (next > upTo || (size > left && !(isFirstWhole && want.length === 0))) break;
    want.push(base);
    left -= size;
  }
  deepStrictEqual(found, want);
}

import { deepStrictEqual, match, notStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from './assert.ts';
import { KiB } from './byte-sizes.ts';
import { SlabPoolExhaustedError, SlabTooLargeError } from './slab-pool-errors.ts';
import type { SlabLease } from './slab-pool-lease.ts';
import { createPool } from './slab-pool.fixture.ts';
import { SLAB_POISON, type SlabPool, type SlabPoolOptions } from './slab-pool.ts';

/** The memory of a slab that was lent and came back: its next life is told from fresh memory by it. */
function released(pool: SlabPool, bytes: number): ArrayBuffer {
  const lease = pool.acquire(bytes);
  const memory = lease.bytes.buffer;
  lease.release();
  return memory;
}

// A request gets the smallest class that holds it, and is charged for all of it.
const sizes: readonly [why: string, asked: number, got: number][] = [
  ['nothing still gets a slab', 0, 4 * KiB],
  ['one byte', 1, 4 * KiB],
  ['a class exactly', 4 * KiB, 4 * KiB],
  ['one byte over a class', 4 * KiB + 1, 16 * KiB],
  ['the largest class', 64 * KiB, 64 * KiB],
  ['above the largest class: that much and no more', 64 * KiB + 1, 64 * KiB + 1],
  ['all that may be lent', 128 * KiB, 128 * KiB],
];

for (const [why, asked, got] of sizes) {
  test(`slab size: ${why}`, () => {
    const pool = createPool();
    const lease = pool.acquire(asked);
    deepStrictEqual([lease.bytes.length, lease.sizeBytes, pool.stats().inUseBytes], [got, got, got]);
    lease.release();
    strictEqual(pool.stats().inUseBytes, 0);
  });
}

test('slab pool: memory comes back, the warmest first', () => {
  const pool = createPool();
  const [first, second] = [pool.acquire(1), pool.acquire(1)];
  const memories = [first.bytes.buffer, second.bytes.buffer];
  notStrictEqual(memories[0], memories[1]);
  second.release();
  first.release();
  strictEqual(pool.acquire(1).bytes.buffer, memories[0]);
  strictEqual(pool.acquire(1).bytes.buffer, memories[1]);
  const { acquired, recycled, fresh, leases, idleBytes } = pool.stats();
  deepStrictEqual(
    { acquired, recycled, fresh, leases, idleBytes },
    { acquired: 4, recycled: 2, fresh: 2, leases: 2, idleBytes: 0 },
  );
});

test('slab pool: a slab above the largest class is charged and never recycled', () => {
  const pool = createPool();
  const memory = released(pool, 100 * KiB);
  notStrictEqual(pool.acquire(100 * KiB).bytes.buffer, memory);
  const { oversize, recycled, idleBytes, inUseBytes } = pool.stats();
  deepStrictEqual(
    { oversize, recycled, idleBytes, inUseBytes },
    { oversize: 2, recycled: 0, idleBytes: 0, inUseBytes: 100 * KiB },
  );
});

test('slab pool: at the bound tryAcquire gives null and acquire a retriable error; a release makes room', () => {
  const pool = createPool();
  const leases = [pool.acquire(64 * KiB), pool.acquire(64 * KiB)];
  strictEqual(pool.tryAcquire(1), null);
  throws(
    () => pool.acquire(1),
    (error: unknown) => {
      ok(error instanceof SlabPoolExhaustedError);
      deepStrictEqual([error.code, error.retriable, error.askedBytes], ['ERR_SLAB_POOL_EXHAUSTED', true, 1]);
      deepStrictEqual([error.pool, error.inUseBytes, error.inUseBytesMax], ['test', 128 * KiB, 128 * KiB]);
      match(error.message, /"test".* 1 bytes.*131072 of 131072.*test\.limit/);
      return true;
    },
  );
  strictEqual(pool.stats().refused, 2);
  leases[0]!.release();
  strictEqual(pool.acquire(1).sizeBytes, 4 * KiB);
  strictEqual(pool.stats().inUseBytesPeak, 128 * KiB);
});

test('slab pool: more than may ever be lent is refused for good, however it is asked', () => {
  const pool = createPool();
  const asks = [
    () => pool.tryAcquire(128 * KiB + 1),
    () => pool.acquire(128 * KiB + 1),
    () => pool.acquireWhenFree(128 * KiB + 1, () => {}),
  ];
  for (const ask of asks) {
    throws(ask, (error: unknown) => {
      ok(error instanceof SlabTooLargeError);
      deepStrictEqual([error.code, error.retriable, error.askedBytes], ['ERR_SLAB_TOO_LARGE', false, 128 * KiB + 1]);
      match(error.message, /"test".*131073.*131072.*test\.limit/);
      return true;
    });
  }
  strictEqual(pool.stats().waiters, 0);
});

test('slab pool: idle memory is bounded; the longest idle gives way, whatever its class', () => {
  const pool = createPool({ idleBytesMax: 24 * KiB });
  const leases = [pool.acquire(4 * KiB), pool.acquire(16 * KiB), pool.acquire(4 * KiB), pool.acquire(16 * KiB)];
  const memories = leases.map((lease) => lease.bytes.buffer);
  for (const lease of leases) lease.release();
  // The last to return needed 16 KiB: the first small one and the first large one had to go.
  const { idleBytes, dropped } = pool.stats();
  deepStrictEqual({ idleBytes, dropped }, { idleBytes: 20 * KiB, dropped: 2 });
  strictEqual(pool.acquire(4 * KiB).bytes.buffer, memories[2]);
  strictEqual(pool.acquire(16 * KiB).bytes.buffer, memories[3]);
  strictEqual(pool.stats().idleBytes, 0);
});

test('slab pool: a slab that can never be kept does not push out those that can', () => {
  const pool = createPool({ idleBytesMax: 8 * KiB });
  const small = released(pool, 4 * KiB);
  released(pool, 16 * KiB);
  deepStrictEqual([pool.stats().idleBytes, pool.stats().dropped], [4 * KiB, 1]);
  strictEqual(pool.acquire(1).bytes.buffer, small);
});

test('slab pool: trim gives up the longest idle, and no more than asked', () => {
  const pool = createPool();
  const leases = [pool.acquire(1), pool.acquire(1), pool.acquire(1)];
  const kept = leases[2]!.bytes.buffer;
  for (const lease of leases) lease.release();
  pool.trim(7 * KiB);
  strictEqual(pool.stats().idleBytes, 4 * KiB);
  strictEqual(pool.acquire(1).bytes.buffer, kept);
  pool.trim();
  deepStrictEqual([pool.stats().idleBytes, pool.stats().inUseBytes], [0, 4 * KiB]);
});

test('slab pool misuse: options that cannot work', () => {
  const bad: Partial<SlabPoolOptions>[] = [
    { classBytes: [] },
    { classBytes: [0] },
    { classBytes: [8, 4] },
    { classBytes: [4, 4] },
    { classBytes: [1.5] },
    { inUseBytesMax: 64 * KiB - 1 },
    { idleBytesMax: -1 },
  ];
  for (const options of bad) throws(() => createPool(options), AssertionError, JSON.stringify(options));
  throws(() => createPool().tryAcquire(-1), AssertionError);
  throws(() => createPool().tryAcquire(Number.NaN), AssertionError);
});

// --------------------------------------------------------------------------------------------------------------- debug

test('slab pool debug: memory is poisoned when it is new and when it comes back', () => {
  const pool = createPool({ debug: true });
  const lease = pool.acquire(1);
  deepStrictEqual(new Set(lease.bytes), new Set([SLAB_POISON]));
  const stale = lease.bytes.fill(0);
  lease.release();
  deepStrictEqual(new Set(stale), new Set([SLAB_POISON]), 'who reads too late sees nonsense, not the next holder');
  ok(stale.readInt32BE(0) < 0);
  const oversize = pool.acquire(100 * KiB);
  const staleToo = oversize.bytes.fill(0);
  oversize.release();
  strictEqual(staleToo[100 * KiB - 1], SLAB_POISON);
});

// Where the late write lands, among 4 KiB.
for (const position of [0, 1, 2_047, 4_095]) {
  test(`slab pool debug: a write to byte ${position} after the release is found by the next lease`, () => {
    const pool = createPool({ debug: true });
    const lease = pool.acquire(1);
    const stale = lease.slice(0, 4 * KiB);
    lease.release();
    stale[position]! ^= 1;
    throws(
      () => pool.acquire(1),
      new RegExp(`nobody writes to a slab after its release \\(life 1, byte ${position}\\)`),
    );
  });
}

test('slab pool debug: a late write is found too when the slab is given up instead of lent', () => {
  const pool = createPool({ debug: true });
  const lease = pool.acquire(1);
  const stale = lease.bytes;
  lease.release();
  stale.fill(1);
  throws(() => pool.trim(), /nobody writes to a slab after its release/);
});

test('slab pool debug: tells where each lease that is out was acquired', () => {
  const pool = createPool({ debug: true });
  function leakHere(): SlabLease {
    return pool.acquire(1);
  }
  const leaked = leakHere();
  pool.acquire(1).release();
  strictEqual(pool.leasesAcquiredAt().length, 1);
  match(pool.leasesAcquiredAt()[0]!, /leakHere/);
  leaked.release();
  deepStrictEqual(pool.leasesAcquiredAt(), []);
  const production = createPool();
  production.acquire(1);
  deepStrictEqual(production.leasesAcquiredAt(), [], 'and costs nothing outside debug mode');
});

import { deepStrictEqual, notStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { KiB } from './byte-sizes.ts';
import type { SlabLease } from './slab-pool-lease.ts';
import { createPool } from './slab-pool.fixture.ts';

test('slab waiters: served at once when there is room', () => {
  const granted: SlabLease[] = [];
  createPool().acquireWhenFree(1, (lease) => granted.push(lease));
  strictEqual(granted[0]?.sizeBytes, 4 * KiB);
});

test('slab waiters: served in order by what returns, and not overtaken by who asks later for less', () => {
  const pool = createPool();
  const [first, second] = [pool.acquire(64 * KiB), pool.acquire(64 * KiB)];
  const served: string[] = [];
  pool.acquireWhenFree(128 * KiB, (lease) => {
    served.push('large');
    lease.release();
  });
  pool.acquireWhenFree(1, () => served.push('small'));
  first.release();
  deepStrictEqual([served, pool.tryAcquire(1), pool.stats().waiters], [[], null, 2]);
  second.release();
  deepStrictEqual([served, pool.stats().waiters], [['large', 'small'], 0]);
  notStrictEqual(pool.tryAcquire(1), null);
});

test('slab waiters: one that leaves lets those behind it through, once', () => {
  const pool = createPool();
  const lease = pool.acquire(100 * KiB);
  const served: string[] = [];
  const large = pool.acquireWhenFree(64 * KiB, () => served.push('large'));
  const small = pool.acquireWhenFree(1, () => served.push('small'));
  deepStrictEqual(served, []);
  large.cancel();
  deepStrictEqual(served, ['small']);
  large.cancel();
  small.cancel();
  lease.release();
  deepStrictEqual([served, pool.stats().inUseBytes], [['small'], 4 * KiB]);
});

test('slab waiters: a chain of grants that release and ask again ends, in order, without recursion', () => {
  const pool = createPool({ inUseBytesMax: 64 * KiB });
  const blocker = pool.acquire(64 * KiB);
  const served: number[] = [];
  let deepest = 0;
  let depth = 0;
  for (let i = 0; i < 20_000; i++) {
    pool.acquireWhenFree(64 * KiB, (lease) => {
      deepest = Math.max(deepest, ++depth);
      served.push(i);
      if (i === 0) pool.acquireWhenFree(64 * KiB, (last) => served.push(last.sizeBytes));
      lease.release();
      depth--;
    });
  }
  blocker.release();
  deepStrictEqual([served.length, served[0], served[19_999], served[20_000]], [20_001, 0, 19_999, 64 * KiB]);
  strictEqual(deepest, 1);
});

test('slab waiters: a callback that throws fails its caller, and the queue goes on with the next return', () => {
  const pool = createPool({ inUseBytesMax: 64 * KiB });
  const blocker = pool.acquire(64 * KiB);
  const granted: SlabLease[] = [];
  pool.acquireWhenFree(1, (lease) => {
    granted.push(lease);
    throw new Error('a bug of the waiter');
  });
  pool.acquireWhenFree(64 * KiB, (lease) => granted.push(lease));
  throws(() => blocker.release(), /a bug of the waiter/);
  granted[0]!.release();
  deepStrictEqual([granted.length, pool.stats().waiters], [2, 0]);
});

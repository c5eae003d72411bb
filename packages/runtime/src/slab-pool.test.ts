import { deepStrictEqual, match, notStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from './assert.ts';
import { KiB } from './byte-sizes.ts';
import { SlabPoolExhaustedError, SlabTooLargeError } from './slab-pool-errors.ts';
import type { SlabLease } from './slab-pool-lease.ts';
import { SLAB_POISON, SlabPool, type SlabPoolOptions } from './slab-pool.ts';

function createPool(options: Partial<SlabPoolOptions> = {}): SlabPool {
  return new SlabPool({
    name: 'test',
    classBytes: [4 * KiB, 16 * KiB, 64 * KiB],
    inUseBytesMax: 128 * KiB,
    idleBytesMax: 128 * KiB,
    limitKey: 'test.limit',
    ...options,
  });
}

/** Marks memory so that the next life of it can be told from fresh memory. */
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

test('slab lease: the slab returns with the last of its holders, in any order', () => {
  const pool = createPool();
  const lease = pool.acquire(1);
  const view = lease.view(10, 20);
  const inner = view.view(5, 5).retain();
  lease.retain();
  const releases = [lease, view, inner, lease, inner];
  for (const [i, holder] of releases.entries()) {
    strictEqual(pool.stats().leases, 1, `before release ${i}`);
    holder.release();
  }
  deepStrictEqual([lease.isHeld, view.isHeld, inner.isHeld], [false, false, false]);
  deepStrictEqual([pool.stats().leases, pool.stats().idleBytes], [0, 4 * KiB]);
});

test('slab lease: slices and views are windows on the same memory, not copies', () => {
  const lease = createPool().acquire(64);
  const view = lease.view(8, 16);
  const inner = view.view(4, 4);
  lease.bytes.writeUInt32BE(0xcafe_f00d, 12);
  strictEqual(inner.bytes.readUInt32BE(0), 0xcafe_f00d);
  inner.bytes[0] = 1;
  strictEqual(lease.slice(12, 1)[0], 1);
  deepStrictEqual([view.bytes.length, inner.bytes.length, inner.slabBytes], [16, 4, 4 * KiB]);
  ok(Buffer.isBuffer(inner.bytes));
});

test('slab pool: a write that is under way holds its bytes, though the request it was for is over (CVE-2026-35554)', () => {
  const pool = createPool();
  const batch = pool.acquire(1).view(0, 100);
  batch.bytes.fill('orders');
  const underWay = batch.retain(); // by the socket, until the kernel took it
  batch.release(); // by the request: its deadline passed

  const other = pool.acquire(1);
  notStrictEqual(other.bytes.buffer, underWay.bytes.buffer);
  other.bytes.fill('payments');
  strictEqual(underWay.bytes.toString('latin1', 0, 12), 'ordersorders');

  const memory = underWay.bytes.buffer;
  underWay.release();
  notStrictEqual(
    pool.acquire(1).bytes.buffer,
    memory,
    'the first lease of the slab is still held by whoever acquired it',
  );
});

// A bug of a holder is an assertion at the place of the bug, in production too.
const misuses: readonly [why: string, misuse: (lease: SlabLease) => unknown][] = [
  ['released twice', (lease) => lease.release()],
  ['retained after its end', (lease) => lease.retain()],
  ['read after its end', (lease) => lease.bytes],
  ['measured after its end', (lease) => lease.sizeBytes],
  ['sliced after its end', (lease) => lease.slice(0, 1)],
  ['viewed after its end', (lease) => lease.view(0, 1)],
];

for (const [why, misuse] of misuses) {
  test(`slab lease misuse: ${why}`, () => {
    const pool = createPool();
    const lease = pool.acquire(1);
    lease.release();
    const next = pool.acquire(1); // the same memory, in its next life
    throws(() => misuse(lease), AssertionError);
    deepStrictEqual([next.isHeld, pool.stats().leases], [true, 1], 'the next holder keeps what is its own');
  });
}

test('slab view misuse: a surplus release of one view does not end the hold of another', () => {
  const pool = createPool();
  const lease = pool.acquire(1);
  const [mine, yours] = [lease.view(0, 8), lease.view(8, 8)];
  lease.release();
  mine.release();
  for (const misuse of [
    () => mine.release(),
    () => mine.retain(),
    () => mine.bytes,
    () => mine.view(0, 1),
    () => mine.slabBytes,
  ]) {
    throws(misuse, AssertionError);
  }
  deepStrictEqual([yours.bytes.length, pool.stats().leases], [8, 1]);
});

test('slab misuse: a part that does not lie within', () => {
  const lease = createPool().acquire(1);
  const view = lease.view(0, 10);
  for (const [start, length] of [
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [4 * KiB, 1],
    [1, 4 * KiB],
    [0, Number.NaN],
  ] as const) {
    throws(() => lease.slice(start, length), AssertionError);
    throws(() => lease.view(start, length), AssertionError);
  }
  throws(() => view.view(5, 6), AssertionError, 'within the slab, but outside its parent');
  lease.release();
  view.release();
  strictEqual(lease.isHeld, false, 'a refused view holds nothing');
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

// ------------------------------------------------------------------------------------------------------------- waiting

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

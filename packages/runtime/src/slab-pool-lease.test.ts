import { deepStrictEqual, notStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from './assert.ts';
import { KiB } from './byte-sizes.ts';
import type { SlabLease } from './slab-pool-lease.ts';
import { createPool } from './slab-pool.fixture.ts';

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

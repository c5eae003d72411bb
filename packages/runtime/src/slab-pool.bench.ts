// What recycling saves: memory that is touched for the first time costs page faults. `npm run bench -- slab-pool`.
import { bench } from '@ottla/testing';
import { KiB, MiB } from './byte-sizes.ts';
import { SlabPool } from './slab-pool.ts';

const PAGE_BYTES = 4 * KiB;

function createPool(): SlabPool {
  return new SlabPool({
    name: 'bench',
    classBytes: [64 * KiB, 256 * KiB, 1 * MiB, 4 * MiB],
    inUseBytesMax: 64 * MiB,
    idleBytesMax: 64 * MiB,
    limitKey: 'none',
  });
}

/** As little as a receive does: each page is written once. */
function touch(bytes: Buffer): number {
  for (let position = 0; position < bytes.length; position += PAGE_BYTES) bytes[position] = 1;
  return bytes.length;
}

bench('slab pool: a buffer of 1 MiB, each page touched', (b) => {
  const pool = createPool();
  const comparison = b.compare(
    {
      recycled: () => {
        const lease = pool.acquire(1 * MiB);
        const touched = touch(lease.bytes);
        lease.release();
        return touched;
      },
      fresh: () => touch(Buffer.allocUnsafeSlow(1 * MiB)),
    },
    { perCall: { count: 1 * MiB, unit: 'bytes' }, sameResult: true },
  );
  b.bar('times faster than fresh memory', { value: comparison.speedup('recycled'), atLeast: 5 });
});

bench('slab pool: counting', (b) => {
  const pool = createPool();
  const lease = pool.acquire(1);
  const view = lease.view(0, 1_000);
  b.compare({
    'retain, release': () => {
      view.retain();
      view.release();
      return view.isHeld;
    },
    'view of a slab, release': () => {
      const other = lease.view(100, 1_000);
      other.release();
      return lease.isHeld;
    },
    'acquire, release': () => {
      const other = pool.acquire(1);
      other.release();
      return lease.isHeld;
    },
  });
});

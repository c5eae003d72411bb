/** A small pool for the proofs of it. */
import { KiB } from './byte-sizes.ts';
import { SlabPool, type SlabPoolOptions } from './slab-pool.ts';

export function createPool(options: Partial<SlabPoolOptions> = {}): SlabPool {
  return new SlabPool({
    name: 'test',
    classBytes: [4 * KiB, 16 * KiB, 64 * KiB],
    inUseBytesMax: 128 * KiB,
    idleBytesMax: 128 * KiB,
    limitKey: 'test.limit',
    ...options,
  });
}

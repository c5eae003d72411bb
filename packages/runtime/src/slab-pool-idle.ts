/** Slabs that wait for their next life: by class, the warmest taken first, the coldest given up first. */
import { assert } from './assert.ts';
import type { Slab } from './slab-pool-lease.ts';

export class SlabIdleList {
  readonly #bytesMax: number;
  readonly #dropped: (slab: Slab) => void;
  /** Per class, in order of return: the end is warm in the caches of the processor, the start is cold. */
  readonly #bySize = new Map<number, Slab[]>();
  #returns = 0;
  #bytes = 0;

  constructor(classBytes: readonly number[], bytesMax: number, dropped: (slab: Slab) => void) {
    this.#bytesMax = bytesMax;
    this.#dropped = dropped;
    for (const size of classBytes) this.#bySize.set(size, []);
  }

  get bytes(): number {
    return this.#bytes;
  }

  hasClass(sizeBytes: number): boolean {
    return this.#bySize.has(sizeBytes);
  }

  /** The slab of this size that came back last, or null. */
  take(sizeBytes: number): Slab | null {
    const slab = this.#bySize.get(sizeBytes)?.pop();
    if (slab === undefined) return null;
    this.#bytes -= sizeBytes;
    return slab;
  }

  /** Keeps `slab`; the longest idle give way, of whatever class, so that the classes in use take over from those that were. */
  add(slab: Slab): void {
    const slabs = this.#bySize.get(slab.bytes.length);
    assert(slabs !== undefined, 'an idle slab is of a class of its pool');
    if (slab.bytes.length > this.#bytesMax) {
      this.#dropped(slab);
      return;
    }
    slab.idleSince = ++this.#returns;
    slabs.push(slab);
    this.#bytes += slab.bytes.length;
    this.shrinkTo(this.#bytesMax);
  }

  shrinkTo(bytesMax: number): void {
    while (this.#bytes > bytesMax) {
      const slab = this.#coldest().shift()!;
      this.#bytes -= slab.bytes.length;
      this.#dropped(slab);
    }
  }

  /** The class whose first slab has been idle for longest. */
  #coldest(): Slab[] {
    let coldest: Slab[] | null = null;
    for (const slabs of this.#bySize.values()) {
      if (slabs.length > 0 && (coldest === null || slabs[0]!.idleSince < coldest[0]!.idleSince)) coldest = slabs;
    }
    assert(coldest !== null, 'idle bytes belong to an idle slab');
    return coldest;
  }
}

/** What all segments of a broker share: the outside world, memory to read into, and the bound on what indexes hold. */
import { BatchIterator } from '@ottla/protocol';
import { assert, type Io } from '@ottla/runtime';

export interface SegmentContext {
  readonly io: Pick<Io, 'clock' | 'compute'>;
  readonly indexCache: IndexCache;
  /** For a walk that ends within the turn. */
  readonly batches: BatchIterator;
  /** For a look at a few batches. */
  readonly lookBuffers: ScratchBuffers;
  /** For a walk over a whole segment. */
  readonly walkBuffers: ScratchBuffers;
  /** Told when an index was missing or wrong and was built anew from its segment: worth a line in the log. */
  readonly onIndexRebuilt: (path: string, reason: string) => void;
}

export interface SegmentContextOptions {
  /** Bound of the memory that indexes of segments take which are only read. Default 64 MiB. */
  readonly indexCacheBytesMax?: number;
  readonly onIndexRebuilt?: (path: string, reason: string) => void;
}

/** As much as one index interval, so that a look takes one read unless batches are larger. */
const LOOK_BYTES = 4_096;
const WALK_BYTES = 262_144;
const INDEX_CACHE_BYTES_MAX = 67_108_864;

export function createSegmentContext(
  io: Pick<Io, 'clock' | 'compute'>,
  options: SegmentContextOptions = {},
): SegmentContext {
  return {
    io,
    indexCache: new IndexCache(options.indexCacheBytesMax ?? INDEX_CACHE_BYTES_MAX),
    batches: new BatchIterator(new Uint8Array(0)),
    lookBuffers: new ScratchBuffers(LOOK_BYTES, 64),
    walkBuffers: new ScratchBuffers(WALK_BYTES, 4),
    onIndexRebuilt: options.onIndexRebuilt ?? (() => {}),
  };
}

/** Buffers of one size that are used again. */
export class ScratchBuffers {
  readonly sizeBytes: number;
  readonly #idleMax: number;
  readonly #idle: Uint8Array<ArrayBuffer>[] = [];

  constructor(sizeBytes: number, idleMax: number) {
    this.sizeBytes = sizeBytes;
    this.#idleMax = idleMax;
  }

  async use<T>(run: (buffer: Uint8Array<ArrayBuffer>) => Promise<T>): Promise<T> {
    const buffer = this.#idle.pop() ?? new Uint8Array(this.sizeBytes);
    try {
      return await run(buffer);
    } finally {
      if (this.#idle.length < this.#idleMax) this.#idle.push(buffer);
    }
  }
}

/** Whoever has indexes in memory that can be read again. */
export interface IndexHolder {
  dropIndexes(): void;
}

/** Bounds the bytes of indexes in memory: what was not used for the longest time is dropped. */
export class IndexCache {
  readonly #bytesMax: number;
  /** In the order of use. */
  readonly #held = new Map<IndexHolder, number>();
  #heldBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Says that the holder's indexes were used just now, and how large they are. May drop those of others, never these. */
  used(holder: IndexHolder, bytes: number): void {
    this.remove(holder);
    this.#held.set(holder, bytes);
    this.#heldBytes += bytes;
    for (const [other] of this.#held) {
      if (this.#heldBytes <= this.#bytesMax || other === holder) return;
      this.remove(other);
      other.dropIndexes();
    }
  }

  /** Says that the holder's indexes are gone, or no longer to be dropped. */
  remove(holder: IndexHolder): void {
    this.#heldBytes -= this.#held.get(holder) ?? 0;
    this.#held.delete(holder);
    assert(this.#heldBytes >= 0, 'what is held is counted once');
  }
}

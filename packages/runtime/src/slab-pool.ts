/**
 * Large buffers, recycled. Memory that a process touches for the first time costs page faults (measured: 10x in a virtual
 * machine), so frames, reads and batches live in slabs that come back, and the bytes in use have a bound.
 *
 * The rule: a slab is lent again only after every holder of its last life released it. A write to a socket or a file that
 * is still under way is a holder (Kafka's client broke this rule: CVE-2026-35554).
 */
import { assert } from './assert.ts';
import { SlabIdleList } from './slab-pool-idle.ts';
import { SlabLease, type Slab } from './slab-pool-lease.ts';
import { SlabPoolExhaustedError, SlabTooLargeError } from './slab-pool-errors.ts';

export interface SlabPoolOptions {
  /** For messages and metrics. */
  readonly name: string;
  /** Sizes that are recycled, ascending. A request gets the smallest that holds it. */
  readonly classBytes: readonly number[];
  /** Bound of what is lent, in slabs' whole sizes. */
  readonly inUseBytesMax: number;
  /** Bound of what is kept for reuse, above what is lent. */
  readonly idleBytesMax: number;
  /** The setting that a user raises when `inUseBytesMax` is too low. */
  readonly limitKey: string;
  /** Poisons what comes back and checks that nobody wrote to it since; remembers who acquired what. Slow: for tests. */
  readonly debug?: boolean;
}

/** Bytes now, and counts since the pool was made. */
export interface SlabPoolStats {
  readonly inUseBytes: number;
  readonly inUseBytesPeak: number;
  readonly idleBytes: number;
  readonly leases: number;
  readonly waiters: number;
  /** Leases given. `recycled + fresh` of them. */
  readonly acquired: number;
  readonly recycled: number;
  readonly fresh: number;
  /** Those of `fresh` that were above the largest class, and are never recycled. */
  readonly oversize: number;
  /** Asked for and not given, for lack of room. */
  readonly refused: number;
  /** Slabs given up to the garbage collector, for lack of room among the idle. */
  readonly dropped: number;
}

/** A place in the queue for memory. */
export interface SlabWaiter {
  /** Leaves the queue; idempotent, and without effect once the slab was granted. */
  cancel(): void;
}

interface Waiting extends SlabWaiter {
  readonly sizeBytes: number;
  readonly granted: (lease: SlabLease) => void;
}

/** What a returned slab is filled with in debug mode. As a length or a count it is negative, so decoders refuse it. */
export const SLAB_POISON = 0xdb;

/** Lends slabs and takes them back. One event loop, no timers: `trim` is for whoever has them. */
export class SlabPool {
  readonly #options: SlabPoolOptions;
  readonly #debug: boolean;
  readonly #idle: SlabIdleList;
  /** First come, first served: a set keeps order and can be left in the middle. */
  readonly #waiters = new Set<Waiting>();
  /** In debug mode, where each lease that is out was acquired. */
  readonly #acquiredAt = new Map<SlabLease, string>();
  readonly #giveBack = (lease: SlabLease, slab: Slab): void => this.#takeBack(lease, slab);
  #serving = false;
  #inUseBytes = 0;
  #inUseBytesPeak = 0;
  #leases = 0;
  #acquired = 0;
  #recycled = 0;
  #oversize = 0;
  #refused = 0;
  #dropped = 0;

  constructor(options: SlabPoolOptions) {
    const { classBytes, inUseBytesMax, idleBytesMax } = options;
    assert(classBytes.length > 0, 'a slab pool has at least one class');
    let below = 0;
    for (const size of classBytes) {
      assert(Number.isSafeInteger(size) && size > below, 'classes of slabs are positive and ascend');
      below = size;
    }
    assert(inUseBytesMax >= below && idleBytesMax >= 0, 'a slab pool may lend at least one slab of its largest class');
    this.#options = options;
    this.#debug = options.debug === true;
    this.#idle = new SlabIdleList(classBytes, idleBytesMax, (slab) => this.#drop(slab));
  }

  /**
   * Lends a slab of at least `bytes`, or null when that would pass the bound or overtake a waiter.
   *
   * @throws {SlabTooLargeError} `bytes` is more than may ever be lent.
   */
  tryAcquire(bytes: number): SlabLease | null {
    const sizeBytes = this.#slabSize(bytes);
    if (this.#waiters.size === 0 && this.#hasRoom(sizeBytes)) return this.#lend(sizeBytes);
    this.#refused++;
    return null;
  }

  /**
   * As `tryAcquire`, for callers that fail rather than wait.
   *
   * @throws {SlabPoolExhaustedError} there is no room now; retriable.
   * @throws {SlabTooLargeError} `bytes` is more than may ever be lent.
   */
  acquire(bytes: number): SlabLease {
    const lease = this.tryAcquire(bytes);
    if (lease !== null) return lease;
    const { name, inUseBytesMax, limitKey } = this.#options;
    throw new SlabPoolExhaustedError(name, {
      askedBytes: bytes,
      inUseBytes: this.#inUseBytes,
      inUseBytesMax,
      limitKey,
    });
  }

  /**
   * Lends a slab of at least `bytes` as soon as there is room: within this call, or within the `release` (or `cancel`) that
   * makes it. Waiters are served in order and nobody overtakes them, so a large one is not starved by small ones.
   *
   * @param granted keeps it short (resumes a socket, say) and does not throw.
   * @throws {SlabTooLargeError} `bytes` is more than may ever be lent.
   */
  acquireWhenFree(bytes: number, granted: (lease: SlabLease) => void): SlabWaiter {
    const waiting: Waiting = {
      sizeBytes: this.#slabSize(bytes),
      granted,
      cancel: () => {
        if (this.#waiters.delete(waiting)) this.#serveWaiters();
      },
    };
    this.#waiters.add(waiting);
    this.#serveWaiters();
    return waiting;
  }

  /** Gives up idle slabs, longest idle first, until at most `idleBytes` are kept. */
  trim(idleBytes = 0): void {
    this.#idle.shrinkTo(idleBytes);
  }

  stats(): SlabPoolStats {
    return {
      inUseBytes: this.#inUseBytes,
      inUseBytesPeak: this.#inUseBytesPeak,
      idleBytes: this.#idle.bytes,
      leases: this.#leases,
      waiters: this.#waiters.size,
      acquired: this.#acquired,
      recycled: this.#recycled,
      fresh: this.#acquired - this.#recycled,
      oversize: this.#oversize,
      refused: this.#refused,
      dropped: this.#dropped,
    };
  }

  /** In debug mode, a stack for each lease that is still out: where it was acquired. Else empty. */
  leasesAcquiredAt(): string[] {
    return [...this.#acquiredAt.values()];
  }

  /** What is lent and charged for `bytes`: a class, or above the largest exactly `bytes`. */
  #slabSize(bytes: number): number {
    assert(Number.isSafeInteger(bytes) && bytes >= 0, 'bytes asked of a slab pool are a count');
    const { name, classBytes, inUseBytesMax, limitKey } = this.#options;
    for (const size of classBytes) if (size >= bytes) return size;
    if (bytes > inUseBytesMax) throw new SlabTooLargeError(name, { askedBytes: bytes, inUseBytesMax, limitKey });
    return bytes;
  }

  #hasRoom(sizeBytes: number): boolean {
    return this.#inUseBytes + sizeBytes <= this.#options.inUseBytesMax;
  }

  #lend(sizeBytes: number): SlabLease {
    const slab = this.#idle.take(sizeBytes) ?? this.#makeSlab(sizeBytes);
    if (slab.lives > 0) this.#recycled++;
    if (slab.lives > 0 && this.#debug) assertPoisoned(slab);
    slab.lives++;
    this.#acquired++;
    this.#leases++;
    this.#inUseBytes += sizeBytes;
    this.#inUseBytesPeak = Math.max(this.#inUseBytesPeak, this.#inUseBytes);
    const lease = new SlabLease(slab, this.#giveBack);
    if (this.#debug) this.#acquiredAt.set(lease, new Error('acquired').stack ?? '');
    return lease;
  }

  #makeSlab(sizeBytes: number): Slab {
    if (!this.#idle.hasClass(sizeBytes)) this.#oversize++;
    // Not zeroed: touching it now would cost the page faults that the caller's own write pays anyway.
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    if (this.#debug) bytes.fill(SLAB_POISON);
    return { bytes, lives: 0, idleSince: 0 };
  }

  #takeBack(lease: SlabLease, slab: Slab): void {
    this.#inUseBytes -= slab.bytes.length;
    this.#leases--;
    if (this.#debug) {
      this.#acquiredAt.delete(lease);
      slab.bytes.fill(SLAB_POISON);
    }
    if (this.#idle.hasClass(slab.bytes.length)) this.#idle.add(slab);
    this.#serveWaiters();
  }

  #drop(slab: Slab): void {
    this.#dropped++;
    if (this.#debug) assertPoisoned(slab);
  }

  /** NOTE(order): a slab granted here may be released in the same call, which comes back here; the outer loop goes on. */
  #serveWaiters(): void {
    if (this.#serving) return;
    this.#serving = true;
    try {
      for (const waiting of this.#waiters) {
        if (!this.#hasRoom(waiting.sizeBytes)) break;
        this.#waiters.delete(waiting);
        waiting.granted(this.#lend(waiting.sizeBytes));
      }
    } finally {
      this.#serving = false;
    }
  }
}

/** Somebody who kept the bytes beyond their release wrote to them: one day to another holder's. */
function assertPoisoned({ bytes, lives }: Slab): void {
  // Equal to itself moved by one is all the same byte, at the speed of memcmp.
  if (bytes[0] === SLAB_POISON && bytes.subarray(1).equals(bytes.subarray(0, -1))) return;
  const position = bytes.findIndex((byte) => byte !== SLAB_POISON);
  assert(position === -1, `nobody writes to a slab after its release (life ${lives}, byte ${position})`);
}

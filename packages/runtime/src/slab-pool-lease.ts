/** What holders of pooled memory have in their hands: a lease of a whole slab, and counted views of parts of it. */
import { assert } from './assert.ts';

/** Memory that outlives its leases. The pool's own. */
export interface Slab {
  readonly bytes: Buffer<ArrayBuffer>;
  /** How often it was lent. A stale reference in a message about misuse is told by it. */
  lives: number;
  /** Number of its last return among all of its pool's returns: the lower, the longer idle. */
  idleSince: number;
}

/**
 * One life of a slab: from `acquire` until the last holder releases. A lease is never used again (the slab is, under a new
 * lease), so a holder that is late, or releases twice, meets an assertion and not another holder's bytes.
 *
 * Whoever acquires is its first holder. Everyone who keeps the bytes beyond the current call (an append, a response that
 * the kernel has not taken, a cache) retains for itself and releases when *it* is done, not when the request is.
 */
export class SlabLease {
  #slab: Slab | null;
  #holders = 1;
  readonly #giveBack: (lease: SlabLease, slab: Slab) => void;

  /** @param giveBack called once, by the last release. */
  constructor(slab: Slab, giveBack: (lease: SlabLease, slab: Slab) => void) {
    this.#slab = slab;
    this.#giveBack = giveBack;
  }

  /** The whole slab: at least what was asked for. What is in it is left over from earlier lives. */
  get bytes(): Buffer<ArrayBuffer> {
    return this.#live().bytes;
  }

  get sizeBytes(): number {
    return this.#live().bytes.length;
  }

  /** False once the last holder released: the bytes are someone else's now. */
  get isHeld(): boolean {
    return this.#slab !== null;
  }

  retain(): this {
    this.#live();
    this.#holders++;
    return this;
  }

  release(): void {
    const slab = this.#live();
    this.#holders--;
    if (this.#holders > 0) return;
    this.#slab = null;
    this.#giveBack(this, slab);
  }

  /** A part of the slab that is not counted: for use within the hold that the caller has anyway. */
  slice(start: number, length: number): Buffer<ArrayBuffer> {
    const { bytes } = this.#live();
    assert(isWithin(start, length, bytes.length), 'a slice lies within its slab');
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, length);
  }

  /** A part of the slab that is a holder of its own, to be handed on: the slab stays lent until it is released too. */
  view(start: number, length: number): SlabView {
    const bytes = this.slice(start, length);
    return new SlabView(this.retain(), start, bytes);
  }

  #live(): Slab {
    assert(this.#slab !== null, 'a slab is not used after its last release');
    return this.#slab;
  }
}

/**
 * A counted part of a slab. It has a count of its own, so that one holder's surplus release is caught here and cannot take
 * away the hold of the owner of another view.
 */
export class SlabView {
  readonly #lease: SlabLease;
  readonly #start: number;
  #bytes: Buffer<ArrayBuffer> | null;
  #holders = 1;

  /** Takes over one hold of `lease`. */
  constructor(lease: SlabLease, start: number, bytes: Buffer<ArrayBuffer>) {
    this.#lease = lease;
    this.#start = start;
    this.#bytes = bytes;
  }

  get bytes(): Buffer<ArrayBuffer> {
    return this.#live();
  }

  get isHeld(): boolean {
    return this.#bytes !== null;
  }

  /** What keeping this view keeps from reuse: the size of the whole slab. */
  get slabBytes(): number {
    this.#live();
    return this.#lease.sizeBytes;
  }

  retain(): this {
    this.#live();
    this.#holders++;
    return this;
  }

  release(): void {
    this.#live();
    this.#holders--;
    if (this.#holders > 0) return;
    this.#bytes = null;
    this.#lease.release();
  }

  /** A counted part of this part. It may outlive this view. */
  view(start: number, length: number): SlabView {
    assert(isWithin(start, length, this.#live().length), 'a view lies within its parent');
    return this.#lease.view(this.#start + start, length);
  }

  #live(): Buffer<ArrayBuffer> {
    assert(this.#bytes !== null, 'a view of a slab is not used after its last release');
    return this.#bytes;
  }
}

function isWithin(start: number, length: number, sizeBytes: number): boolean {
  return (
    Number.isInteger(start) && Number.isInteger(length) && start >= 0 && length >= 0 && start + length <= sizeBytes
  );
}

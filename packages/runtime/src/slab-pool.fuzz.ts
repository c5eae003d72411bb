// Many holders of many slabs, against a model that only counts. What a holder wrote must be there until that holder
// releases, whatever others do: that is the rule of the pool.
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import type { Prng } from './prng.ts';
import { SlabView, type SlabLease } from './slab-pool-lease.ts';
import { SlabPool } from './slab-pool.ts';

const CLASSES = [64, 256, 1024];

/** One holder: of a lease (and of a stamp that fills its whole slab), or of a view of one. */
interface Holder {
  readonly held: SlabLease | SlabView;
  readonly lease: LeaseModel;
}

interface LeaseModel {
  readonly stamp: number;
  readonly slabBytes: number;
  holders: number;
}

class Run {
  readonly #prng: Prng;
  readonly #inUseBytesMax: number;
  readonly #idleBytesMax: number;
  readonly #pool: SlabPool;
  readonly #holders: Holder[] = [];
  /** Numbers of the waiters in the queue, oldest first. */
  readonly #waiting: { number: number; slabBytes: number; cancel: () => void }[] = [];
  #leases = 0;
  #waiters = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
    this.#inUseBytesMax = prng.between(1024, 8192);
    this.#idleBytesMax = prng.pick([0, 100, 512, 4096, 8192]);
    this.#pool = new SlabPool({
      name: 'fuzz',
      classBytes: CLASSES,
      inUseBytesMax: this.#inUseBytesMax,
      idleBytesMax: this.#idleBytesMax,
      limitKey: 'fuzz.limit',
      debug: prng.chance(0.5),
    });
  }

  step(): void {
    const draw = this.#prng.float();
    if (draw < 0.25) this.#acquire();
    else if (draw < 0.35) this.#wait();
    else if (draw < 0.38 && this.#waiting.length > 0) this.#leaveQueue();
    else if (draw < 0.4) this.#pool.trim(this.#prng.below(2048));
    else if (this.#holders.length > 0) this.#useHolder(this.#prng.pick(this.#holders), draw);
    this.#check();
  }

  finish(): void {
    while (this.#waiting.length > 0) this.#leaveQueue();
    while (this.#holders.length > 0) this.#release(this.#holders[0]!);
    this.#pool.trim();
    const { inUseBytes, idleBytes, leases, waiters } = this.#pool.stats();
    deepStrictEqual({ inUseBytes, idleBytes, leases, waiters }, { inUseBytes: 0, idleBytes: 0, leases: 0, waiters: 0 });
    deepStrictEqual(this.#pool.leasesAcquiredAt(), []);
  }

  #acquire(): void {
    const { asked, slabBytes } = this.#drawSize();
    const lease = this.#pool.tryAcquire(asked);
    strictEqual(lease !== null, this.#waiting.length === 0 && this.#inUseBytes() + slabBytes <= this.#inUseBytesMax);
    if (lease !== null) this.#hold(lease, slabBytes);
  }

  #wait(): void {
    const { asked, slabBytes } = this.#drawSize();
    const entry = { number: this.#waiters++, slabBytes, cancel: () => {} };
    this.#waiting.push(entry);
    const waiter = this.#pool.acquireWhenFree(asked, (lease) => {
      strictEqual(this.#waiting.shift()?.number, entry.number, 'waiters are served in order');
      this.#hold(lease, slabBytes);
    });
    entry.cancel = () => waiter.cancel();
  }

  #leaveQueue(): void {
    const [entry] = this.#waiting.splice(this.#prng.below(this.#waiting.length), 1);
    entry!.cancel();
  }

  #useHolder(holder: Holder, draw: number): void {
    const { held, lease } = holder;
    if (draw < 0.5) {
      const start = this.#prng.below(held.bytes.length + 1);
      const view = held.view(start, this.#prng.below(held.bytes.length - start + 1));
      lease.holders++;
      this.#holders.push({ held: view, lease });
    } else if (draw < 0.6) {
      held.retain();
      lease.holders++;
      this.#holders.push(holder);
    } else {
      this.#release(holder);
    }
  }

  #release(holder: Holder): void {
    const { held, lease } = holder;
    ok(
      held.bytes.every((byte) => byte === lease.stamp),
      'nobody else wrote here',
    );
    this.#holders.splice(this.#holders.indexOf(holder), 1);
    lease.holders--;
    held.release();
    const isViewHeld = this.#holders.some((other) => other.held === held);
    strictEqual(held.isHeld, held instanceof SlabView ? isViewHeld : lease.holders > 0);
  }

  #hold(lease: SlabLease, slabBytes: number): void {
    strictEqual(lease.sizeBytes, slabBytes);
    const model = { stamp: this.#leases++ & 0xff, slabBytes, holders: 1 };
    lease.bytes.fill(model.stamp);
    this.#holders.push({ held: lease, lease: model });
  }

  #drawSize(): { asked: number; slabBytes: number } {
    const asked = this.#prng.below(this.#prng.chance(0.05) ? this.#inUseBytesMax : 1025);
    return { asked, slabBytes: CLASSES.find((size) => size >= asked) ?? asked };
  }

  #inUseBytes(): number {
    const leases = new Set(this.#holders.map((holder) => holder.lease));
    return [...leases].reduce((sum, lease) => sum + lease.slabBytes, 0);
  }

  #check(): void {
    const stats = this.#pool.stats();
    strictEqual(stats.inUseBytes, this.#inUseBytes());
    strictEqual(stats.leases, new Set(this.#holders.map((holder) => holder.lease)).size);
    strictEqual(stats.waiters, this.#waiting.length);
    strictEqual(stats.acquired, this.#leases);
    strictEqual(stats.recycled + stats.fresh, stats.acquired);
    ok(stats.inUseBytes <= this.#inUseBytesMax && stats.inUseBytesPeak >= stats.inUseBytes);
    ok(stats.idleBytes <= this.#idleBytesMax);
    const first = this.#waiting[0];
    ok(
      first === undefined || stats.inUseBytes + first.slabBytes > this.#inUseBytesMax,
      'nobody waits beside free room',
    );
  }
}

fuzz('slab pool', { small: 60 }, (prng) => {
  const run = new Run(prng);
  for (let i = 0; i < 300; i++) run.step();
  run.finish();
});

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { isOperationalError, type Prng } from '@ottla/runtime';
import { fuzz, mutate } from '@ottla/testing';
import { FrameSplitter, type FrameMemory } from './frame-splitter.ts';

/** Memory that is mostly larger than asked, and poisoned when it comes back. */
class PoisoningPool {
  readonly #prng: Prng;
  out = 0;
  peakBytes = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  readonly allocate = (asked: number): FrameMemory => {
    const bytes = new Uint8Array(asked + this.#prng.below(64));
    this.out++;
    this.peakBytes = Math.max(this.peakBytes, bytes.length);
    const release = (): void => {
      this.out--;
      bytes.fill(0xdb);
    };
    return { bytes, release };
  };
}

/** Where chunks end: from one byte each up to everything at once. */
function* chunks(stream: Uint8Array, prng: Prng): Generator<Uint8Array> {
  const typical = prng.pick([1, 2, 5, 40, 1_000, 70_000]);
  for (let from = 0; from < stream.length;) {
    const to = Math.min(stream.length, from + prng.below(2 * typical + 1));
    yield Uint8Array.from(stream.subarray(from, to)); // a copy: it is overwritten after use
    from = to;
  }
}

function prefixed(frames: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    frames.flatMap((frame) => {
      const size = Buffer.alloc(4);
      size.writeInt32BE(frame.length);
      return [size, frame];
    }),
  );
}

fuzz('frames: any cutting of a stream gives the same frames', { small: 400 }, (prng) => {
  const frames = Array.from({ length: prng.below(12) }, () => prng.bytes(prng.below(prng.pick([2, 30, 3_000]))));
  const stream = prefixed(frames);
  const cutAt = prng.chance(0.3) ? prng.below(stream.length + 1) : stream.length;
  const pool = new PoisoningPool(prng);
  const splitter = new FrameSplitter({
    limit: { maxBytes: 3_000, name: 'test' },
    allocate: pool.allocate,
    eagerBytes: 1 + prng.below(1_000),
  });
  const got: Uint8Array[] = [];
  let received = 0;
  for (const chunk of chunks(stream.subarray(0, cutAt), prng)) {
    splitter.push(chunk, 0);
    received += chunk.length;
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) {
      got.push(Uint8Array.from(frame));
      splitter.frameMemory?.release();
    }
    chunk.fill(0xdb);
    strictEqual(got.reduce((sum, frame) => sum + 4 + frame.length, 0) + splitter.pendingBytes, received);
  }
  deepStrictEqual(got, frames.slice(0, got.length));
  if (cutAt === stream.length) strictEqual(got.length, frames.length);
  splitter.close();
  strictEqual(pool.out, 0, 'all memory came back');
});

fuzz('frames: hostile bytes end in frames or one typed error, and cost what they weigh', { small: 400 }, (prng) => {
  const pool = new PoisoningPool(prng);
  const eagerBytes = 64;
  const splitter = new FrameSplitter({
    limit: { maxBytes: 1 << 30, name: 'test' },
    allocate: pool.allocate,
    eagerBytes,
  });
  const good = prefixed(Array.from({ length: 1 + prng.below(8) }, () => prng.bytes(prng.below(300))));
  const stream = mutate(good, prng);
  let received = 0;
  try {
    for (const chunk of chunks(stream, prng)) {
      received += chunk.length;
      splitter.push(chunk, 0);
      for (let frame = splitter.next(); frame !== null; frame = splitter.next()) {
        ok(frame.length <= received);
        splitter.frameMemory?.release();
      }
    }
  } catch (error) {
    ok(isOperationalError(error), String(error));
  }
  ok(pool.peakBytes <= Math.max(eagerBytes, 4 * received) + 64, `${pool.peakBytes} bytes for ${received}`);
  splitter.close();
  strictEqual(pool.out, 0);
});

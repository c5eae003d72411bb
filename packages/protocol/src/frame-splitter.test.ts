import { deepStrictEqual, match, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { KiB, MiB, SlabPool } from '@ottla/runtime';
import {
  allocateFrame,
  FRAME_LIMIT_BEFORE_AUTHENTICATION,
  FRAME_LIMIT_SASL,
  FrameSizeError,
  FrameSplitter,
  type FrameMemory,
} from './frame-splitter.ts';
import { WrongProtocolError } from './wrong-protocol.ts';

const LIMIT = { maxBytes: 100 * MiB, name: 'socket.request.max.bytes' };

/** Counts what is out; hands out more than was asked, as a pool of slabs does. */
class CountingPool {
  readonly out = new Set<FrameMemory>();
  allocatedBytes = 0;

  readonly allocate = (bytes: number): FrameMemory => {
    const memory: FrameMemory = {
      bytes: new Uint8Array(bytes + 3).fill(0xee),
      release: () => ok(this.out.delete(memory), 'released once, and it was ours'),
    };
    this.out.add(memory);
    this.allocatedBytes += memory.bytes.length;
    return memory;
  };
}

function prefixed(body: Uint8Array | string): Buffer {
  const bytes = Buffer.from(body);
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

/** Every frame as text, with the chunk borders after each of `cuts` bytes. */
function split(stream: Buffer, cuts: readonly number[], pool = new CountingPool()): string[] {
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: pool.allocate });
  const frames: string[] = [];
  let from = 0;
  for (const to of [...cuts, stream.length]) {
    splitter.push(stream.subarray(from, to), 0);
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) {
      frames.push(Buffer.from(frame).toString('latin1'));
      splitter.frameMemory?.release();
    }
    from = to;
  }
  strictEqual(splitter.pendingBytes, 0);
  strictEqual(pool.out.size, 0);
  return frames;
}

const three = Buffer.concat([prefixed('first'), prefixed(''), prefixed('third!')]);
const cutRows: readonly (readonly [why: string, cuts: readonly number[]])[] = [
  ['in one chunk', []],
  ['between frames', [9, 13]],
  ['inside the first size', [1, 2, 3]],
  ['between size and body', [4]],
  ['inside the first body', [6]],
  ['inside the second size', [11]],
  ['before the last byte', [22]],
  ['with empty chunks', [0, 0, 6, 6, 13, 13, 17, 17]],
  ['byte by byte', Array.from({ length: 22 }, (_, i) => i + 1)],
];
for (const [why, cuts] of cutRows) {
  test(`frames: the same three, cut ${why}`, () => {
    deepStrictEqual(split(three, cuts), ['first', '', 'third!']);
  });
}

test('frames: one within a chunk is a view, one across chunks is a copy', () => {
  const pool = new CountingPool();
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: pool.allocate });
  const chunk = Buffer.concat([prefixed('view'), prefixed('spanning').subarray(0, 8)]);
  splitter.push(chunk, 0);
  const view = splitter.next();
  strictEqual(view?.buffer, chunk.buffer);
  strictEqual(view.byteOffset, chunk.byteOffset + 4);
  strictEqual(splitter.frameMemory, null);
  strictEqual(splitter.next(), null);

  chunk.fill(0); // the socket reuses its memory
  splitter.push(prefixed('spanning').subarray(8), 0);
  const copy = splitter.next();
  strictEqual(Buffer.from(copy!).toString(), 'spanning');
  deepStrictEqual([...pool.out], [splitter.frameMemory]);
  strictEqual(copy!.buffer, splitter.frameMemory!.bytes.buffer);
});

test('frames: a body that lies in one chunk is a view though its size came before', () => {
  const pool = new CountingPool();
  deepStrictEqual(split(three, [4, 13], pool), ['first', '', 'third!']);
  strictEqual(pool.allocatedBytes, 0);
});

test('frames: memory follows what arrives, not what is declared', () => {
  const pool = new CountingPool();
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: pool.allocate, eagerBytes: 64 * KiB });
  const size = Buffer.alloc(4);
  size.writeInt32BE(100 * MiB);
  splitter.push(size, 0);
  strictEqual(splitter.next(), null);
  strictEqual(pool.allocatedBytes, 0, 'a size alone costs nothing');

  const chunk = new Uint8Array(16 * KiB).fill(7);
  for (let received = chunk.length; received <= MiB; received += chunk.length) {
    splitter.push(chunk, 0);
    strictEqual(splitter.next(), null);
    strictEqual(pool.out.size, 1, 'outgrown memory is given back');
    const held = [...pool.out][0]!.bytes.length;
    ok(held <= Math.max(64 * KiB, 4 * received) + 3, `${held} bytes held for ${received} received`);
  }
  splitter.close();
  strictEqual(pool.out.size, 0, 'an unfinished frame gives its memory back');
});

test('frames: a large frame survives every move', () => {
  const body = Buffer.alloc(3 * MiB, 'every byte must be where it was sent, ');
  const stream = prefixed(body);
  const pool = new CountingPool();
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: pool.allocate, eagerBytes: KiB });
  const frames: Uint8Array[] = [];
  for (let from = 0; from < stream.length; from += 10_007) {
    splitter.push(stream.subarray(from, from + 10_007), 0);
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) frames.push(frame);
  }
  strictEqual(frames.length, 1);
  ok(body.equals(frames[0]!));
  strictEqual(pool.out.size, 1, 'what is left is the frame itself');
});

test('frames: without a pool the memory is no larger than the frame', () => {
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: allocateFrame });
  splitter.push(prefixed('spanning').subarray(0, 5), 0);
  strictEqual(splitter.next(), null);
  splitter.push(prefixed('spanning').subarray(5), 0);
  strictEqual(Buffer.from(splitter.next()!).toString(), 'spanning');
  strictEqual(splitter.frameMemory?.bytes.buffer.byteLength, 8);
});

test('frames: they are gathered in slabs', () => {
  const pool = new SlabPool({
    name: 'frames',
    classBytes: [8, 4 * KiB],
    inUseBytesMax: 8 * KiB,
    idleBytesMax: 8 * KiB,
    limitKey: 'test',
    debug: true,
  });
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: (bytes) => pool.acquire(bytes), eagerBytes: 8 });
  const stream = Buffer.concat([prefixed(Buffer.alloc(3 * KiB, 1)), prefixed(Buffer.alloc(3 * KiB, 2))]);
  for (const [from, to] of [
    [0, 5],
    [5, 3_500],
    [3_500, 6_152],
  ] as const) {
    splitter.push(stream.subarray(from, to), 0);
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) {
      ok(frame.every((byte) => byte === splitter.frameCount));
      splitter.frameMemory?.release();
    }
  }
  strictEqual(splitter.frameCount, 2);
  deepStrictEqual([pool.stats().leases, pool.stats().inUseBytes], [0, 0]);
});

test('frames: when memory is refused, next may be called again', () => {
  const pool = new CountingPool();
  let full = true;
  const splitter = new FrameSplitter({
    limit: LIMIT,
    allocate: (bytes) => {
      if (full) throw new Error('no room');
      return pool.allocate(bytes);
    },
  });
  splitter.push(prefixed('spanning').subarray(0, 9), 0);
  throws(() => splitter.next(), /no room/);
  full = false;
  strictEqual(splitter.next(), null);
  splitter.push(prefixed('spanning').subarray(9), 0);
  strictEqual(Buffer.from(splitter.next()!).toString(), 'spanning');
});

test('frames: what is pending, and since when', () => {
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: allocateFrame });
  const stream = prefixed('abcdef');
  const at = (bytes: Uint8Array, nowMs: number) => {
    splitter.push(bytes, nowMs);
    const frame = splitter.next();
    if (frame !== null) strictEqual(splitter.next(), null);
    return [frame !== null, splitter.pendingBytes, splitter.pendingSinceMs, splitter.frameCount];
  };
  deepStrictEqual(at(stream.subarray(0, 2), 10), [false, 2, 10, 0]);
  deepStrictEqual(at(stream.subarray(2, 4), 20), [false, 4, 10, 0]);
  deepStrictEqual(at(stream.subarray(4, 7), 30), [false, 7, 10, 0], 'the frame started with its size');
  deepStrictEqual(at(stream.subarray(7), 40), [true, 0, null, 1]);
  deepStrictEqual(at(stream.subarray(0, 1), 50), [false, 1, 50, 1], 'the next one has its own start');
});

test('frames: a frame that starts behind another one starts with that chunk', () => {
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: allocateFrame });
  splitter.push(prefixed('x').subarray(0, 3), 1);
  strictEqual(splitter.next(), null);
  splitter.push(Buffer.concat([prefixed('x').subarray(3), prefixed('y').subarray(0, 2)]), 2);
  strictEqual(splitter.next()?.length, 1);
  strictEqual(splitter.next(), null);
  strictEqual(splitter.pendingSinceMs, 2);
});

function sized(bytes: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes);
  return size;
}

const limitRows: readonly (readonly [why: string, declared: number, ok: boolean])[] = [
  ['exactly the limit', 64 * KiB, true],
  ['one byte more', 64 * KiB + 1, false],
  ['the largest int32', 0x7fffffff, false],
  ['minus one', -1, false],
  ['the smallest int32', -0x80000000, false],
];
for (const [why, declared, taken] of limitRows) {
  test(`frames: a size of ${why}`, () => {
    const splitter = new FrameSplitter({ limit: FRAME_LIMIT_BEFORE_AUTHENTICATION, allocate: allocateFrame });
    splitter.push(sized(declared), 0);
    if (taken) {
      strictEqual(splitter.next(), null);
      return;
    }
    for (const time of ['first', 'second']) {
      throws(
        () => splitter.next(),
        (error) => error instanceof FrameSizeError && error.declaredBytes === declared && !error.retriable,
        `refused the ${time} time`,
      );
    }
    splitter.push(prefixed('later'), 0);
    throws(() => splitter.next(), FrameSizeError, 'what comes later is not believed either');
  });
}

test('frames: the sentence names the size, the limit and the setting', () => {
  match(
    new FrameSizeError(600_000, FRAME_LIMIT_SASL).message,
    /600000 bytes; at most 524288 .*sasl\.server\.max\.receive\.size/,
  );
  match(new FrameSizeError(-5, LIMIT).message, /negative size \(-5\)/);
});

test('frames: the limit is switched between two frames of one chunk', () => {
  const big = Buffer.alloc(70 * KiB);
  const splitter = new FrameSplitter({ limit: FRAME_LIMIT_BEFORE_AUTHENTICATION, allocate: allocateFrame });
  splitter.push(Buffer.concat([prefixed('authenticate'), prefixed(big)]), 0);
  strictEqual(splitter.next()?.length, 12);
  splitter.limit = LIMIT;
  strictEqual(splitter.next()?.length, big.length);
});

test('frames: foreign first bytes are named, even below the limit', () => {
  const foreign = ['GET / HTTP/1.1\r\n', '\u0016\u0003\u0001\u0002\u0000\u0001', 'SSH-2.0-x'];
  for (const bytes of foreign) {
    const splitter = new FrameSplitter({
      limit: { maxBytes: 0x7fffffff, name: 'socket.request.max.bytes' },
      allocate: allocateFrame,
    });
    const chunk = Buffer.from(bytes, 'latin1');
    splitter.push(chunk.subarray(0, 2), 0);
    strictEqual(splitter.next(), null);
    splitter.push(chunk.subarray(2), 0);
    throws(() => splitter.next(), WrongProtocolError);
  }
});

test('frames: after a first good frame nothing is foreign, only too large', () => {
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: allocateFrame });
  splitter.push(Buffer.concat([prefixed('kafka'), Buffer.from('GET / HTTP/1.1')]), 0);
  strictEqual(splitter.next()?.length, 5);
  throws(() => splitter.next(), FrameSizeError);
});

test('frames: a chunk is finished before the next is pushed', () => {
  const splitter = new FrameSplitter({ limit: LIMIT, allocate: allocateFrame });
  splitter.push(three, 0);
  strictEqual(splitter.next()?.length, 5);
  throws(() => splitter.push(three, 0), /used up/);
});

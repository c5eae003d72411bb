import { KiB, MiB } from '@ottla/runtime';
import { bench } from '@ottla/testing';
import { allocateFrame, FrameSplitter, type FrameMemory } from './frame-splitter.ts';

bench('frames of 64 KiB chunks', (b) => {
  const chunkBytes = 64 * KiB;
  for (const [name, frameBytes] of [
    ['100 B frames', 100],
    ['1 MiB frames', MiB],
  ] as const) {
    const totalBytes = b.parameter('totalBytes', 2 * MiB, 32 * MiB);
    const chunks = chunksOf(totalBytes, frameBytes, chunkBytes);
    const slab = new Uint8Array(2 * MiB);
    const recycled: FrameMemory = { bytes: slab, release: () => {} };
    b.report(name);
    b.compare(
      {
        'in a recycled slab': () => countBytes(chunks, { allocate: () => recycled, eagerBytes: 2 * MiB }),
        'in fresh memory': () => countBytes(chunks, {}),
        'in fresh memory that grows': () => countBytes(chunks, { eagerBytes: 64 * KiB }),
        'Buffer.concat': () => concatBytes(chunks),
      },
      { perCall: { count: totalBytes, unit: 'bytes' }, sameResult: true },
    );
  }
});

function chunksOf(totalBytes: number, frameBytes: number, chunkBytes: number): Uint8Array[] {
  const stream = Buffer.alloc(totalBytes, 1);
  for (let at = 0; at + 4 + frameBytes <= totalBytes; at += 4 + frameBytes) stream.writeInt32BE(frameBytes, at);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < totalBytes; at += chunkBytes) {
    chunks.push(new Uint8Array(stream.buffer, stream.byteOffset + at, Math.min(chunkBytes, totalBytes - at)));
  }
  return chunks;
}

function countBytes(
  chunks: readonly Uint8Array[],
  options: { readonly allocate?: (bytes: number) => FrameMemory; readonly eagerBytes?: number },
): number {
  const splitter = new FrameSplitter({
    limit: { maxBytes: 100 * MiB, name: 'bench' },
    allocate: allocateFrame,
    ...options,
  });
  let bytes = 0;
  for (const chunk of chunks) {
    splitter.push(chunk, 0);
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) bytes += frame.length;
  }
  return bytes;
}

/** What most clients do: everything not yet used, joined with each chunk. */
function concatBytes(chunks: readonly Uint8Array[]): number {
  let pending = Buffer.alloc(0);
  let bytes = 0;
  for (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE()) {
      const frameBytes = pending.readInt32BE();
      bytes += pending.subarray(4, 4 + frameBytes).length;
      pending = pending.subarray(4 + frameBytes);
    }
  }
  return bytes;
}

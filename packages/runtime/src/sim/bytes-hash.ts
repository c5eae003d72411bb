/** A quick look at bytes: all of a small chunk, 256 samples of a large one. */

const SAMPLES_MAX = 256;

/** A 32-bit hash of length and samples. Not for anything that an adversary may choose. */
export function bytesHash(chunk: Uint8Array): number {
  const step = chunk.length <= SAMPLES_MAX ? 1 : (chunk.length / SAMPLES_MAX) | 0;
  let hash = chunk.length | 0;
  for (let i = 0; i < chunk.length; i += step) hash = Math.imul(hash ^ chunk[i]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

/** The same over several chunks, their borders included. */
export function chunksHash(chunks: readonly Uint8Array[]): number {
  let hash = chunks.length;
  for (const chunk of chunks) hash = Math.imul(hash, 31) ^ bytesHash(chunk);
  return hash;
}

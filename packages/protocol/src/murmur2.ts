/**
 * Murmur2 as Kafka's clients compute it: the hash that sends a key to its partition. Every client that wants its keys beside
 * those of Java's producer needs these very numbers; streams and connect rely on them for co-partitioning.
 */
import { assert } from '@ottla/runtime';

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** The 32-bit hash of `key[start, end)`, signed as in Java. */
export function murmur2(key: Uint8Array, start = 0, end = key.length): number {
  assert(start >= 0 && start <= end && end <= key.length, 'a hash stays inside its bytes');
  let hash = SEED ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    let word = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  if (at < end) {
    for (let shift = 0; at < end; at++, shift += 8) hash ^= key[at]! << shift;
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** Where Java's producer puts a record with this key when the topic has `partitionCount` (>= 1) partitions. */
export function murmur2Partition(key: Uint8Array, partitionCount: number): number {
  return toPositive(murmur2(key)) % partitionCount;
}

/** Clears the sign bit. Kafka does this where others take the absolute value: the two differ. */
export function toPositive(hash: number): number {
  return hash & 0x7fffffff;
}

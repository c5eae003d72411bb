/**
 * The other hashes that place things in a Kafka cluster: librdkafka's partitioners beside murmur2, and Java's string hash,
 * which says who coordinates a group, a transaction or a share group.
 */
import { crc32 } from 'node:zlib';

const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** librdkafka's `consistent` and `consistent_random`: CRC-32 of the key. */
export function crc32Partition(key: Uint8Array, partitionCount: number): number {
  return crc32(key) % partitionCount;
}

/** librdkafka's `fnv1a` and `fnv1a_random` (Sarama's default): the absolute value of FNV-1a read as a signed number. */
export function fnv1aPartition(key: Uint8Array, partitionCount: number): number {
  return Math.abs(fnv1a(key)) % partitionCount;
}

/** FNV-1a, 32 bits, signed. */
export function fnv1a(key: Uint8Array): number {
  let hash = FNV_OFFSET_BASIS | 0;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key[at]!, FNV_PRIME);
  return hash;
}

/** `String.hashCode` of Java, signed: it walks UTF-16 units, as JavaScript's strings are stored. */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/**
 * The partition of `__consumer_offsets` or `__transaction_state` that a group or transactional id belongs to, and so its
 * coordinator: the leader of that partition.
 */
export function coordinatorPartition(id: string, partitionCount: number): number {
  const hash = javaStringHash(id);
  // Java's absolute value of the least integer is itself; Kafka takes 0 there.
  return hash === -2147483648 ? 0 : Math.abs(hash) % partitionCount;
}

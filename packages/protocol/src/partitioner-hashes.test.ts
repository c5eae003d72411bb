import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { murmur2Partition } from './murmur2.ts';
import { coordinatorPartition, crc32Partition, fnv1a, fnv1aPartition, javaStringHash } from './partitioner-hashes.ts';

function golden<Line>(name: string): Line[] {
  return readFileSync(new URL(`../golden/codecs/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('librdkafka puts the same keys into the same partitions', () => {
  const partitioners = {
    consistent: crc32Partition,
    consistent_random: crc32Partition,
    murmur2: murmur2Partition,
    murmur2_random: murmur2Partition,
    fnv1a: fnv1aPartition,
    fnv1a_random: fnv1aPartition,
  };
  let compared = 0;
  for (const line of golden<{ key: string } & Record<string, Record<string, number>>>(
    'librdkafka-partitioners.ndjson',
  )) {
    const key = Buffer.from(line.key, 'base64');
    for (const [name, partition] of Object.entries(partitioners)) {
      // The `_random` ones scatter empty keys.
      for (const [count, wanted] of Object.entries(line[name] ?? {})) {
        equal(partition(key, Number(count)), wanted, `${name} of ${line.key} over ${count}`);
        compared++;
      }
    }
  }
  equal(compared > 8000, true, `only ${compared} compared`);
});

test('Java gives the same string hashes and coordinators', () => {
  let compared = 0;
  for (const line of golden<{ key: string; groupCoordinatorPartition: { hash?: number; 50?: number } }>(
    'murmur2.ndjson',
  )) {
    const wanted = line.groupCoordinatorPartition;
    if (wanted.hash === undefined) continue;
    const groupId = Buffer.from(line.key, 'base64').toString('utf8');
    equal(javaStringHash(groupId), wanted.hash, groupId);
    equal(coordinatorPartition(groupId, 50), wanted[50], groupId);
    compared++;
  }
  equal(compared > 10, true, `only ${compared} compared`);
});

test('hashes at the edges', () => {
  // Published FNV-1a vectors; a string whose Java hash is the least integer.
  deepEqual(
    ['', 'a', 'foobar'].map((key) => fnv1a(Buffer.from(key)) >>> 0),
    [0x811c9dc5, 0xe40c292c, 0xbf9cf968],
  );
  equal(javaStringHash('polygenelubricants'), -2147483648);
  equal(coordinatorPartition('polygenelubricants', 50), 0);
  equal(javaStringHash('🦦'), 1772840, 'two UTF-16 units');
});

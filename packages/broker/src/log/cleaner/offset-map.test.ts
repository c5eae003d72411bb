import { strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@ottla/runtime';
import { fuzz } from '@ottla/testing';
import { OFFSET_MAP_SLOT_BYTES, OffsetMap } from './offset-map.ts';

const SECRET = Uint8Array.from({ length: 16 }, (_, i) => i * 7);
const bytesOf = (key: string): Uint8Array => Buffer.from(key);

function put(map: OffsetMap, key: string, offset: number): void {
  map.put(bytesOf(key), 0, bytesOf(key).length, offset);
}

function get(map: OffsetMap, key: string): number {
  return map.get(bytesOf(key), 0, bytesOf(key).length);
}

test('24 bytes a key, and not one more key than that', () => {
  const map = OffsetMap.create(10 * OFFSET_MAP_SLOT_BYTES + 23, SECRET);
  strictEqual(map.slotsMax, 10);
  for (let i = 0; i < 10; i++) put(map, `key ${i}`, i);
  strictEqual(map.size, 10);
  for (let i = 0; i < 10; i++) strictEqual(get(map, `key ${i}`), i);
  strictEqual(get(map, 'another'), -1);
  put(map, 'key 3', 33);
  strictEqual(get(map, 'key 3'), 33);
  throws(() => put(map, 'another', 1), AssertionError);
});

test('offsets are exact up to 2^53 - 1, and from 0 on', () => {
  const map = OffsetMap.create(1_000, SECRET);
  for (const offset of [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 45 + 12_345, Number.MAX_SAFE_INTEGER]) {
    put(map, 'key', offset);
    strictEqual(get(map, 'key'), offset);
    strictEqual(map.latestOffset, offset);
  }
});

test('cleared it is empty, however often it was', () => {
  const map = OffsetMap.create(100 * OFFSET_MAP_SLOT_BYTES, SECRET);
  // More often than there are generations.
  for (let round = 0; round < 5_000; round++) {
    strictEqual(get(map, 'stays?'), -1, `round ${round}`);
    if (round % 2_047 === 3) put(map, 'stays?', round);
    else put(map, `key ${round}`, round);
    map.clear(100);
    strictEqual(map.size, 0);
    strictEqual(map.latestOffset, -1);
  }
});

test('it lies in its memory: another on the same memory is the same map', () => {
  const map = OffsetMap.create(2_400, SECRET);
  put(map, 'key', 42);
  const twin = new OffsetMap(map.memory);
  strictEqual(get(twin, 'key'), 42);
  strictEqual(twin.latestOffset, 42);
  put(twin, 'other', 43);
  strictEqual(get(map, 'other'), 43);
  strictEqual(map.size, 2);
});

test('nine slots in ten are found in few looks', () => {
  const map = OffsetMap.create(20_000 * OFFSET_MAP_SLOT_BYTES, SECRET);
  for (let i = 0; i < 18_000; i++) put(map, `key ${i}`, i);
  strictEqual(map.collisionRate < 3, true, `${map.collisionRate} more looks than one for each key`);
  strictEqual(map.utilization, 0.9);
});

fuzz('offset map against Map', { small: 100 }, (prng) => {
  const slots = prng.between(1, 60);
  const map = OffsetMap.create(80 * OFFSET_MAP_SLOT_BYTES, SECRET);
  for (let round = 0; round < 3; round++) {
    map.clear(slots);
    const model = new Map<string, number>();
    for (let step = 0; step < 200; step++) {
      const key = 'k'.repeat(prng.between(0, 40)) + prng.between(0, 5);
      if (model.size < slots || model.has(key)) {
        put(map, key, step);
        model.set(key, step);
      }
      strictEqual(get(map, key), model.get(key) ?? -1);
    }
    strictEqual(map.size, model.size);
  }
});

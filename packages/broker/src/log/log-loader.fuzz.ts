/** Damaged files of a partition: the log opens with a prefix of its batches and says why, or is refused with a sentence. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { isOperationalError, type Prng } from '@ottla/runtime';
import { fuzz, mutate } from '@ottla/testing';
import { goldenArchive } from './log-dir-golden.fixture.ts';
import { batchesOf, closeLoaded, describeLoaded, loadIn } from './log-loader.fixture.ts';
import type { LoadedLog } from './log-loader.ts';
import { createTestWorld, DIRECTORY, writeWhole, type TestWorld } from './segment.fixture.ts';

/** With several segments, aborted transactions, and snapshots. */
const PARTITIONS = ['txn-0', 'txn-lz4-0', 'idempotent-0', 'epochs-0'];
const CRC_AT = 17;

const golden = goldenArchive('killed').filter(({ kind }) => kind === 'file');

function filesOf(partition: string): { name: string; bytes: Uint8Array }[] {
  const below = `killed/${partition}/`;
  return golden
    .filter(({ path }) => path.startsWith(below))
    .map(({ path, bytes }) => ({ name: path.slice(below.length), bytes }));
}

function damage(bytes: Uint8Array, prng: Prng): Uint8Array {
  if (bytes.length === 0 || prng.chance(0.2)) return mutate(bytes, prng);
  if (prng.chance(0.3)) return bytes.subarray(0, prng.below(bytes.length));
  const flipped = Uint8Array.from(bytes);
  flipped[prng.below(bytes.length)]! ^= 1 << prng.below(8);
  return flipped;
}

/** From the CRC on: what stands before it no checksum covers. */
async function checkedBytes(test: TestWorld, log: LoadedLog): Promise<string[]> {
  const batches = await test.run(() => batchesOf(log.segments));
  return batches.map(({ bytes }) => Buffer.from(bytes.subarray(CRC_AT)).toString('base64'));
}

async function loadOrRefuse(test: TestWorld): Promise<LoadedLog | null> {
  try {
    return await test.run(() => loadIn(test.io, DIRECTORY));
  } catch (error) {
    ok(isOperationalError(error) && /[.\]]$/.test(error.message), String(error));
    return null;
  }
}

fuzz('a damaged partition directory', { small: 60, large: 2_000 }, async (prng) => {
  const files = filesOf(prng.pick(PARTITIONS));
  const whole = await createTestWorld();
  for (const { name, bytes } of files) await whole.run(() => writeWhole(whole.io.disk, `${DIRECTORY}/${name}`, bytes));
  const intact = await checkedBytes(whole, (await loadOrRefuse(whole))!);

  const test = await createTestWorld();
  const damaged = prng.pick(files).name;
  for (const { name, bytes } of files) {
    const written = name === damaged ? damage(bytes, prng) : bytes;
    await test.run(() => writeWhole(test.io.disk, `${DIRECTORY}/${name}`, written));
  }
  const log = await loadOrRefuse(test);
  if (log === null) return;
  const left = await checkedBytes(test, log);
  deepStrictEqual(left, intact.slice(0, left.length), `${damaged}: what is left is the beginning`);
  ok(left.length === intact.length || log.findings.length > 0, 'what is cut is told');
  const described = await test.run(() => describeLoaded(log));
  await test.run(() => closeLoaded(log));
  const again = await loadOrRefuse(test);
  deepStrictEqual(again && (await test.run(() => describeLoaded(again))), described, `${damaged}: loaded again`);
});

/**
 * A loss of power at any moment: the old file or the new one, whole, and once it was said to be done the new one. Each step that
 * this needs is left out once, and found out.
 */
import { ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '@ottla/runtime';
import { SimWorld } from '@ottla/runtime/sim';
import { simulation } from '@ottla/testing';
import { takeCleanShutdown, writeCleanShutdown } from './clean-shutdown-file.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { LeaderEpochCache, leaderEpochFormat } from './leader-epoch-cache.ts';
import { makeDurableDirectory, removeFile, replaceFile } from './log-dir-durable.ts';

const PATH = '/data/file';
/** Several pages, so that a crash can keep one and lose another. */
const FILE_BYTES = 3 * 4_096 + 100;
const GENERATIONS = 6;
const SEEDS_MAX = 60;

type Replace = (disk: Disk, path: string, bytes: Uint8Array) => Promise<void>;

const content = (generation: number): Uint8Array => new Uint8Array(FILE_BYTES + generation).fill(generation);

async function readWhole(disk: Disk, path: string): Promise<Uint8Array | null> {
  const stat = await disk.stat(path);
  if (stat === null) return null;
  const file = await disk.open(path, 'read');
  const bytes = new Uint8Array(stat.sizeBytes);
  await file.read(bytes, 0);
  await file.close();
  return bytes;
}

/** Writes generation after generation, and loses power some time in between. @throws when what is found is no whole one. */
async function simulateReplace(seed: number, replace: Replace): Promise<SimWorld> {
  const world = new SimWorld({ seed, keepTraceText: true });
  let begun = 0;
  let done = 0;
  const node = world.createProcess('node', async ({ disk }) => {
    if (begun > 0) return;
    await makeDurableDirectory(disk, '/data');
    while (begun < GENERATIONS) {
      await replace(disk, PATH, content(++begun));
      done = begun;
    }
  });
  await world.run({ untilMs: world.chance('crash').between(0, 20) });
  node.crash();
  const found = await world.finish(readWhole(node.restart().disk, PATH));
  if (found === null) {
    strictEqual(done, 0, `the file is gone, though generation ${done} was done`);
    return world;
  }
  const generation = found[0] ?? 0;
  strictEqual(Buffer.compare(found, content(generation)), 0, `generation ${generation} is not whole`);
  ok(generation >= done && generation <= begun, `found ${generation}, though ${done} was done (${begun} begun)`);
  // What a crash leaves half done is in nobody's way.
  await world.finish(replaceFile(node.io.disk, PATH, content(99)));
  strictEqual((await world.finish(readWhole(node.io.disk, PATH)))?.[0], 99);
  return world;
}

simulation('a file that is replaced', { seeds: 100 }, async (seed) => {
  const { traceLines, faultCounts } = await simulateReplace(seed, replaceFile);
  return { trace: traceLines ?? [], counts: faultCounts };
});

const MISTAKES: Readonly<Record<string, Replace>> = {
  'does not sync the content': async (disk, path, bytes) => {
    const file = await disk.open(`${path}.tmp`, 'create');
    await file.truncate(0);
    await file.append([bytes]);
    await file.close();
    await disk.rename(`${path}.tmp`, path);
    await disk.syncDirectory('/data');
  },
  'does not sync the directory': async (disk, path, bytes) => {
    const file = await disk.open(`${path}.tmp`, 'create');
    await file.truncate(0);
    await file.append([bytes]);
    await file.sync();
    await file.close();
    await disk.rename(`${path}.tmp`, path);
  },
  'writes in place': async (disk, path, bytes) => {
    const file = await disk.open(path, 'create');
    await file.truncate(0);
    await file.append([bytes]);
    await file.sync();
    await file.close();
    await disk.syncDirectory('/data');
  },
  'does not cut what an earlier crash left': async (disk, path, bytes) => {
    const leftover = await disk.open(`${path}.tmp`, 'create');
    await leftover.append([new Uint8Array(FILE_BYTES * 2)]);
    await leftover.write([bytes], 0);
    await leftover.sync();
    await leftover.close();
    await disk.rename(`${path}.tmp`, path);
    await disk.syncDirectory('/data');
  },
};

async function firstSeedThatFinds(simulate: (seed: number) => Promise<unknown>): Promise<string | null> {
  for (let seed = 0; seed < SEEDS_MAX; seed++) {
    const found = await simulate(seed).then(
      () => null,
      (error: Error) => error.message,
    );
    if (found !== null) return `seed ${seed}: ${found.split('\n')[0]}`;
  }
  return null;
}

for (const [mistake, replace] of Object.entries(MISTAKES)) {
  void test(`simulation finds a replacement that ${mistake}`, async (t) => {
    const found = await firstSeedThatFinds((seed) => simulateReplace(seed, replace));
    ok(found !== null, `${SEEDS_MAX} seeds did not find it`);
    t.diagnostic(found);
  });
}

type Remove = (disk: Disk, path: string) => Promise<unknown>;

/** A marker that was taken must not come back: its return would hide a crash. */
async function simulateMarker(seed: number, take: Remove): Promise<void> {
  const world = new SimWorld({ seed });
  let isTaken = false;
  const node = world.createProcess('node', async ({ disk }) => {
    if (isTaken) return;
    await makeDurableDirectory(disk, '/data');
    await writeCleanShutdown(disk, '/data', 7);
    await take(disk, '/data');
    isTaken = true;
  });
  await world.run({ untilMs: 30 });
  ok(isTaken);
  node.crash();
  const back = await world.finish(takeCleanShutdown(node.restart().disk, '/data'));
  strictEqual(back, null, 'the marker came back');
}

void test('simulation: a clean-shutdown marker that was taken stays away', async () => {
  strictEqual(await firstSeedThatFinds((seed) => simulateMarker(seed, takeCleanShutdown)), null);
});

void test('simulation finds a marker that is removed without a sync of its directory', async () => {
  const remove: Remove = (disk, directory) => disk.remove(`${directory}/.kafka_cleanshutdown`);
  const found = await firstSeedThatFinds((seed) => simulateMarker(seed, remove));
  ok(found?.includes('the marker came back'), String(found));
});

/** A new directory with a file in it, three levels down. */
async function simulateDirectory(seed: number, make: (disk: Disk, path: string) => Promise<void>): Promise<void> {
  const world = new SimWorld({ seed });
  const node = world.createProcess('node');
  const path = '/srv/kafka/data';
  const begin = async (): Promise<void> => {
    await make(node.io.disk, path);
    await make(node.io.disk, path);
    await replaceFile(node.io.disk, `${path}/file`, content(1));
  };
  await world.finish(begin());
  node.crash();
  ok((await world.finish(readWhole(node.restart().disk, `${path}/file`))) !== null, 'the file is gone');
}

void test('simulation: a directory that was made stays, with its parents', async () => {
  strictEqual(await firstSeedThatFinds((seed) => simulateDirectory(seed, makeDurableDirectory)), null);
});

void test('simulation finds a directory whose parents were not synced', async () => {
  const make = (disk: Disk, path: string): Promise<void> => disk.makeDirectory(path);
  ok((await firstSeedThatFinds((seed) => simulateDirectory(seed, make)))?.includes('the file is gone'));
});

void test('a file that is removed: there or not', async () => {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.createProcess('node').io;
  await world.finish(makeDurableDirectory(disk, '/data'));
  strictEqual(await world.finish(removeFile(disk, PATH)), false);
  await world.finish(replaceFile(disk, PATH, content(1)));
  strictEqual(await world.finish(removeFile(disk, PATH)), true);
  strictEqual(await world.finish(disk.stat(PATH)), null);
});

/** An epoch that was flushed is known after a crash; what is known is never an epoch that was not assigned. */
simulation('leader epochs that are flushed', { seeds: 30 }, async (seed) => {
  const world = new SimWorld({ seed, keepTraceText: true });
  const path = '/data/t-0/leader-epoch-checkpoint';
  let assigned = -1;
  let flushed = -1;
  const node = world.createProcess('node', async ({ disk }) => {
    if (assigned >= 0) return;
    await makeDurableDirectory(disk, '/data/t-0');
    const file = new CheckpointFile(disk, path, leaderEpochFormat);
    const cache = new LeaderEpochCache();
    while (assigned < 8) {
      assigned++;
      cache.assign(assigned, assigned * 10);
      await cache.flush(file);
      if (!cache.isDirty) flushed = assigned;
    }
  });
  await world.run({ untilMs: world.chance('crash').between(0, 25) });
  node.crash();
  const file = new CheckpointFile(node.restart().disk, path, leaderEpochFormat);
  const cache = new LeaderEpochCache((await world.finish(file.read())) ?? []);
  const latest = cache.latestEpoch ?? -1;
  ok(latest >= flushed && latest <= assigned, `found epoch ${latest}; ${flushed} was flushed, ${assigned} assigned`);
  for (const { epoch, startOffset } of cache.entries) strictEqual(startOffset, epoch * 10);
  strictEqual(cache.isDirty, false);
  return { trace: world.traceLines ?? [], counts: world.faultCounts };
});

void test('leader epochs: an assignment during a flush leaves the cache dirty, and a failed flush too', async () => {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.createProcess('node').io;
  await world.finish(makeDurableDirectory(disk, '/data'));
  const file = new CheckpointFile(disk, PATH, leaderEpochFormat);
  const cache = new LeaderEpochCache();
  cache.assign(1, 0);
  const flushing = cache.flush(file);
  cache.assign(2, 10);
  await world.finish(flushing);
  strictEqual(cache.isDirty, true);
  world.setFaults({ diskSyncError: 1 });
  await world.finish(cache.flush(file)).then(
    () => ok(false, 'the sync failed'),
    () => strictEqual(cache.isDirty, true),
  );
  world.setFaults({});
  await world.finish(cache.flush(file));
  strictEqual(cache.isDirty, false);
});

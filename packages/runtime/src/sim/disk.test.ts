/** Faults, limits and rules of a simulated disk, while it has power. (What a crash does to it: `disk-crash-*.test.ts`.) */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { DiskError } from '../disk-errors.ts';
import type { Disk } from '../io.ts';
import { SimWorld, type FaultRates, type SimDiskOptions } from './index.ts';

const bytes = (length: number, fill = 7): Uint8Array => new Uint8Array(length).fill(fill);

const errnoOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: DiskError) => error.errno,
  );

function worldWith(options: { disk?: SimDiskOptions; seed?: number } = {}): { world: SimWorld; disk: Disk } {
  const world = new SimWorld({
    seed: options.seed ?? 1,
    ...(options.disk === undefined ? {} : { disk: options.disk }),
  });
  return { world, disk: world.createProcess('node').io.disk };
}

/** Each fault alone, at every opportunity: the call that it strikes, and how that call ends. */
const struck: readonly (readonly [
  kind: keyof FaultRates,
  act: (disk: Disk) => Promise<unknown>,
  outcome: string,
  sizeAfter: 'unchanged' | 'a part more',
])[] = [
  ['diskReadError', async (disk) => (await disk.open('/f', 'read')).read(bytes(10), 0), 'EIO', 'unchanged'],
  ['diskWriteError', async (disk) => (await disk.open('/f', 'write')).append([bytes(1_000)]), 'EIO', 'unchanged'],
  ['diskShortWrite', async (disk) => (await disk.open('/f', 'write')).append([bytes(1_000)]), 'EIO', 'a part more'],
  ['diskFull', async (disk) => (await disk.open('/f', 'write')).append([bytes(1_000)]), 'ENOSPC', 'a part more'],
  ['diskFull', async (disk) => disk.open('/new', 'create'), 'ENOSPC', 'unchanged'],
  ['diskSyncError', async (disk) => (await disk.open('/f', 'write')).sync(), 'EIO', 'unchanged'],
  ['diskSyncError', async (disk) => (await disk.open('/f', 'write')).datasync(), 'EIO', 'unchanged'],
  ['diskDirectorySyncError', async (disk) => disk.syncDirectory('/'), 'EIO', 'unchanged'],
];

for (const [kind, act, outcome, sizeAfter] of struck) {
  test(`a simulated disk: ${kind} ends a call with ${outcome}, the file is ${sizeAfter}`, async () => {
    const sizes = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      const { world, disk } = worldWith({ seed });
      await world.finish(disk.open('/f', 'create').then((file) => file.append([bytes(100)])));
      world.setFaults({ [kind]: 1 });
      strictEqual(await world.finish(errnoOf(act(disk))), outcome);
      strictEqual(world.faultCounts[kind], 1);
      world.setFaults({});
      const { sizeBytes } = (await world.finish(disk.stat('/f')))!;
      ok(sizeBytes >= 100 && sizeBytes < 1_100);
      sizes.add(sizeBytes);
    }
    strictEqual(sizes.size > 1 ? 'a part more' : 'unchanged', sizeAfter, [...sizes].join(' '));
  });
}

test('a simulated disk: a failed append is not followed by another before truncate', async () => {
  const { world, disk } = worldWith();
  const file = await world.finish(disk.open('/f', 'create'));
  await world.finish(file.append([bytes(10)]));
  world.setFaults({ diskShortWrite: 1 });
  const first = file.append([bytes(100)]).catch((error: Error) => error);
  const error = await world.finish(first);
  world.setFaults({});
  await rejects(world.finish(file.append([bytes(5)])), (second: Error) => second === error);
  await world.finish(file.truncate(10));
  await world.finish(file.append([bytes(5)]));
  strictEqual(await world.finish(file.size()), 15);
});

test('a simulated disk: a stall takes up to two seconds', async () => {
  const { world, disk } = worldWith();
  world.setFaults({ diskStall: 1 });
  let longestMs = 0;
  for (let i = 0; i < 20; i++) {
    const startedMs = world.nowMs;
    await world.finish(disk.stat('/'));
    longestMs = Math.max(longestMs, world.nowMs - startedMs);
  }
  ok(longestMs > 1_000 && longestMs < 2_001, `${longestMs}`);
  strictEqual(world.faultCounts.diskStall, 20);
});

test('a simulated disk: rot flips one bit, for good', async () => {
  const { world, disk } = worldWith();
  const file = await world.finish(disk.open('/f', 'create'));
  await world.finish(file.append([bytes(10_000)]));
  world.setFaults({ diskBitRot: 1 });
  const into = bytes(10_000, 0);
  await world.finish(file.read(into, 0));
  world.setFaults({});
  const flipped = into.findIndex((byte) => byte !== 7);
  ok(flipped >= 0);
  strictEqual(into.filter((byte) => byte !== 7).length, 1);
  const difference = into[flipped]! ^ 7;
  strictEqual(difference & (difference - 1), 0, 'one bit');
  const again = bytes(10_000, 0);
  await world.finish(file.read(again, 0));
  deepStrictEqual(again, into);
  const node = world.processes[0]!;
  ok(node.disk.rot('/f', 5_000));
  await world.finish(file.read(again, 0));
  strictEqual(again.filter((byte, i) => byte !== into[i]).length, 1);
  strictEqual(world.faultCounts.diskBitRot, 2);
});

test('a simulated disk: what is full is full, until something is removed or cut', async () => {
  const { world, disk } = worldWith({ disk: { capacityBytes: 10 * 4_096 } });
  const run = async (): Promise<void> => {
    strictEqual(await disk.freeBytes('/'), 40_960);
    const [one, two] = [await disk.open('/one', 'create'), await disk.open('/two', 'create')];
    await one.append([bytes(3 * 4_096 + 1)]);
    strictEqual(await disk.freeBytes('/'), 6 * 4_096);
    await one.append([bytes(4_095)]);
    strictEqual(await disk.freeBytes('/'), 6 * 4_096, 'the rest of a page is there already');
    strictEqual(await errnoOf(two.append([bytes(100), bytes(7 * 4_096)])), 'ENOSPC');
    strictEqual(await two.size(), 6 * 4_096, 'what fits is written');
    strictEqual(await disk.freeBytes('/'), 0);
    await two.truncate(0);
    strictEqual(await disk.freeBytes('/'), 6 * 4_096);
    await two.append([bytes(6 * 4_096)]);
    strictEqual(await errnoOf(two.append([bytes(1)])), 'ENOSPC');
    await disk.remove('/one');
    strictEqual(await disk.freeBytes('/'), 4 * 4_096);
    await two.truncate(6 * 4_096);
    await two.append([bytes(1)]);
  };
  await world.finish(run());
});

test('a simulated disk: whoever changes chunks before they are written is found out', async () => {
  const { world, disk } = worldWith();
  const file = await world.finish(disk.open('/f', 'create'));
  const chunk = bytes(100);
  const appended = file.append([chunk]);
  chunk[50] = 1;
  await rejects(world.finish(appended), { name: 'AssertionError', message: /nobody changes chunks/ });
});

test('a simulated disk: a lock ends with the life that took it', async () => {
  for (const end of ['crash', 'kill'] as const) {
    const world = new SimWorld({ seed: 1 });
    const node = world.createProcess('node');
    const rival = world.createProcess('rival', null, { machineOf: node });
    await world.finish(node.io.disk.makeDirectory('/data'));
    node.disk.settle();
    const lock = await world.finish(node.io.disk.lock('/data'));
    await rejects(world.finish(rival.io.disk.lock('/data')), /\/data is in use by pid 1001 \(node\)/);
    node[end]();
    const other = end === 'kill' ? rival.io.disk : rival.restart().disk;
    const taken = await world.finish(other.lock('/data'));
    // The dead process's own handle does not release the lock of the living.
    await lock.release();
    await rejects(world.finish(node.restart().disk.lock('/data')), { code: 'ERR_DISK_DIRECTORY_LOCKED' });
    await taken.release();
    await world.finish(node.io.disk.lock('/data'));
  }
});

const windowsRows: readonly (readonly [why: string, act: (disk: Disk) => Promise<unknown>, outcome: string])[] = [
  ['names differ by more than case', (disk) => disk.open('/DIR/FILE', 'createNew'), 'EEXIST'],
  [
    'a file is found in any case',
    async (disk) => (await disk.list('/DiR')).map(({ name }) => name).join(),
    'File,shut',
  ],
  ['only the case of a name may change', (disk) => disk.rename('/dir/shut', '/dir/SHUT'), 'done'],
  ['both slashes and a drive lead there', (disk) => disk.open('C:\\dir\\shut', 'read'), 'done'],
  ['devices are no files', (disk) => disk.open('/dir/nul.txt', 'create'), 'EINVAL'],
  ['not as directories either', (disk) => disk.makeDirectory('/dir/COM1'), 'EINVAL'],
  ['a name has no colon', (disk) => disk.open('/dir/a:b', 'create'), 'EINVAL'],
  ['and no dot at its end', (disk) => disk.rename('/dir/shut', '/dir/shut.'), 'EINVAL'],
  ['an open file is not removed', (disk) => disk.remove('/dir/File'), 'EBUSY'],
  ['nor renamed', (disk) => disk.rename('/dir/file', '/dir/other'), 'EPERM'],
  ['nor replaced', (disk) => disk.rename('/dir/shut', '/dir/file'), 'EPERM'],
  ['nor is the directory around it', (disk) => disk.rename('/dir', '/moved'), 'EPERM'],
  ['nor its tree removed', (disk) => disk.removeTree('/dir'), 'EBUSY'],
  ['a closed file is', (disk) => disk.remove('/dir/shut'), 'done'],
];

for (const [why, act, outcome] of windowsRows) {
  test(`a simulated Windows disk: ${why}`, async () => {
    const { world, disk } = worldWith({ disk: { rules: 'windows' } });
    const run = async (): Promise<unknown> => {
      await disk.makeDirectory('/dir');
      const shut = await disk.open('/dir/shut', 'create');
      await shut.close();
      await disk.open('/dir/File', 'create');
      return act(disk).then(
        (result) => (typeof result === 'string' ? result : 'done'),
        (error: DiskError) => error.errno,
      );
    };
    strictEqual(await world.finish(run()), outcome);
  });
}

test('a simulated Windows disk: a file is free again once it is closed, or its process is dead', async () => {
  const world = new SimWorld({ seed: 1, disk: { rules: 'windows' } });
  const node = world.createProcess('node');
  const run = async (): Promise<void> => {
    const { disk } = node.io;
    const file = await disk.open('/a', 'create');
    await file.close();
    await disk.rename('/a', '/b');
    await disk.open('/b', 'read');
    await disk.makeDirectory('/locked');
    await disk.lock('/locked');
    strictEqual(await errnoOf(disk.removeTree('/locked')), 'EBUSY');
  };
  await world.finish(run());
  node.disk.settle();
  node.kill();
  const { disk } = node.restart();
  await world.finish(disk.remove('/b'));
  await world.finish(disk.removeTree('/locked'));
});

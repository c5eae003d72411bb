/** How many files are open, who waits for whom, and that nothing open is renamed or removed: on a disk with Windows rules. */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { DiskError, type Disk } from '@ottla/runtime';
import { SimWorld } from '@ottla/runtime/sim';
import { simulation } from '@ottla/testing';
import { OpenFiles, type OpenFile } from './open-files.ts';

const byteOf = (n: number): Uint8Array => Uint8Array.of(n);

interface Place {
  readonly world: SimWorld;
  readonly disk: Disk;
  readonly files: OpenFiles;
}

async function createPlace(openMax: number, seed = 1): Promise<Place> {
  const world = new SimWorld({ seed, disk: { rules: 'windows' }, keepTraceText: true });
  const { io } = world.createProcess('node');
  await world.finish(io.disk.makeDirectory('/d'));
  return { world, disk: io.disk, files: new OpenFiles(io.disk, openMax) };
}

async function firstByte(file: OpenFile): Promise<number> {
  return file.use('read', async (open) => {
    const into = new Uint8Array(1);
    await open.read(into, 0);
    return into[0]!;
  });
}

const write = (file: OpenFile, byte: number): Promise<void> =>
  file.use('create', (open) => open.write([byteOf(byte)], 0));

void test('open files: the one that was idle longest is closed for another', async () => {
  const { world, files } = await createPlace(2);
  const directory = files.directory('/d');
  const [a, b, c] = ['a', 'b', 'c'].map((name) => directory.file(name)) as [OpenFile, OpenFile, OpenFile];
  await world.finish(
    (async () => {
      await write(a, 1);
      await write(b, 2);
      strictEqual(await firstByte(a), 1);
      await write(c, 3);
    })(),
  );
  deepStrictEqual(
    [a, b, c].map((file) => {
      const isOpen = file.tryAcquire('read') !== null;
      if (isOpen) file.release();
      return isOpen;
    }),
    [true, false, true],
  );
  strictEqual(files.openCount, 2);
  await world.finish(files.closeIdle());
  strictEqual(files.openCount, 0);
});

void test('open files: what is in use is never closed, and the bound holds again afterwards', async () => {
  const { world, files } = await createPlace(2);
  const directory = files.directory('/d');
  const all = Array.from({ length: 5 }, (_, i) => directory.file(`f${i}`));
  await world.finish(Promise.all(all.map((file) => file.acquire('create'))));
  strictEqual(files.openCount, 5);
  await world.finish(Promise.all(all.map((file, i) => file.tryAcquire('write')!.write([byteOf(i)], 0))));
  for (const file of all) {
    file.release();
    file.release();
  }
  await world.run();
  strictEqual(files.openCount, 2);
});

void test('open files: a file is opened once for all who want it', async () => {
  const { world, files } = await createPlace(10);
  const file = files.directory('/d').file('f');
  const opened = await world.finish(Promise.all([file.acquire('create'), file.acquire('write'), file.acquire('read')]));
  strictEqual(new Set(opened).size, 1);
  strictEqual(files.openCount, 1);
});

void test('open files: one that was opened to read is opened again to write', async () => {
  const { world, files } = await createPlace(10);
  const directory = files.directory('/d');
  await world.finish(write(directory.file('f'), 1));
  await world.finish(files.closeIdle());
  const file = directory.file('f');
  strictEqual(await world.finish(firstByte(file)), 1);
  strictEqual(file.tryAcquire('write'), null);
  await world.finish(write(file, 2));
  strictEqual(await world.finish(firstByte(file)), 2);
  strictEqual(files.openCount, 1);
});

void test('open files: a file that cannot be opened is held by nobody, and counts for nothing', async () => {
  const { world, files } = await createPlace(10);
  const file = files.directory('/d').file('missing');
  for (let i = 0; i < 2; i++) await rejects(world.finish(file.acquire('read')), DiskError);
  strictEqual(files.openCount, 0);
  await world.finish(write(file, 4));
  strictEqual(await world.finish(firstByte(file)), 4);
});

void test('open files: a rename waits for who uses the file; who comes meanwhile finds it under its new name', async () => {
  const { world, disk, files } = await createPlace(10);
  const file = files.directory('/d').file('f');
  const held = await world.finish(file.acquire('create'));
  const renamed = file.rename('g');
  const late = firstByte(file);
  await world.run({ untilMs: world.nowMs + 50 });
  ok(await world.finish(disk.stat('/d/f')), 'it has its old name while it is used');
  await world.finish(held.write([byteOf(9)], 0));
  file.release();
  await world.finish(renamed);
  strictEqual(await world.finish(late), 9);
  deepStrictEqual([file.path, await world.finish(disk.stat('/d/f'))], ['/d/g', null]);
});

void test('open files: a rename that fails leaves the file as it was', async () => {
  const { world, files } = await createPlace(10);
  const directory = files.directory('/d');
  const file = directory.file('f');
  await world.finish(write(file, 5));
  await rejects(world.finish(file.rename('no/such/place')), DiskError);
  deepStrictEqual([file.path, await world.finish(firstByte(file))], ['/d/f', 5]);
});

void test('open files: a directory is renamed under its files', async () => {
  const { world, disk, files } = await createPlace(10);
  const directory = files.directory('/d');
  const [used, idle] = [directory.file('used'), directory.file('idle')];
  await world.finish(write(idle, 1));
  const held = await world.finish(used.acquire('create'));
  const renamed = directory.rename('/e');
  const late = firstByte(idle);
  await world.run({ untilMs: world.nowMs + 50 });
  ok(await world.finish(disk.stat('/d/used')));
  await world.finish(held.write([byteOf(2)], 0));
  used.release();
  await world.finish(renamed);
  deepStrictEqual([await world.finish(late), await world.finish(firstByte(used))], [1, 2]);
  deepStrictEqual([directory.path, used.path, await world.finish(disk.stat('/d'))], ['/e', '/e/used', null]);
  await rejects(world.finish(directory.rename('/no/such/place')), DiskError);
  strictEqual(await world.finish(firstByte(idle)), 1);
});

void test('open files: a removed file is gone, and can be made again', async () => {
  const { world, disk, files } = await createPlace(10);
  const file = files.directory('/d').file('f');
  await world.finish(write(file, 1));
  await world.finish(file.remove());
  strictEqual(await world.finish(disk.stat('/d/f')), null);
  await rejects(world.finish(file.remove()), { name: 'DiskError', errno: 'ENOENT' });
  await world.finish(write(file, 2));
  strictEqual(await world.finish(firstByte(file)), 2);
});

simulation('open files under renames, evictions and readers', { seeds: 40 }, async (seed) => {
  const { world, files } = await createPlace(3, seed);
  const chance = world.chance('work');
  const directory = files.directory('/d');
  const all = Array.from({ length: 6 }, (_, i) => directory.file(`f${i}`));
  await world.finish(Promise.all(all.map((file, i) => write(file, i))));
  const counts = { file: 0, directory: 0, read: 0, write: 0 };
  const worker = async (): Promise<void> => {
    for (let step = 0; step < 25; step++) {
      const i = chance.below(all.length);
      const file = all[i]!;
      const act = chance.below(20);
      if (act === 0) await directory.rename(`/d${counts.directory++}-${seed}`);
      else if (act < 3) await file.rename(`f${i}-${counts.file++}`);
      else if (act < 8) await write(file, i).then(() => counts.write++);
      else strictEqual((counts.read++, await firstByte(file)), i);
      if (act === 19) await file.close();
    }
  };
  await world.finish(Promise.all(Array.from({ length: 5 }, worker)));
  await world.run();
  ok(files.openCount <= 3, `${files.openCount} are open`);
  await world.finish(files.closeIdle());
  strictEqual(files.openCount, 0);
  return { trace: world.traceLines ?? [], counts };
});

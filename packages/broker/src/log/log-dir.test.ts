import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Disk } from '@ottla/runtime';
import { createNodeIo } from '@ottla/runtime/node';
import { SimWorld, type SimDiskOptions } from '@ottla/runtime/sim';
import { parentOf } from './log-dir-durable.ts';
import { listLogDir, openLogDir, probeNameRules } from './log-dir.ts';
import { readMetaProperties, writeMetaProperties, type MetaProperties } from './meta-properties.ts';

const meta: MetaProperties = { version: 1, clusterId: 'east', nodeId: 1, directoryId: null };

async function withDisk(body: (disk: Disk) => Promise<void>, options: SimDiskOptions = {}): Promise<void> {
  const world = new SimWorld({ seed: 1, disk: options });
  await world.finish(body(world.createProcess('node').io.disk));
}

void test('log directory: made when missing, taken once, with its identity', async () => {
  for (const rules of ['posix', 'windows'] as const) {
    await withDisk(
      async (disk) => {
        const first = await openLogDir(disk, '/srv/data');
        strictEqual(first.meta, null);
        await writeMetaProperties(disk, '/srv/data', meta, 0);
        await rejects(openLogDir(disk, '/srv/data'), { code: 'ERR_DISK_DIRECTORY_LOCKED' });
        await first.lock.release();
        deepStrictEqual((await openLogDir(disk, '/srv/data')).meta, meta);
      },
      { rules },
    );
  }
});

void test('log directory: damaged identity is refused, and the lock is free again', async () => {
  await withDisk(async (disk) => {
    await disk.makeDirectory('/data');
    const file = await disk.open('/data/meta.properties', 'create');
    await file.append([Buffer.from('version=9')]);
    await file.close();
    for (let attempt = 0; attempt < 2; attempt++) {
      await rejects(openLogDir(disk, '/data'), { name: 'LogFileError', path: '/data/meta.properties', line: 1 });
    }
    const bigger = await disk.open('/data/meta.properties', 'write');
    await bigger.truncate(1_000_000);
    await bigger.close();
    await rejects(readMetaProperties(disk, '/data'), /1000000 bytes, and such a file never has more than 65536/);
  });
});

void test('log directory: something else than a directory is refused', async () => {
  await withDisk(async (disk) => {
    await (await disk.open('/data', 'create')).close();
    await rejects(openLogDir(disk, '/data'), { name: 'DiskError', path: '/data' });
    await rejects(openLogDir(disk, '/data/sub'), { name: 'DiskError' });
  });
});

void test('log directory: partitions, and whose the other directories are', async () => {
  await withDisk(async (disk) => {
    const hex = 'f'.repeat(32);
    for (const name of [
      'orders-0',
      'a-007',
      `gone-1.${hex}-delete`,
      'lost+found',
      'remote-log-index-cache',
      '.snapshot',
    ]) {
      await disk.makeDirectory(`/data/${name}`);
    }
    await (await disk.open('/data/file-1', 'create')).close();
    const { partitions, foreign } = await listLogDir(disk, '/data');
    deepStrictEqual(partitions, [
      { name: 'a-007', topic: 'a', partition: 7, kind: 'live', unique: null },
      { name: `gone-1.${hex}-delete`, topic: 'gone', partition: 1, kind: 'delete', unique: hex },
      { name: 'orders-0', topic: 'orders', partition: 0, kind: 'live', unique: null },
    ]);
    deepStrictEqual(foreign, ['.snapshot', 'lost+found']);
  });
});

void test('log directory: what its file system does with names', async () => {
  for (const [rules, platform, wanted] of [
    ['posix', 'linux', { isCaseInsensitive: false, hasDeviceNames: false }],
    ['windows', 'darwin', { isCaseInsensitive: true, hasDeviceNames: false }],
    ['windows', 'win32', { isCaseInsensitive: true, hasDeviceNames: true }],
  ] as const) {
    await withDisk(
      async (disk) => {
        await disk.makeDirectory('/data');
        deepStrictEqual(await probeNameRules(disk, '/data', platform), wanted);
        deepStrictEqual(await disk.list('/data'), []);
      },
      { rules },
    );
  }
});

void test('log directory: on the disk of this machine', async () => {
  const base = mkdtempSync(join(tmpdir(), 'ottla-log-dir-'));
  const io = createNodeIo();
  try {
    const { lock } = await openLogDir(io.disk, `${base}/new/data`);
    await writeMetaProperties(io.disk, `${base}/new/data`, meta, io.clock.wallMs());
    deepStrictEqual(await readMetaProperties(io.disk, `${base}/new/data`), meta);
    await lock.release();
  } finally {
    await io.close();
    rmSync(base, { recursive: true });
  }
});

const PARENT_ROWS: readonly [path: string, parent: string][] = [
  ['/a/b', '/a'],
  ['/a/b/', '/a'],
  ['/a', '/'],
  ['/', '/'],
  ['a', '.'],
  ['./a', '.'],
  ['a/b', 'a'],
];

for (const [path, parent] of PARENT_ROWS) {
  void test(`parent of ${path}`, () => strictEqual(parentOf(path), parent));
}

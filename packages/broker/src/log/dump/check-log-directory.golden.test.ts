/** A directory that Kafka left, in order or by a crash, has nothing to find. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { SimWorld } from '@ottla/runtime/sim';
import { extractArchive } from '@ottla/testing';
import { goldenArchive } from '../log-dir-golden.fixture.ts';
import { checkLogDirectory } from './check-log-directory.ts';

for (const archive of ['clean', 'killed'] as const) {
  test(`golden: nothing is wrong with ${archive}`, async () => {
    const world = new SimWorld({ seed: 1 });
    const { disk } = world.createProcess('node').io;
    await world.finish(extractArchive(goldenArchive(archive), disk, ''));
    const directories = (await world.finish(disk.list(`/${archive}`))).filter(({ kind }) => kind === 'directory');
    ok(directories.length > 30);
    for (const { name } of directories) {
      deepStrictEqual(await world.finish(checkLogDirectory(disk, `/${archive}/${name}`)), [], name);
    }
  });
}

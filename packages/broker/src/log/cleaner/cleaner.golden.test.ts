/** Logs that Apache Kafka cleaned: cleaned again they keep their last values and their segment bases. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { OpenFiles } from '../open-files.ts';
import { createTestWorld, extractGolden } from '../segment.fixture.ts';
import { Cleaner, DEFAULT_CLEANER_SETTINGS } from './cleaner.ts';
import { TextLog } from './cleaner.fixture.ts';

for (const partition of ['compacted-0', 'compacted-txn-0']) {
  test(`golden: ${partition}`, async () => {
    // Before any horizon that Kafka set: nothing may be dropped for its age.
    const world = await createTestWorld({ wallMs: 1 });
    await extractGolden(world, 'clean');
    await world.run(async () => {
      const directory = new OpenFiles(world.io.disk, 100).directory(`/clean/${partition}`);
      const log = await new TextLog(world.io, world.context, directory).open();
      log.config = { ...log.config, internalSegmentBytes: 1 };
      const bases = log.segments().map(({ baseOffset }) => baseOffset);
      const before = await log.read();
      const committed = await log.readCommitted();
      ok(committed.length > 0 && bases.length > 3);
      const values = new Map(committed.map(({ key, value }) => [key, value]));
      const range = { firstDirtyOffset: 0, firstUncleanableOffset: bases.at(-1)! };
      const { isComplete } = await new Cleaner(world.io, DEFAULT_CLEANER_SETTINGS).clean(log, range, () => {});
      strictEqual(isComplete, true);
      deepStrictEqual(
        log.segments().map(({ baseOffset }) => baseOffset),
        bases,
      );
      deepStrictEqual(new Map((await log.readCommitted()).map(({ key, value }) => [key, value])), values);
      // What Kafka had cleaned (its first segment) loses nothing but what the dirty rest supersedes.
      const after = await log.read();
      const first = new Set(before[0]);
      const records = (lines: readonly string[]): string[] =>
        lines
          .join(' ')
          .split(' ')
          .filter((word) => /^\d+:/.test(word));
      const old = new Set(records([...first]));
      for (const record of records(after[0]!)) ok(old.has(record), record);
    });
  });
}

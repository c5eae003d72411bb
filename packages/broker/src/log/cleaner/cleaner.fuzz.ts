/** Random logs of keys, tombstones and transactions, against what compaction promises. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import { createTestWorld, type TestWorld } from '../segment.fixture.ts';
import { Cleaner, DEFAULT_CLEANER_SETTINGS, type CleanerSettings } from './cleaner.ts';
import { TextLog, type CommittedRecord } from './cleaner.fixture.ts';
import { randomSegments, type RandomLog } from './random-log.fixture.ts';

const BIG: CleanerSettings = { ...DEFAULT_CLEANER_SETTINGS, dedupeBufferBytes: 24_000, ioBufferBytes: 300 };
const TINY: CleanerSettings = { ...BIG, dedupeBufferBytes: 5 * 24 };

fuzz('what compaction promises', { small: 60 }, async (prng) => {
  const random = randomSegments(prng);
  const test = await createTestWorld({ seed: prng.between(0, 1e9) });
  await test.run(async () => {
    const log = await written(test, random);
    log.config = { ...log.config, internalSegmentBytes: prng.pick([1, 400, 100_000]) };
    const [before, committedBefore] = [recordsOf(await log.read()), await log.readCommitted()];
    const { endOffset } = await new Cleaner(test.io, BIG).clean(log, rangeOf(log), () => {});
    const [after, committedAfter] = [recordsOf(await log.read()), await log.readCommitted()];

    deepStrictEqual(lastValues(committedAfter), lastValues(committedBefore), 'the last value of each key');
    checkSubset(before, after, endOffset);
    checkSuperseded(committedBefore, committedAfter, endOffset);
    checkTombstones(committedBefore, committedAfter);
    const ends = (await log.read()).flat().map((line) => Number(/\.\.(\d+)/.exec(line)![1]));
    for (const last of random.lastOffsets.values()) ok(ends.includes(last), `the producer's last batch, ${last}`);

    // Markers whose data went now get their horizon; then nothing changes any more.
    await new Cleaner(test.io, BIG).clean(log, rangeOf(log), () => {});
    const settled = await log.read();
    await new Cleaner(test.io, BIG).clean(log, { ...rangeOf(log), firstDirtyOffset: endOffset }, () => {});
    deepStrictEqual(await log.read(), settled);
  });
});

fuzz('several passes with a tiny map are one with a large one', { small: 25 }, async (prng) => {
  const random = randomSegments(prng);
  const results = [];
  for (const settings of [BIG, TINY]) {
    const test = await createTestWorld();
    results.push(
      await test.run(async () => {
        const log = await written(test, random);
        const cleaner = new Cleaner(test.io, settings);
        const range = { ...rangeOf(log) };
        for (let pass = 0, isComplete = false; !isComplete; pass++) {
          const result = await cleaner.clean(log, range, () => {});
          ok(result.endOffset > range.firstDirtyOffset || result.isComplete, 'each pass gets on');
          range.firstDirtyOffset = result.endOffset;
          isComplete = result.isComplete;
        }
        return { records: recordsOf(await log.read()), committed: await log.readCommitted() };
      }),
    );
  }
  deepStrictEqual(results[1], results[0]);
});

async function written(test: TestWorld, { segments, lastOffsets }: RandomLog): Promise<TextLog> {
  const log = await new TextLog(test.io, test.context, test.directory).write(segments);
  for (const [producerId, lastDataOffset] of lastOffsets)
    log.producers.set(producerId, { lastDataOffset, producerEpoch: 1 });
  return log;
}

/** All whole segments that lie below the last stable offset. */
function rangeOf(log: TextLog): { firstDirtyOffset: number; firstUncleanableOffset: number } {
  const { lastStableOffset } = log;
  const bases = log.segments().map(({ baseOffset }) => baseOffset);
  const bound = bases.filter((base) => base <= lastStableOffset).at(-1) ?? 0;
  return { firstDirtyOffset: 0, firstUncleanableOffset: Math.min(bound, bases.at(-1)!) };
}

/** `offset:key=value@timestamp` of each data record. */
function recordsOf(lines: readonly (readonly string[])[]): string[] {
  return lines.flat().flatMap((line) => line.split(' ').filter((word) => /^\d+:/.test(word)));
}

function lastValues(records: readonly CommittedRecord[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { key, value } of records) {
    if (key === '-') continue;
    if (value === '-') values.delete(key);
    else values.set(key, value);
  }
  return values;
}

/** Offsets, order, content; and all that lies beyond what was cleaned. */
function checkSubset(before: readonly string[], after: readonly string[], endOffset: number): void {
  let at = 0;
  for (const record of after) {
    at = before.indexOf(record, at);
    ok(at >= 0, `${record} was there, in that order`);
    at++;
  }
  const isBeyond = (record: string): boolean => Number.parseInt(record, 10) >= endOffset;
  deepStrictEqual(after.filter(isBeyond), before.filter(isBeyond), 'nothing is touched beyond the end');
}

/** Below the end each key is there once, and it is the last one. */
function checkSuperseded(before: readonly CommittedRecord[], after: readonly CommittedRecord[], end: number): void {
  const last = new Map<string, number>();
  for (const { key, offset } of before) if (offset < end && key !== '-') last.set(key, offset);
  const kept = after.filter(({ offset }) => offset < end);
  for (const { key, offset } of kept) strictEqual(offset, last.get(key), `key ${key}`);
  strictEqual(kept.length, last.size, 'and no key is missing');
}

/** None had a horizon that is past: a tombstone that is the last of its key is still there. */
function checkTombstones(before: readonly CommittedRecord[], after: readonly CommittedRecord[]): void {
  const last = new Map(before.map((record) => [record.key, record]));
  last.delete('-');
  for (const record of last.values()) {
    if (record.value === '-')
      ok(
        after.some(({ offset }) => offset === record.offset),
        `tombstone ${record.offset}`,
      );
  }
}

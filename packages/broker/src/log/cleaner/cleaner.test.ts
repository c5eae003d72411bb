import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { isOperationalError } from '@ottla/runtime';
import { createTestWorld, readWhole, writeWhole } from '../segment.fixture.ts';
import type { LastRecord } from './batch-verdict.ts';
import { Cleaner, DEFAULT_CLEANER_SETTINGS, type CleanerSettings } from './cleaner.ts';
import { CleaningAbortedError, isUncleanable } from './cleaner-errors.ts';
import { batchOfText, TextLog } from './cleaner.fixture.ts';

const SMALL: CleanerSettings = { ...DEFAULT_CLEANER_SETTINGS, dedupeBufferBytes: 24_000, ioBufferBytes: 400 };
const NOTHING = (): void => {};

interface Row {
  readonly why: string;
  readonly log: readonly (readonly string[])[];
  readonly from?: number;
  /** Unix milliseconds; tombstones stay 1,000 ms. Default 5,000. */
  readonly nowMs?: number;
  readonly highWatermark?: number;
  readonly producers?: readonly (readonly [number, LastRecord])[];
  readonly segmentBytes?: number;
  /** Slots of the map, of which 9 in 10 are used. */
  readonly slots?: number;
  /** Without the active segment. */
  readonly wanted: readonly (readonly string[])[];
  readonly endOffset?: number;
}

const ACTIVE = ['90 z=1'];

async function cleaned(row: Row): Promise<{ log: TextLog; lines: string[][]; endOffset: number }> {
  const world = await createTestWorld({ wallMs: row.nowMs ?? 5_000 });
  return world.run(async () => {
    const log = new TextLog(world.io, world.context, world.directory);
    await log.write([...row.log, ACTIVE]);
    log.highWatermark = row.highWatermark ?? -1;
    for (const [producerId, last] of row.producers ?? []) log.producers.set(producerId, last);
    if (row.segmentBytes !== undefined) log.config = { ...log.config, internalSegmentBytes: row.segmentBytes };
    // The disk's clock moved while the log was written.
    const clock = { ...clockOf(world.io.clock), wallMs: () => row.nowMs ?? 5_000 };
    const settings = row.slots === undefined ? SMALL : { ...SMALL, dedupeBufferBytes: row.slots * 24 };
    const cleaner = new Cleaner({ ...world.io, clock }, settings);
    const range = { firstDirtyOffset: row.from ?? 0, firstUncleanableOffset: 90 };
    const { endOffset } = await cleaner.clean(log, range, NOTHING);
    return { log, lines: (await log.read()).slice(0, -1), endOffset };
  });
}

function clockOf(clock: TextLog['io']['clock']): TextLog['io']['clock'] {
  return {
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, fire) => clock.after(delayMs, fire),
    defer: (run) => clock.defer(run),
  };
}

const DATA_AT = (lastDataOffset: number): LastRecord => ({ lastDataOffset, producerEpoch: 1 });
const MARKERS: LastRecord = { lastDataOffset: null, producerEpoch: 1 };

const RULES: readonly Row[] = [
  {
    why: 'of each key the last record stays, and the batch keeps its offsets',
    log: [['0 a=1 b=2 a=3', '3 b=4']],
    wanted: [['0..2 2:a=3@2', '3..3 3:b=4@3']],
  },
  {
    why: 'a batch that loses nothing stays as it is; one that loses all goes',
    log: [['0 a=1', '1 b=1 c=1', '3 a=2']],
    wanted: [['1..2 1:b=1@1 2:c=1@2', '3..3 3:a=2@3']],
  },
  {
    why: 'a batch that loses its last record ends where it did',
    log: [['0 a=1 b=1', '2 b=2']],
    wanted: [['0..1 0:a=1@0', '2..2 2:b=2@2']],
  },
  {
    why: 'records without a key go',
    log: [['0 =x a=1']],
    wanted: [['0..1 1:a=1@1']],
  },
  {
    why: 'a key that begins like another is another',
    log: [['0 a=1 aa=2 aA=3 a=4']],
    wanted: [['0..3 1:aa=2@1 2:aA=3@2 3:a=4@3']],
  },
  {
    why: 'clean records are judged by dirty keys, and not by one another',
    log: [['0 a=1 b=1'], ['2 a=2']],
    from: 2,
    wanted: [['0..1 1:b=1@1', '2..2 2:a=2@2']],
  },
  {
    why: 'a tombstone gets its horizon when it is first the last of its key',
    log: [['0 a=1 b=1', '2 a=- c=1']],
    wanted: [['0..1 1:b=1@1', '2..3 h6000 2:a=-@2 3:c=1@3']],
  },
  {
    why: 'a tombstone that is superseded leaves no horizon behind',
    log: [['0 a=- b=1', '2 a=1']],
    wanted: [['0..1 1:b=1@1', '2..2 2:a=1@2']],
  },
  {
    why: 'before its horizon a tombstone stays, and the horizon too',
    log: [['0 h5001 a=- b=1']],
    wanted: [['0..1 h5001 0:a=-@0 1:b=1@1']],
  },
  {
    why: 'from its horizon on a tombstone goes; the horizon stays for what else is in the batch',
    log: [['0 h5000 a=- b=1']],
    wanted: [['0..1 h5000 1:b=1@1']],
  },
  {
    why: 'a horizon is kept when a record goes',
    log: [['0 h9000 a=1 b=- c=1', '3 a=2']],
    wanted: [['0..2 h9000 1:b=-@1 2:c=1@2', '3..3 3:a=2@3']],
  },
  {
    why: 'a compressed batch is compressed again with its codec; timestamps stay',
    log: [[`0 gzip @77 a=1 b=${'x'.repeat(200)} c=${'y'.repeat(200)}`, '3 a=2']],
    wanted: [[`0..2 codec1 1:b=${'x'.repeat(200)}@77 2:c=${'y'.repeat(200)}@77`, '3..3 3:a=2@3']],
  },
  {
    why: 'log append time stays that of the batch',
    log: [['0 log@70 a=1 b=1', '2 a=2']],
    wanted: [['0..1 log 1:b=1@70', '2..2 2:a=2@2']],
  },
  {
    why: 'the batch that ends at the high watermark stays, though it be empty',
    log: [['0 a=1', '1 a=2']],
    highWatermark: 1,
    wanted: [['0..0', '1..1 1:a=2@1']],
  },
  {
    why: 'the last batch of a producer stays, though it be empty: its last sequence number is known',
    log: [['0 p7 a=1', '1 p7 a=2', '2 p8 a=3', '3 a=4']],
    producers: [[7, DATA_AT(1)]],
    wanted: [['1..1 p7', '3..3 3:a=4@3']],
  },
  {
    why: 'what was emptied before goes once its producer is forgotten',
    log: [['0 p7 a=1', '1 a=2']],
    producers: [[8, DATA_AT(0)]],
    wanted: [['1..1 1:a=2@1']],
  },
  {
    why: 'aborted data goes at once and supersedes nothing; its marker gets a horizon once the data is gone',
    log: [['0 a=1', '1 t7 a=2 b=2', '3 abort7']],
    wanted: [['0..0 0:a=1@0', '3..3 control7 ABORT']],
  },
  {
    why: 'an abort marker without data gets a horizon',
    log: [['0 a=1', '3 abort7']],
    wanted: [['0..0 0:a=1@0', '3..3 control7 h6000 ABORT']],
  },
  {
    why: 'a marker without data goes from its horizon on',
    log: [['0 a=1', '2 h5000 commit8', '3 h5000 abort7']],
    wanted: [['0..0 0:a=1@0']],
  },
  {
    why: 'before its horizon a marker stays',
    log: [['0 a=1', '2 h5001 commit8', '3 h5001 abort7']],
    wanted: [['0..0 0:a=1@0', '2..2 control8 h5001 COMMIT', '3..3 control7 h5001 ABORT']],
  },
  {
    why: 'a commit marker with data before it stays as it is, whatever becomes of the data',
    log: [['0 t7 a=1', '1 commit7', '2 a=2']],
    wanted: [['1..1 control7 COMMIT', '2..2 2:a=2@2']],
  },
  {
    why: 'of two transactions of a producer each has its own end',
    log: [['0 t7 a=1', '1 abort7', '2 t7 a=2', '3 commit7', '4 t7 b=3', '5 abort7']],
    wanted: [['1..1 control7 ABORT', '2..2 t7 2:a=2@2', '3..3 control7 COMMIT', '5..5 control7 ABORT']],
  },
  {
    why: 'transactions of several producers overlap',
    log: [['0 t7 a=1', '1 t8 a=2', '2 commit8', '3 t7 b=1', '4 abort7']],
    wanted: [['1..1 t8 1:a=2@1', '2..2 control8 COMMIT', '4..4 control7 ABORT']],
  },
  {
    why: 'a transaction that spans segments is known in each, also when they do not become one',
    log: [['0 t7 a=1'], ['1 b=1'], ['2 t7 c=1', '3 abort7', '4 t7 d=1', '5 commit7']],
    segmentBytes: 1,
    wanted: [[], ['1..1 1:b=1@1'], ['3..3 control7 ABORT', '4..4 t7 4:d=1@4', '5..5 control7 COMMIT']],
  },
  {
    why: 'the last batch of a producer stays empty, though it was aborted',
    log: [['0 a=1', '1 t7 a=2', '2 abort7']],
    producers: [[7, DATA_AT(1)]],
    wanted: [['0..0 0:a=1@0', '1..1 t7', '2..2 control7 ABORT']],
  },
  {
    why: 'the marker of a producer that wrote no data in its epoch stays, though it be empty: it tells the epoch',
    log: [['0 a=1', '1 h5000 commit7', '2 h5000 commit8']],
    producers: [[7, MARKERS]],
    wanted: [['0..0 0:a=1@0', '1..1 control7']],
  },
  {
    why: 'small neighbours become one segment',
    log: [['0 a=1'], ['1 b=1'], ['2 c=1']],
    wanted: [['0..0 0:a=1@0', '1..1 1:b=1@1', '2..2 2:c=1@2']],
  },
  {
    why: 'large neighbours do not',
    log: [['0 a=1'], ['1 a=2'], ['2 c=1']],
    segmentBytes: 150,
    wanted: [['1..1 1:a=2@1'], ['2..2 2:c=1@2']],
  },
  {
    why: 'a full map ends the pass: what lies beyond is not touched',
    log: [['0 a=1 b=1', '2 a=2', '3 c=1', '4 a=3 a=4', '6 h1 =x e=-']],
    slots: 4,
    wanted: [['0..1 1:b=1@1', '2..2 2:a=2@2', '3..3 3:c=1@3', '4..5 4:a=3@4 5:a=4@5', '6..7 h1 6:=x@6 7:e=-@7']],
    endOffset: 4,
  },
];

for (const row of RULES) {
  test(`retained: ${row.why}`, async () => {
    const { lines, endOffset } = await cleaned(row);
    deepStrictEqual(lines, row.wanted);
    strictEqual(endOffset, row.endOffset ?? 90);
  });
}

test('the index of aborted transactions lists those whose data a reader may still meet', async () => {
  const row = {
    why: '',
    log: [
      ['0 t7 a=1', '1 abort7'],
      ['2 a=2', '3 abort8', '4 t9 b=1', '5 abort9'],
    ],
    wanted: [],
  };
  const { log } = await cleaned(row);
  const transactions = await log.segments()[0]!.indexes.transactions();
  deepStrictEqual(
    Array.from({ length: transactions.entries }, (_, i) => transactions.at(i)),
    [
      { producerId: 7, firstOffset: 0, lastOffset: 1, lastStableOffset: 2 },
      { producerId: 9, firstOffset: 4, lastOffset: 5, lastStableOffset: 6 },
    ],
  );
});

test('a batch larger than the buffer is cleaned; producer, epoch and sequence stay', async () => {
  const value = 'x'.repeat(3_000);
  const row = { why: '', log: [['0 p7 a=1', `1 p7 a=2 b=${value}`, '3 a=3']], wanted: [] };
  const { lines } = await cleaned(row);
  deepStrictEqual(lines, [[`1..2 p7 2:b=${value}@2`, '3..3 3:a=3@3']]);
});

test('a damaged batch makes the log uncleanable, and stays as it is', async () => {
  const world = await createTestWorld();
  await world.run(async () => {
    const log = await new TextLog(world.io, world.context, world.directory).write([
      ['0 a=1', '1 a=2', '2 b=1'],
      ACTIVE,
    ]);
    const { path } = log.segments()[0]!;
    const before = (await readWhole(world.io.disk, path))!;
    before[before.length - 3]! ^= 1;
    await writeWhole(world.io.disk, path, before);
    const range = { firstDirtyOffset: 0, firstUncleanableOffset: 90 };
    await rejects(new Cleaner(world.io, SMALL).clean(log, range, NOTHING), (error: unknown) => {
      strictEqual(isOperationalError(error) && error.code, 'ERR_LOG_SEGMENT_CORRUPT');
      strictEqual((error as { position: number }).position, 2 * batchOfText('0 a=1').length);
      return isUncleanable(error);
    });
    deepStrictEqual(await readWhole(world.io.disk, path), before);
    strictEqual(log.segments().length, 2);
  });
});

test('whoever wants the log stops the cleaning at the next stretch; no file of it is left', async () => {
  const world = await createTestWorld();
  await world.run(async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `${i} a=${i}`);
    const log = await new TextLog(world.io, world.context, world.directory).write([lines, ACTIVE]);
    let checks = 0;
    const stop = (): void => {
      if (++checks === 20) throw new CleaningAbortedError('t-0');
    };
    const range = { firstDirtyOffset: 0, firstUncleanableOffset: 90 };
    await rejects(new Cleaner(world.io, SMALL).clean(log, range, stop), CleaningAbortedError);
    const names = (await world.io.disk.list(world.directory.path)).map(({ name }) => name);
    deepStrictEqual(
      names.filter((name) => name.includes('.cleaned')),
      [],
    );
    strictEqual((await log.read())[0]!.length, 60);
  });
});

/** The one writer of a log: order, group commit, rolling, flushing, and what a failed write takes with it. */
import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { RecordBatchBuilder } from '@ottla/protocol';
import type { Io } from '@ottla/runtime';
import { SimWorld } from '@ottla/runtime/sim';
import { AppendChain, type ChainedAppend } from './append-chain.ts';
import { OpenFiles } from './open-files.ts';
import { createSegmentContext } from './segment-context.ts';
import { Segment } from './segment.ts';

interface Setting {
  segmentBytes: number;
  flushMessages: number;
}

/** A log of nothing but segments and bytes, on a simulated disk. */
class Bench {
  readonly chain: AppendChain<ChainedAppend>;
  readonly #create: (baseOffset: number) => Promise<Segment>;
  readonly #segmentBytes: number;
  #assignedBytes = 0;
  preparations = 0;
  readonly segments: Segment[];
  readonly written: number[] = [];
  readonly writes: number[] = [];
  readonly flushes: number[] = [];
  failures = 0;
  refusesSegments = false;
  #next = 0;
  #flushedEnd = 0;

  static async open(io: Io, setting: Partial<Setting> = {}): Promise<Bench> {
    const full = { segmentBytes: 1_000_000, flushMessages: Infinity, ...setting };
    await io.disk.makeDirectory('/log');
    const directory = new OpenFiles(io.disk, 10).directory('/log');
    const context = createSegmentContext(io);
    const create = (baseOffset: number) =>
      Segment.create(context, directory, { baseOffset, indexIntervalBytes: 4_096, indexBytesMax: 1_000_000 });
    return new Bench(full, create, await create(0));
  }

  constructor(setting: Setting, create: (baseOffset: number) => Promise<Segment>, first: Segment) {
    this.segments = [first];
    this.#create = create;
    this.#segmentBytes = setting.segmentBytes;
    this.#count(first);
    this.chain = new AppendChain<ChainedAppend>(
      {
        flushMessages: () => setting.flushMessages,
        flushedEnd: () => this.#flushedEnd,
        prepareWrite: () => {
          this.preparations++;
          return null;
        },
        flushBefore: async (offset) => {
          for (const segment of this.segments) await segment.datasync();
          this.flushes.push(offset);
          this.#flushedEnd = offset;
        },
        onWritten: ({ baseOffset }) => this.written.push(baseOffset),
        onFailed: () => {
          this.failures++;
          this.#next = this.written.length;
          this.#assignedBytes = this.segments.at(-1)!.sizeBytes;
        },
      },
      first,
    );
  }

  /** Appends a record; each has an offset of its own. */
  append(valueBytes = 100): Promise<void> {
    const builder = new RecordBatchBuilder();
    const baseOffset = this.#next++;
    builder.open({ baseOffset });
    ok(builder.append(1, null, new Uint8Array(valueBytes)));
    const bytes = Uint8Array.prototype.slice.call(builder.finish());
    if (this.#assignedBytes + bytes.length > this.#segmentBytes) this.#roll(baseOffset);
    this.#assignedBytes += bytes.length;
    return this.chain.push({ bytes, baseOffset, nextOffset: baseOffset + 1 });
  }

  #roll(baseOffset: number): void {
    this.#assignedBytes = 0;
    this.chain.roll(async () => {
      if (this.refusesSegments) throw new Error('no segment can be made');
      const segment = await this.#create(baseOffset);
      this.#count(segment);
      this.segments.push(segment);
      return segment;
    });
  }

  /** Offsets of what the segments hold. */
  async stored(): Promise<number[]> {
    const ends = await Promise.all(this.segments.map((segment) => segment.readEnd()));
    ok(ends.every(({ stop }) => stop === null));
    return Array.from({ length: ends.at(-1)!.nextOffset }, (_, offset) => offset);
  }

  #count(segment: Segment): void {
    const append = segment.append.bind(segment);
    segment.append = (chunks, lastOffset) => {
      this.writes.push(chunks.length);
      return append(chunks, lastOffset);
    };
  }
}

function simulated(name: string, run: (io: Io, world: SimWorld) => Promise<void>): void {
  test(`append chain: ${name}`, async () => {
    const world = new SimWorld({ seed: 1 });
    await world.finish(run(world.createProcess('broker').io, world));
  });
}

simulated('what comes while a write is under way goes out together with the next', async (io) => {
  const bench = await Bench.open(io);
  await bench.append();
  await Promise.all(Array.from({ length: 50 }, () => bench.append()));
  deepStrictEqual(bench.writes, [1, 50]);
  strictEqual(bench.preparations, 2, 'prepared before each write');
  deepStrictEqual(bench.written, await bench.stored());
  ok(bench.chain.isIdle);
});

simulated('acknowledged in order, and told of before that', async (io) => {
  const bench = await Bench.open(io);
  const acknowledged: number[] = [];
  const appends = Array.from({ length: 20 }, (_, offset) =>
    bench.append().then(() => {
      strictEqual(bench.written[acknowledged.length], offset);
      acknowledged.push(offset);
    }),
  );
  await Promise.all(appends);
  deepStrictEqual(acknowledged, bench.written);
});

simulated('a full segment is rolled, in the middle of what waits too', async (io) => {
  const bench = await Bench.open(io, { segmentBytes: 600 });
  await Promise.all(Array.from({ length: 10 }, () => bench.append()));
  ok(bench.segments.length > 2);
  for (const segment of bench.segments) ok(segment.sizeBytes <= 600 && segment.sizeBytes > 0);
  strictEqual((await bench.stored()).length, 10);
});

simulated('flush.messages=1 flushes before each acknowledgement, once for all who wait', async (io) => {
  const bench = await Bench.open(io, { flushMessages: 1 });
  await bench.append();
  await Promise.all(Array.from({ length: 30 }, () => bench.append()));
  deepStrictEqual(bench.flushes, [1, 31]);
});

simulated('flush.messages=10 flushes when ten are unflushed', async (io) => {
  const bench = await Bench.open(io, { flushMessages: 10 });
  for (let i = 0; i < 25; i++) await bench.append();
  deepStrictEqual(bench.flushes, [10, 20]);
});

simulated('who needs the log to himself waits for what came before, and what comes after waits for him', async (io) => {
  const bench = await Bench.open(io);
  const order: string[] = [];
  const before = bench.append().then(() => order.push('before'));
  const task = bench.chain.exclusively(async () => {
    order.push('task begins');
    await new Promise<void>((resolve) => io.clock.after(50, resolve));
    strictEqual(bench.written.length, 1);
    order.push('task ends');
    return 'result';
  });
  const after = bench.append().then(() => order.push('after'));
  strictEqual(await task, 'result');
  await Promise.all([before, after]);
  deepStrictEqual(order, ['before', 'task begins', 'task ends', 'after']);
});

simulated('a task that fails fails alone', async (io) => {
  const bench = await Bench.open(io);
  await rejects(
    bench.chain.exclusively(() => Promise.reject(new Error('no'))),
    /no/,
  );
  await bench.append();
  deepStrictEqual(bench.written, [0]);
});

simulated('a segment that cannot be made leaves the old one to go on with', async (io) => {
  const bench = await Bench.open(io, { segmentBytes: 400 });
  await Promise.all([bench.append(), bench.append()]);
  bench.refusesSegments = true;
  await rejects(bench.append(), /no segment can be made/);
  bench.refusesSegments = false;
  await bench.append();
  strictEqual(bench.segments.length, 2);
  deepStrictEqual(await bench.stored(), [0, 1, 2]);
});

test('append chain: the n-th write fails, for every n: nothing is acknowledged that is not there, nothing invented', async () => {
  for (let failing = 0; failing < 12; failing++) {
    for (const kind of ['diskWriteError', 'diskShortWrite', 'diskFull'] as const) {
      const world = new SimWorld({ seed: failing });
      await world.finish(failNth(world, kind, failing));
    }
  }
});

async function failNth(world: SimWorld, kind: 'diskWriteError' | 'diskShortWrite' | 'diskFull', failing: number) {
  const bench = await Bench.open(world.createProcess('broker').io, { segmentBytes: 700 });
  let acknowledged = 0;
  for (let round = 0; round < 12; round++) {
    if (round === failing) world.setFaults({ [kind]: 1 });
    const before = bench.failures;
    const results = await Promise.allSettled([bench.append(), bench.append(), bench.append()]);
    world.setFaults({});
    const taken = results.filter(({ status }) => status === 'fulfilled').length;
    acknowledged += taken;
    strictEqual(
      results.slice(0, taken).every(({ status }) => status === 'fulfilled'),
      true,
      'those behind a failure fail',
    );
    strictEqual(bench.failures - before > 0, taken < 3, 'the owner is told of a failure, once for all');
    deepStrictEqual(
      bench.written,
      Array.from({ length: acknowledged }, (_, i) => i),
    );
    deepStrictEqual(await bench.stored(), bench.written);
  }
  ok(acknowledged >= 33);
}

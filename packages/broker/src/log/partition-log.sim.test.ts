/**
 * The log under power losses and kills, on a disk that fails: what was acknowledged and flushed is there after every crash, what
 * was acknowledged is there after every kill, nothing is invented, order holds, and a second load changes nothing.
 *
 * What it found stands in docs/proof/log.md.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { batchCrc, batchLastOffset, batchBaseOffset } from '@ottla/protocol';
import { MiB, SlabPool, type Io, type Prng } from '@ottla/runtime';
import { SimWorld, type FaultRates } from '@ottla/runtime/sim';
import { simulation } from '@ottla/testing';
import { DiskReads } from './disk-reads.ts';
import { makeDurableDirectory } from './log-dir-durable.ts';
import { DEFAULT_LOG_CONFIG, type LogConfig } from './log-config.ts';
import { batchesOf, describeLoaded, PRODUCER_SETTINGS } from './log-loader.fixture.ts';
import { loadLog, type LoadedLog } from './log-loader.ts';
import { OpenFiles } from './open-files.ts';
import { dataBatch } from './partition-log.fixture.ts';
import { PartitionLog } from './partition-log.ts';
import { createSegmentContext, type SegmentContext } from './segment-context.ts';
import { TailCache } from './tail-cache.ts';

const PATH = '/data/orders-0';
const LIVES = 6;
const APPENDS_A_LIFE = 200;

const faults: Partial<FaultRates> = {
  diskStall: 0.002,
  diskWriteError: 0.004,
  diskShortWrite: 0.004,
  diskFull: 0.002,
  diskSyncError: 0.002,
  diskDirectorySyncError: 0.002,
};

interface Appended {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly crc: number;
  isAcknowledged: boolean;
}

/** What the outside knows of the log. */
interface Model {
  /** Every batch that was ever handed to the log and may be in it. */
  readonly attempted: Map<string, Appended>;
  /** Acknowledged, by offset. */
  acknowledged: Appended[];
  /** Of the last `flush` that returned, or of an acknowledgement with `flush.messages=1`. */
  flushedEnd: number;
}

function key(firstOffset: number, crc: number): string {
  return `${firstOffset}:${crc}`;
}

interface Opened {
  readonly loaded: LoadedLog;
  readonly context: SegmentContext;
  readonly directory: ReturnType<OpenFiles['directory']>;
}

async function open(io: Io, config: LogConfig, recoveryPoint: number): Promise<Opened> {
  await makeDurableDirectory(io.disk, PATH);
  const context = createSegmentContext(io);
  const directory = new OpenFiles(io.disk, 8).directory(PATH);
  const loaded = await loadLog(context, {
    directory,
    topicPartition: 'orders-0',
    config,
    isClean: false,
    recoveryPoint,
    logStartOffset: 0,
    nowMs: io.clock.wallMs(),
    producerState: PRODUCER_SETTINGS,
  });
  return { loaded, context, directory };
}

function start(io: Io, config: LogConfig, { loaded, context, directory }: Opened, onOffline: () => void): PartitionLog {
  const bounds = { inUseBytesMax: 16 * MiB, idleBytesMax: MiB, limitKey: 'test' };
  const pool = new SlabPool({ name: 'reads', classBytes: [MiB], ...bounds });
  return new PartitionLog({
    ...loaded,
    disk: io.disk,
    clock: io.clock,
    random: io.random,
    context,
    directory,
    config,
    tail: new TailCache(4_000).open(),
    diskReads: new DiskReads(pool, 4),
    onOffline,
  });
}

/** Appends, a few at a time, and flushes now and then, until the process dies or the log is given up. */
async function work(log: PartitionLog, model: Model, prng: Prng, sequence: { next: number }): Promise<void> {
  for (let done = 0; done < APPENDS_A_LIFE;) {
    const group = 1 + prng.below(5);
    done += group;
    await Promise.all(Array.from({ length: group }, () => appendOne(log, model, prng, sequence)));
    if (!prng.chance(0.1)) continue;
    await log.flush();
    model.flushedEnd = Math.max(model.flushedEnd, log.recoveryPoint);
  }
}

async function appendOne(log: PartitionLog, model: Model, prng: Prng, sequence: { next: number }): Promise<void> {
  const timestamp = sequence.next++;
  const partitionLeaderEpoch = Math.floor(timestamp / 300);
  const shape = { count: 1 + prng.below(3), valueBytes: prng.below(200), timestamp, partitionLeaderEpoch };
  const bytes = dataBatch({ ...shape, baseOffset: log.assignedEnd });
  const outcome = log.append(bytes, { origin: 'raftLeader', leaderEpoch: partitionLeaderEpoch });
  ok(outcome.kind === 'assigned');
  const { firstOffset, lastOffset } = outcome;
  const appended: Appended = { firstOffset, lastOffset, crc: batchCrc(bytes), isAcknowledged: false };
  model.attempted.set(key(firstOffset, appended.crc), appended);
  const isWritten = await outcome.written.then(
    () => true,
    () => false,
  );
  if (!isWritten) return;
  appended.isAcknowledged = true;
  model.acknowledged.push(appended);
  ok(lastOffset < log.logEndOffset, 'acknowledged is written');
  if (log.config.flushMessages === 1) model.flushedEnd = Math.max(model.flushedEnd, lastOffset + 1);
}

/** The log as it was opened against what the outside knows. */
async function check({ loaded }: Opened, model: Model, wasKilled: boolean): Promise<void> {
  const stored = await batchesOf(loaded.segments);
  const found = new Set<string>();
  let next = 0;
  for (const { bytes } of stored) {
    const firstOffset = batchBaseOffset(bytes);
    strictEqual(firstOffset, next, 'offsets follow one another');
    const name = key(firstOffset, batchCrc(bytes));
    ok(model.attempted.has(name), `the batch at ${firstOffset} was never appended`);
    found.add(name);
    next = batchLastOffset(bytes) + 1;
  }
  strictEqual(loaded.nextOffset, next);
  for (const { firstOffset, lastOffset, crc } of model.acknowledged) {
    const isPromised = wasKilled || lastOffset < model.flushedEnd;
    if (isPromised)
      ok(found.has(key(firstOffset, crc)), `acknowledged and lost: ${firstOffset}, flushed to ${model.flushedEnd}`);
  }
  // What is gone may come again with other bytes; what is there is what counts from now on.
  model.acknowledged = [...found].map((name) => model.attempted.get(name)!);
  model.attempted.clear();
  for (const appended of model.acknowledged) model.attempted.set(key(appended.firstOffset, appended.crc), appended);
}

async function live(seed: number): Promise<SimWorld> {
  const world = new SimWorld({ seed, faults, keepTraceText: true });
  const chance = world.chance('log');
  const flushMessages = chance.chance(0.5) ? 1 : Infinity;
  const config = { ...DEFAULT_LOG_CONFIG, internalSegmentBytes: 3_000, indexIntervalBytes: 300, flushMessages };
  const broker = world.createProcess('broker');
  const model: Model = { attempted: new Map(), acknowledged: [], flushedEnd: 0 };
  const sequence = { next: 0 };
  let wasKilled = false;
  for (let life = 0; life < LIVES; life++) {
    world.setFaults({});
    const again = await world.finish(open(broker.io, config, 0).then(({ loaded }) => describeLoaded(loaded)));
    const opened = await world.finish(open(broker.io, config, 0));
    deepStrictEqual(await world.finish(describeLoaded(opened.loaded)), again, 'a second load gives the same log');
    await world.finish(check(opened, model, wasKilled));
    if (life === LIVES - 1) break;
    world.setFaults(faults);
    let isOffline = false;
    const log = start(broker.io, config, opened, () => (isOffline = true));
    let isDone = false;
    void work(log, model, chance, sequence).then(
      () => (isDone = true),
      () => (isDone = true),
    );
    await world.run({ untilMs: world.nowMs + chance.between(5, 2_000), until: () => isOffline || isDone });
    // After a failed sync the pages are lost: only a crash tells what the device has.
    wasKilled = !isOffline && chance.chance(0.5);
    if (wasKilled) broker.kill();
    else broker.crash();
    broker.restart();
  }
  world.note(`${sequence.next} appends`);
  ok(model.acknowledged.length > 0, 'something was acknowledged and stayed');
  return world;
}

simulation('log: crashes and kills under load', { seeds: 20, seedsLarge: 500 }, async (seed) => {
  const { traceLines, faultCounts } = await live(seed);
  return { trace: traceLines ?? [], counts: faultCounts };
});

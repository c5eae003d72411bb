/**
 * Dumps the files of a log as Kafka's DumpLogSegments does: segments, snapshots of the metadata log, indexes, producer
 * snapshots. Where that tool dies of damage, this one says what it found and what to do, and goes on.
 */
import { OperationalError, type Disk } from '@ottla/runtime';
import { parseCheckpointName } from '../log-names.ts';
import { BatchFile, type BatchStop, type StoredBatch } from './batch-file.ts';
import { batchFacts, recordFacts, type Facts } from './batch-facts.ts';
import type { DumpOptions } from './dump-options.ts';
import type { DumpOutput, DumpProblem } from './dump-output.ts';
import { dumpOffsetIndex, dumpTimeIndex } from './dump-indexes.ts';
import { producerSnapshot, transactionEntries, TRANSACTION_ENTRY_BYTES } from './index-entries.ts';
import { baseNameOf, readWholeFile } from './log-files.ts';
import { DAMAGE_CURE, INDEX_CURE, RECOVERY_CURE, SNAPSHOT_CURE } from './cures.ts';
import { createCompression, RecordIterator } from '@ottla/protocol';

type DumpFile = (disk: Disk, file: string, options: DumpOptions, output: DumpOutput) => Promise<void>;

const DUMPERS: Readonly<Record<string, DumpFile>> = {
  '.log': dumpSegment,
  '.checkpoint': dumpSegment,
  '.index': dumpOffsetIndex,
  '.timeindex': dumpTimeIndex,
  '.txnindex': dumpTransactionIndex,
  '.snapshot': dumpProducerSnapshot,
};

/** Dumps one file after the other. A file that cannot be read is a problem of its own, and the others are still dumped. */
export async function dumpFiles(
  disk: Disk,
  files: readonly string[],
  options: DumpOptions,
  output: DumpOutput,
): Promise<void> {
  for (const file of files) {
    output.write(file, { kind: 'file' });
    const name = baseNameOf(file);
    const dump = DUMPERS[name.slice(name.lastIndexOf('.'))];
    if (dump === undefined) {
      problem(output, file, {
        position: null,
        reason: 'this is no file of a log, by its name',
        cure: 'Name files that end in .log, .checkpoint, .index, .timeindex, .txnindex or .snapshot.',
      });
      continue;
    }
    try {
      await dump(disk, file, options, output);
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      problem(output, file, {
        position: null,
        reason: error.message,
        cure: 'The other files are dumped nevertheless.',
      });
    }
  }
  output.end();
}

function problem(output: DumpOutput, file: string, found: DumpProblem): void {
  output.write(file, { kind: 'problem', problem: found });
}

// ------------------------------------------------------------------------------------------------------------ segments

async function dumpSegment(disk: Disk, file: string, options: DumpOptions, output: DumpOutput): Promise<void> {
  output.write(file, { kind: 'says', says: titleOf(baseNameOf(file)) });
  const batches = await BatchFile.open(disk, file, options.bytesMax);
  try {
    const dump = new SegmentDump(file, options, output);
    for (;;) {
      for (let batch = await batches.next(); batch !== null; batch = await batches.next()) dump.batch(batch);
      const { stop } = batches;
      if (stop === null || options.bytesMax < Infinity) return;
      const hasMore = stop.kind === 'damage' && (await batches.resync());
      const end = hasMore ? batches.position : batches.sizeBytes;
      dump.stopped(stop, end, hasMore);
      if (!hasMore) return;
    }
  } finally {
    await batches.close();
  }
}

function titleOf(name: string): string {
  if (name === 'bootstrap.checkpoint') return 'KRaft bootstrap snapshot';
  const checkpoint = parseCheckpointName(name);
  if (checkpoint !== null) return `Snapshot end offset: ${checkpoint.endOffset}, epoch: ${checkpoint.epoch}`;
  const offset = /^\d+/.exec(name)?.[0];
  return offset === undefined ? `The name ${name} says no offset` : `Log starting offset: ${BigInt(offset)}`;
}

class SegmentDump {
  readonly #file: string;
  readonly #options: DumpOptions;
  readonly #output: DumpOutput;
  readonly #records = new RecordIterator({ compression: createCompression() });
  #lastOffset = -1;

  constructor(file: string, options: DumpOptions, output: DumpOutput) {
    this.#file = file;
    this.#options = options;
    this.#output = output;
  }

  batch(stored: StoredBatch): void {
    const batch = batchFacts(stored);
    const { deepIteration, decoder } = this.#options;
    const isDeep = deepIteration || decoder !== null;
    const { records, fault } = isDeep ? this.#recordsOf(stored) : { records: null, fault: null };
    this.#output.write(this.#file, { kind: 'batch', batch, records });
    if (batch['isvalid'] !== true) this.#problem(stored.position, 'the CRC of this batch is wrong', DAMAGE_CURE);
    if (fault !== null) this.#problem(stored.position, `its records cannot be read: ${fault}`, DAMAGE_CURE);
  }

  /** The walk ended at `stop`; the bytes up to `end` are no batch. */
  stopped({ kind, position, reason }: BatchStop, end: number, hasMore: boolean): void {
    if (!hasMore) {
      const says = `Found ${end - position} invalid bytes at the end of ${baseNameOf(this.#file)}`;
      this.#output.write(this.#file, { kind: 'says', says });
    }
    if (kind !== 'damage') return this.#problem(position, `the log ends here: ${reason}`, RECOVERY_CURE);
    const next = hasMore ? `; the next whole batch starts at byte ${end}` : '; no whole batch follows';
    this.#problem(position, `no batch begins here: ${reason}${next}`, DAMAGE_CURE);
  }

  #recordsOf({ bytes }: StoredBatch): { records: Facts[]; fault: string | null } {
    const facts: Facts[] = [];
    const records = this.#records;
    try {
      records.open(bytes);
      while (records.next()) {
        facts.push(recordFacts(records, this.#options.decoder));
        this.#checkOrder(records.offset);
      }
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      return { records: facts, fault: error.message };
    }
    return { records: facts, fault: null };
  }

  /** Kafka starts at -1, so that the first record of nearly every file counts as a gap. */
  #checkOrder(offset: number): void {
    const before = this.#lastOffset;
    this.#lastOffset = offset;
    if (offset === before + 1) return;
    this.#output.write(this.#file, { kind: 'mismatch', mismatch: 'offsets not consecutive', values: [before, offset] });
  }

  #problem(position: number, reason: string, cure: string): void {
    problem(this.#output, this.#file, { position, reason, cure });
  }
}

// --------------------------------------------------------------------------------------- transaction index, producers

async function dumpTransactionIndex(disk: Disk, file: string, _: DumpOptions, output: DumpOutput): Promise<void> {
  const bytes = await readWholeFile(disk, file);
  const cure = INDEX_CURE;
  for (const [i, entry] of transactionEntries(bytes).entries()) {
    output.write(file, { kind: 'entry', entry: { ...entry } });
    if (entry.version === 0) continue;
    const reason = `entry ${i} has version ${entry.version}, expected 0`;
    problem(output, file, { position: i * TRANSACTION_ENTRY_BYTES, reason, cure });
  }
  const rest = bytes.length % TRANSACTION_ENTRY_BYTES;
  if (rest === 0) return;
  problem(output, file, { position: bytes.length - rest, reason: `the last ${rest} bytes are no whole entry`, cure });
}

async function dumpProducerSnapshot(disk: Disk, file: string, _: DumpOptions, output: DumpOutput): Promise<void> {
  const { entries, fault } = producerSnapshot(await readWholeFile(disk, file));
  for (const entry of entries) output.write(file, { kind: 'entry', entry: { ...entry } });
  if (fault === null) return;
  problem(output, file, { position: null, reason: `the snapshot is damaged: ${fault}`, cure: SNAPSHOT_CURE });
}

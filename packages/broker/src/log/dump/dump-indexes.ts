/** Dumps offset and time indexes: their entries, and where these and the segment beside them disagree. */
import { OperationalError, type Disk } from '@ottla/runtime';
import { createCompression, RecordIterator } from '@ottla/protocol';
import { BatchFile, type StoredBatch } from './batch-file.ts';
import { exactLastOffset, headerMaxTimestamp, type Int64 } from './batch-facts.ts';
import { INDEX_CURE } from './cures.ts';
import type { DumpOptions } from './dump-options.ts';
import type { DumpOutput } from './dump-output.ts';
import { OFFSET_ENTRY_BYTES, offsetEntries, TIME_ENTRY_BYTES, timeEntries, type TimeEntry } from './index-entries.ts';
import { baseOffsetOf, readWholeFile, siblingOf } from './log-files.ts';

export async function dumpOffsetIndex(
  disk: Disk,
  file: string,
  options: DumpOptions,
  output: DumpOutput,
): Promise<void> {
  const bytes = await readWholeFile(disk, file);
  if (bytes.length < OFFSET_ENTRY_BYTES) output.write(file, { kind: 'remark', says: `${file} is empty.` });
  const isWhole = checkLength(file, bytes.length, OFFSET_ENTRY_BYTES, output);
  if (bytes.length < OFFSET_ENTRY_BYTES) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lastRelative = view.getInt32((Math.floor(bytes.length / OFFSET_ENTRY_BYTES) - 1) * OFFSET_ENTRY_BYTES);
  if (options.indexSanityCheck) {
    if (lastRelative < 0) return problem(file, null, 'its last offset is below the base offset', output);
    if (isWhole) output.write(file, { kind: 'says', says: `${file} passed sanity check.` });
    return;
  }
  const batches = await openSegment(disk, file, output);
  try {
    // Kafka takes preallocated room for an entry where a segment has none; only in an empty one that is plainly nonsense.
    if (batches?.sizeBytes === 0 && bytes.every((byte) => byte === 0)) return;
    for (const [i, entry] of offsetEntries(baseOffsetOf(file), bytes).entries()) {
      const batch = batches === null ? null : await batches.at(entry.position);
      const found = batch === null ? null : exactLastOffset(batch);
      if (batches !== null && found === null) {
        const reason = `the entry of offset ${entry.offset} points to byte ${entry.position}, where no batch is`;
        problem(file, i * OFFSET_ENTRY_BYTES, reason, output);
      } else if (found !== null && found !== entry.offset) {
        output.write(file, { kind: 'mismatch', mismatch: 'index offset', values: [entry.offset, found] });
      }
      if (!options.verifyIndexOnly) output.write(file, { kind: 'entry', entry: { ...entry } });
    }
  } finally {
    await batches?.close();
  }
}

export async function dumpTimeIndex(disk: Disk, file: string, options: DumpOptions, output: DumpOutput): Promise<void> {
  const bytes = await readWholeFile(disk, file);
  const isWhole = checkLength(file, bytes.length, TIME_ENTRY_BYTES, output);
  const entries = timeEntries(baseOffsetOf(file), bytes);
  if (options.indexSanityCheck) {
    const fault = isWhole ? timeSanityFault(bytes) : 'its length';
    if (fault === null) output.write(file, { kind: 'says', says: `${file} passed sanity check.` });
    else if (isWhole) problem(file, null, fault, output);
    return;
  }
  const batches = await openSegment(disk, file, output);
  try {
    const verify = batches === null ? null : new TimeIndexVerifier(file, batches, output);
    for (const entry of entries) {
      await verify?.entry(entry);
      if (!options.verifyIndexOnly) output.write(file, { kind: 'entry', entry: { ...entry } });
    }
  } finally {
    await batches?.close();
  }
}

/** Kafka looks at the very first and the very last entry; a file with room left is not sane to it, unless it is all zeros. */
function timeSanityFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = (Math.floor(bytes.length / TIME_ENTRY_BYTES) - 1) * TIME_ENTRY_BYTES;
  if (last < 0) return null;
  if (view.getBigInt64(last) < view.getBigInt64(0)) return 'its last timestamp is below its first';
  return view.getInt32(last + 8) < 0 ? 'its last offset is below the base offset' : null;
}

/** Looks every entry up in the segment, which it walks once, since entries ascend. */
class TimeIndexVerifier {
  readonly #file: string;
  readonly #batches: BatchFile;
  readonly #output: DumpOutput;
  readonly #records = new RecordIterator({ compression: createCompression() });
  #batch: StoredBatch | null = null;
  #previousOffset = -1;
  #previousTimestamp: Int64 = -1;

  constructor(file: string, batches: BatchFile, output: DumpOutput) {
    this.#file = file;
    this.#batches = batches;
    this.#output = output;
  }

  async entry({ timestamp, offset }: TimeEntry): Promise<void> {
    const batch = await this.#find(offset);
    const found = batch === null ? -1 : exactLastOffset(batch);
    if (batch === null || found !== offset) {
      this.#mismatch('indexed offset not found', offset, found);
    } else {
      const maxTimestamp = this.#maxTimestamp(batch);
      if (maxTimestamp !== timestamp) this.#mismatch('index timestamp', timestamp, maxTimestamp);
      if (this.#previousTimestamp >= timestamp) {
        this.#mismatch('index timestamp order', timestamp, this.#previousTimestamp);
      }
    }
    this.#previousTimestamp = timestamp;
  }

  /** The first batch that ends at or behind `offset`. */
  async #find(offset: number): Promise<StoredBatch | null> {
    if (offset < this.#previousOffset) this.#batch = await this.#batches.at(0);
    else this.#batch ??= await this.#batches.next();
    this.#previousOffset = offset;
    while (this.#batch !== null && exactLastOffset(this.#batch) < offset) this.#batch = await this.#batches.next();
    return this.#batch;
  }

  /** Largest of the records; what the header says where they cannot be read. */
  #maxTimestamp({ bytes }: StoredBatch): Int64 {
    const records = this.#records;
    let max = -1;
    try {
      records.open(bytes);
      while (records.next()) max = Math.max(max, records.timestamp);
      return max;
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      return headerMaxTimestamp(bytes);
    }
  }

  #mismatch(
    mismatch: 'index timestamp' | 'index timestamp order' | 'indexed offset not found',
    first: Int64,
    second: Int64,
  ): void {
    this.#output.write(this.#file, { kind: 'mismatch', mismatch, values: [first, second] });
  }
}

/** The segment of an index; without it, its entries are dumped as they are. */
async function openSegment(disk: Disk, file: string, output: DumpOutput): Promise<BatchFile | null> {
  const segment = siblingOf(file, '.log');
  if ((await disk.stat(segment)) !== null) return BatchFile.open(disk, segment);
  problem(file, null, `its segment ${segment} is not there, so entries are not verified`, output);
  return null;
}

function checkLength(file: string, length: number, entryBytes: number, output: DumpOutput): boolean {
  if (length % entryBytes === 0) return true;
  problem(file, null, `it has ${length} bytes, expected a multiple of ${entryBytes}`, output);
  return false;
}

function problem(file: string, position: number | null, reason: string, output: DumpOutput): void {
  output.write(file, { kind: 'problem', problem: { position, reason, cure: INDEX_CURE } });
}

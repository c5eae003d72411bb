/**
 * Checks a partition's directory and reports every problem, without changing anything: batches, indexes against batches, producer
 * snapshots, small files, and names that do not belong. A directory that a broker just left, or died over, has none.
 */
import { OperationalError, type Disk } from '@ottla/runtime';
import { parseCheckpoint } from '../checkpoint-file.ts';
import { leaderEpochFormat, type EpochEntry } from '../leader-epoch-cache.ts';
import {
  CLEANED_SUFFIX,
  DELETED_SUFFIX,
  LEADER_EPOCH_CHECKPOINT_NAME,
  OFFSET_INDEX_SUFFIX,
  parseCheckpointName,
  parseOffsetName,
  PARTITION_METADATA_NAME,
  PRODUCER_SNAPSHOT_SUFFIX,
  SEGMENT_SUFFIX,
  SWAP_SUFFIX,
  TEMPORARY_SUFFIX,
  TIME_INDEX_SUFFIX,
  TRANSACTION_INDEX_SUFFIX,
} from '../log-names.ts';
import { parsePartitionMetadata } from '../partition-metadata-file.ts';
import { EpochCheck } from './check-epochs.ts';
import { OffsetIndexCheck, TimeIndexCheck, TransactionIndexCheck, type IndexCheck } from './check-indexes.ts';
import { checkMetadataSnapshot, checkSegment, type LogPosition } from './check-segment.ts';
import { DAMAGE_CURE, SNAPSHOT_CURE } from './cures.ts';
import { Findings, type Finding } from './findings.ts';
import { producerSnapshot } from './index-entries.ts';
import { readWholeFile } from './log-files.ts';

const INDEX_CHECKS = {
  [OFFSET_INDEX_SUFFIX]: OffsetIndexCheck,
  [TIME_INDEX_SUFFIX]: TimeIndexCheck,
  [TRANSACTION_INDEX_SUFFIX]: TransactionIndexCheck,
} as const;
const INDEX_SUFFIXES = Object.keys(INDEX_CHECKS) as readonly (keyof typeof INDEX_CHECKS)[];
const LEFT_OVER_SUFFIXES: readonly string[] = [
  DELETED_SUFFIX,
  CLEANED_SUFFIX,
  SWAP_SUFFIX,
  TEMPORARY_SUFFIX,
  '.checkpoint.part',
];
const LOG_SUFFIXES: readonly string[] = [...INDEX_SUFFIXES, SEGMENT_SUFFIX, PRODUCER_SNAPSHOT_SUFFIX];
/** Files of the metadata log's directory that are no part of the log. */
const QUORUM_FILES: readonly string[] = ['quorum-state', '.lock', 'bootstrap.checkpoint'];

/**
 * @param directory of one partition: `/data/orders-0`.
 * @returns in the order of the directory's files by kind, and of positions within each.
 * @throws {DiskError} the directory cannot be listed. Files that cannot be read are findings.
 */
export async function checkLogDirectory(disk: Disk, directory: string): Promise<readonly Finding[]> {
  const findings = new Findings(directory);
  const check = new DirectoryCheck(disk, directory, findings);
  await check.run(await disk.list(directory));
  return findings.finish();
}

class DirectoryCheck {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #findings: Findings;
  readonly #names = new Set<string>();

  constructor(disk: Disk, directory: string, findings: Findings) {
    this.#disk = disk;
    this.#directory = directory;
    this.#findings = findings;
  }

  async run(entries: Awaited<ReturnType<Disk['list']>>): Promise<void> {
    for (const { name, kind } of entries) {
      if (kind === 'file') this.#names.add(name);
      else this.#foreign(name, `it is no file, and a partition's directory holds nothing else`);
    }
    for (const name of this.#names) this.#checkName(name);
    await this.#checkSegments();
    for (const name of this.#names) {
      if (name.endsWith(PRODUCER_SNAPSHOT_SUFFIX)) await this.#guarded(name, () => this.#checkProducers(name));
      if (parseCheckpointName(name)?.kind !== 'whole') continue;
      const place = { file: name, path: this.#path(name) };
      await this.#guarded(name, () => checkMetadataSnapshot(this.#disk, place, this.#findings));
    }
    await this.#checkText(PARTITION_METADATA_NAME, (path, bytes) => parsePartitionMetadata(path, bytes));
  }

  // -------------------------------------------------------------------------------------------------------------- names

  #checkName(name: string): void {
    const parsed = parseOffsetName(name);
    if (parsed !== null && parsed.suffix in INDEX_CHECKS) {
      if (this.#names.has(segmentOf(name))) return;
      const reason = `it is the index of a segment that is not there`;
      const cure = 'The broker removes it when it opens the log.';
      this.#findings.add(name, { kind: 'orphan', severity: 'left over', position: null, reason, cure });
      return;
    }
    if (parsed?.suffix === SEGMENT_SUFFIX) return this.#checkIndexNames(name);
    if (parsed?.suffix === PRODUCER_SNAPSHOT_SUFFIX || parseCheckpointName(name)?.kind === 'whole') return;
    if (name === PARTITION_METADATA_NAME || name === LEADER_EPOCH_CHECKPOINT_NAME || QUORUM_FILES.includes(name))
      return;
    if (LEFT_OVER_SUFFIXES.some((suffix) => name.endsWith(suffix))) {
      return this.#foreign(name, 'it is left over from something that a crash or a stop cut short');
    }
    this.#foreign(
      name,
      'no file of a log has such a name',
      LOG_SUFFIXES.some((suffix) => name.endsWith(suffix)),
    );
  }

  #foreign(name: string, reason: string, isNumberWanted = false): void {
    const cure = isNumberWanted
      ? 'Move it away: Apache Kafka does not start beside a file of such a kind whose name is no offset.'
      : 'Apache Kafka and Ottla leave it alone or remove it; move it away if it is yours.';
    this.#findings.add(name, { kind: 'foreign file', severity: 'left over', position: null, reason, cure });
  }

  #checkIndexNames(segment: string): void {
    for (const suffix of [OFFSET_INDEX_SUFFIX, TIME_INDEX_SUFFIX]) {
      const name = segment.replace(SEGMENT_SUFFIX, suffix);
      if (this.#names.has(name)) continue;
      const reason = 'this index is missing beside its segment';
      const cure = 'Nothing is lost: it is built anew when the log is recovered.';
      this.#findings.add(name, { kind: 'missing index', severity: 'repairable', position: null, reason, cure });
    }
  }

  // ----------------------------------------------------------------------------------------------------------- segments

  async #checkSegments(): Promise<void> {
    const segments = [...this.#names].filter((name) => parseOffsetName(name)?.suffix === SEGMENT_SUFFIX);
    const log: LogPosition = { nextOffset: 0, leaderEpoch: -1 };
    const epochs = await this.#readEpochs();
    for (const file of segments) {
      const baseOffset = parseOffsetName(file)!.offset;
      if (baseOffset < log.nextOffset) {
        const reason = `the segment begins at offset ${baseOffset}, the one before it ends at ${log.nextOffset - 1}`;
        this.#findings.add(file, {
          kind: 'offset order',
          severity: 'damage',
          position: null,
          reason,
          cure: DAMAGE_CURE,
        });
      }
      log.nextOffset = Math.max(log.nextOffset, baseOffset);
      const indexes = await this.#openIndexes(file, baseOffset);
      const isLast = file === segments.at(-1);
      const options = { file, path: this.#path(file), baseOffset, isLast, log, indexes: [...indexes, epochs] };
      await this.#guarded(file, () => checkSegment(this.#disk, options, this.#findings));
    }
  }

  async #openIndexes(segment: string, baseOffset: number): Promise<IndexCheck[]> {
    const checks: IndexCheck[] = [];
    for (const suffix of INDEX_SUFFIXES) {
      const name = segment.replace(SEGMENT_SUFFIX, suffix);
      if (!this.#names.has(name)) continue;
      await this.#guarded(name, async () => {
        const bytes = await readWholeFile(this.#disk, this.#path(name));
        checks.push(new INDEX_CHECKS[suffix](name, baseOffset, bytes, this.#findings));
      });
    }
    return checks;
  }

  async #readEpochs(): Promise<IndexCheck> {
    let entries: readonly EpochEntry[] = [];
    await this.#checkText(LEADER_EPOCH_CHECKPOINT_NAME, (path, bytes) => {
      entries = parseCheckpoint(leaderEpochFormat, path, bytes);
    });
    return new EpochCheck(entries, this.#findings);
  }

  // -------------------------------------------------------------------------------------------------------- other files

  async #checkProducers(name: string): Promise<void> {
    const { fault, entries } = producerSnapshot(await readWholeFile(this.#disk, this.#path(name)));
    const kind = 'damaged producer snapshot';
    const found = { kind, severity: 'repairable', position: null, cure: SNAPSHOT_CURE } as const;
    if (fault !== null) return this.#findings.add(name, { ...found, reason: `the snapshot is damaged: ${fault}` });
    const offset = parseOffsetName(name)?.offset ?? Infinity;
    for (const { producerId, lastOffset } of entries) {
      if (lastOffset === undefined || lastOffset < offset) continue;
      const reason = `producer ${producerId} wrote offset ${lastOffset}, and the snapshot covers those below ${offset}`;
      this.#findings.add(name, { ...found, reason });
    }
  }

  async #checkText(name: string, parse: (path: string, bytes: Uint8Array) => unknown): Promise<void> {
    if (!this.#names.has(name)) return;
    await this.#guarded(name, async () => parse(name, await readWholeFile(this.#disk, this.#path(name))));
  }

  /** What goes wrong with one file must not hide the others. */
  async #guarded(file: string, check: () => Promise<unknown>): Promise<void> {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      const isDamaged = error.code === 'ERR_LOG_FILE_DAMAGED';
      this.#findings.add(file, {
        kind: isDamaged ? 'damaged text file' : 'unreadable file',
        severity: isDamaged ? 'repairable' : 'damage',
        position: null,
        reason: isDamaged ? 'the file is damaged' : 'the file cannot be read',
        cure: error.message,
      });
    }
  }

  #path(name: string): string {
    return `${this.#directory}/${name}`;
  }
}

function segmentOf(index: string): string {
  return index.slice(0, index.indexOf('.')) + SEGMENT_SUFFIX;
}

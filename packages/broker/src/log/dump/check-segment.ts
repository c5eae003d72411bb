/** Checks a segment batch by batch, with its indexes and against the segments before it; and snapshots of the metadata log. */
import { OperationalError, type Disk } from '@ottla/runtime';
import {
  batchBaseOffset,
  batchFault,
  batchLastOffset,
  batchMagic,
  batchPartitionLeaderEpoch,
  batchProducerId,
  createCompression,
  decodeControlRecordKey,
  isControlBatch,
  RecordIterator,
} from '@ottla/protocol';
import { BatchFile, type BatchStop, type StoredBatch } from './batch-file.ts';
import { headerMaxTimestamp } from './batch-facts.ts';
import type { IndexCheck, WalkedBatch } from './check-indexes.ts';
import { DAMAGE_CURE, RECOVERY_CURE } from './cures.ts';
import type { FindingKind, Findings, FindingSeverity } from './findings.ts';

const INT32_MAX = 0x7fff_ffff;

/** What one segment hands on to the next. */
export interface LogPosition {
  /** The first offset that may follow. */
  nextOffset: number;
  leaderEpoch: number;
}

export interface SegmentCheckOptions {
  /** Its name, for findings. */
  readonly file: string;
  readonly path: string;
  readonly baseOffset: number;
  /** The log goes on in another segment, so that nothing may be cut off this one. */
  readonly isLast: boolean;
  readonly log: LogPosition;
  readonly indexes: readonly IndexCheck[];
  /** Tells of each intact batch. */
  readonly onBatch?: (batch: StoredBatch, records: RecordIterator) => void;
}

/** @throws {DiskError} */
export async function checkSegment(disk: Disk, options: SegmentCheckOptions, findings: Findings): Promise<void> {
  const batches = await BatchFile.open(disk, options.path);
  try {
    const check = new SegmentCheck(options, findings);
    for (;;) {
      for (let batch = await batches.next(); batch !== null; batch = await batches.next()) check.batch(batch);
      if (batches.stop === null) break;
      const { stop } = batches;
      const hasMore = await batches.resync();
      check.stopped(stop, hasMore ? batches.position : null);
      if (!hasMore) break;
    }
    for (const index of options.indexes) index.end(options.log.nextOffset);
  } finally {
    await batches.close();
  }
}

class SegmentCheck {
  readonly #options: SegmentCheckOptions;
  readonly #findings: Findings;
  readonly #records = new RecordIterator({ compression: createCompression() });

  constructor(options: SegmentCheckOptions, findings: Findings) {
    this.#options = options;
    this.#findings = findings;
  }

  batch(stored: StoredBatch): void {
    const { bytes, position } = stored;
    const fault = batchFault(bytes);
    const walked = fault === null ? this.#intact(stored) : damaged(position);
    for (const index of this.#options.indexes) index.batch(walked);
    if (fault !== null) this.#complain('damaged batch', 'damage', position, `the batch is damaged: ${fault.reason}`);
  }

  /** @param nextPosition where the next whole batch starts, null when none does. */
  stopped({ kind, position, reason }: BatchStop, nextPosition: number | null): void {
    if (nextPosition !== null) {
      const found = `no batch begins here: ${reason}; the next whole one starts at byte ${nextPosition}`;
      this.#complain('no batch', 'damage', position, found);
    } else if (kind === 'damage') {
      this.#complain('no batch', 'damage', position, `no batch begins here: ${reason}; no whole one follows`);
    } else if (this.#options.isLast) {
      this.#complain('torn tail', 'repairable', position, `the log ends here: ${reason}`, RECOVERY_CURE);
    } else {
      this.#complain('torn tail', 'damage', position, `the segment ends here, and the log goes on: ${reason}`);
    }
  }

  #intact(stored: StoredBatch): WalkedBatch {
    const { bytes, position } = stored;
    const baseOffset = batchMagic(bytes) < 2 ? this.#legacyBaseOffset(stored) : batchBaseOffset(bytes);
    const lastOffset = batchMagic(bytes) < 2 ? batchBaseOffset(bytes) : batchLastOffset(bytes);
    this.#checkOffsets(position, baseOffset, lastOffset);
    this.#checkEpoch(bytes, position, baseOffset);
    const isAbortMarker = this.#checkRecords(stored, baseOffset, lastOffset);
    return {
      position,
      isIntact: true,
      baseOffset,
      lastOffset,
      maxTimestamp: headerMaxTimestamp(bytes),
      producerId: batchMagic(bytes) < 2 ? -1 : batchProducerId(bytes),
      leaderEpoch: batchMagic(bytes) < 2 ? -1 : batchPartitionLeaderEpoch(bytes),
      isAbortMarker,
    };
  }

  /** A message of magic 0 or 1 says only its last offset. */
  #legacyBaseOffset({ bytes }: StoredBatch): number {
    try {
      this.#records.open(bytes);
      if (this.#records.next()) return this.#records.offset;
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
    }
    return batchBaseOffset(bytes);
  }

  #checkOffsets(position: number, baseOffset: number, lastOffset: number): void {
    const { log, baseOffset: segmentOffset } = this.#options;
    if (baseOffset < log.nextOffset) {
      const reason = `the batch of offsets ${baseOffset} to ${lastOffset} comes after offset ${log.nextOffset - 1}`;
      this.#complain('offset order', 'damage', position, reason);
    } else if (lastOffset - segmentOffset > INT32_MAX) {
      const reason = `offset ${lastOffset} is too far above the segment's first, ${segmentOffset}, for its indexes`;
      this.#complain('offset order', 'damage', position, reason);
    }
    log.nextOffset = Math.max(log.nextOffset, lastOffset + 1);
  }

  #checkEpoch(bytes: Uint8Array, position: number, baseOffset: number): void {
    const { log } = this.#options;
    const epoch = batchMagic(bytes) < 2 ? -1 : batchPartitionLeaderEpoch(bytes);
    if (epoch < 0) return;
    if (epoch < log.leaderEpoch) {
      const reason = `offset ${baseOffset} was written in leader epoch ${epoch}, one before it in ${log.leaderEpoch}`;
      this.#complain('epoch order', 'damage', position, reason);
    }
    log.leaderEpoch = epoch;
  }

  /** Walks all records. @returns whether the batch is an abort marker. */
  #checkRecords(stored: StoredBatch, baseOffset: number, lastOffset: number): boolean {
    const { bytes, position } = stored;
    const records = this.#records;
    const isControl = batchMagic(bytes) === 2 && isControlBatch(bytes);
    let isAbortMarker = false;
    let before = baseOffset - 1;
    try {
      records.open(bytes);
      while (records.next()) {
        records.checkHeaders();
        if (records.offset <= before || records.offset > lastOffset) {
          const reason = `the batch of offsets ${baseOffset} to ${lastOffset} has a record ${records.offset} after ${before}`;
          this.#complain('offset order', 'damage', position, reason);
        }
        before = records.offset;
        if (isControl) isAbortMarker = decodeControlRecordKey(records.key()) === 'ABORT';
        this.#options.onBatch?.(stored, records);
      }
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      const reason = `the CRC is right, and the records cannot be read: ${error.message}`;
      this.#complain('unreadable records', 'damage', position, reason);
    }
    return isAbortMarker;
  }

  #complain(
    kind: FindingKind,
    severity: FindingSeverity,
    position: number,
    reason: string,
    cure: string = DAMAGE_CURE,
  ): void {
    this.#findings.add(this.#options.file, { kind, severity, position, reason, cure });
  }
}

function damaged(position: number): WalkedBatch {
  return {
    position,
    isIntact: false,
    baseOffset: -1,
    lastOffset: -1,
    maxTimestamp: -1,
    producerId: -1,
    leaderEpoch: -1,
    isAbortMarker: false,
  };
}

/**
 * Checks a snapshot of the metadata log: whole batches between a header and a footer.
 *
 * @throws {DiskError}
 */
export async function checkMetadataSnapshot(
  disk: Disk,
  place: { readonly file: string; readonly path: string },
  findings: Findings,
): Promise<void> {
  let first: string | null = null;
  let last: string | null = null;
  const onBatch = ({ bytes }: StoredBatch, records: RecordIterator): void => {
    last = isControlBatch(bytes) ? decodeControlRecordKey(records.key()) : null;
    first ??= last ?? 'a record';
  };
  const log: LogPosition = { nextOffset: 0, leaderEpoch: -1 };
  await checkSegment(disk, { ...place, baseOffset: 0, isLast: false, log, indexes: [], onBatch }, findings);
  const cure =
    'Kafka and Ottla load the snapshot before it, or the log from its start; where neither is there, copy the directory of ' +
    'another controller.';
  const complain = (reason: string): void =>
    findings.add(place.file, { kind: 'incomplete snapshot', severity: 'damage', position: null, reason, cure });
  if (first !== 'SNAPSHOT_HEADER') complain(`it begins with ${first ?? 'nothing'}, expected a SNAPSHOT_HEADER`);
  if (last !== 'SNAPSHOT_FOOTER') complain(`it ends with ${last ?? 'a record'}, expected a SNAPSHOT_FOOTER`);
}

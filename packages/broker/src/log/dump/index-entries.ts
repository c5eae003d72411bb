/**
 * The entries of index files and producer snapshots as they stand there, in the names of Kafka's dump tool: read one by one, so
 * that a damaged one does not hide the others.
 */
import { crc32c, subtractFromSequence } from '@ottla/protocol';
import { int64At, type Int64 } from './batch-facts.ts';

export const OFFSET_ENTRY_BYTES = 8;
export const TIME_ENTRY_BYTES = 12;
export const TRANSACTION_ENTRY_BYTES = 34;
const SNAPSHOT_HEADER_BYTES = 10;
const SNAPSHOT_ENTRY_BYTES = 46;

export interface OffsetEntry {
  readonly offset: number;
  readonly position: number;
}

export interface TimeEntry {
  readonly timestamp: Int64;
  readonly offset: number;
}

/**
 * Up to the first entry, but for the very first, that says the base offset: from there on it is room that Kafka preallocated.
 * Bytes at the end that are no whole entry are left out.
 */
export function offsetEntries(baseOffset: number, bytes: Uint8Array): OffsetEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: OffsetEntry[] = [];
  for (let at = 0; at + OFFSET_ENTRY_BYTES <= bytes.length; at += OFFSET_ENTRY_BYTES) {
    const relative = view.getInt32(at);
    if (relative === 0 && at > 0) break;
    entries.push({ offset: baseOffset + relative, position: view.getInt32(at + 4) });
  }
  return entries;
}

/** As `offsetEntries`. */
export function timeEntries(baseOffset: number, bytes: Uint8Array): TimeEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: TimeEntry[] = [];
  for (let at = 0; at + TIME_ENTRY_BYTES <= bytes.length; at += TIME_ENTRY_BYTES) {
    const relative = view.getInt32(at + 8);
    if (relative === 0 && at > 0) break;
    entries.push({ timestamp: int64At(bytes, at), offset: baseOffset + relative });
  }
  return entries;
}

export interface TransactionEntry {
  readonly version: number;
  readonly producerId: Int64;
  readonly firstOffset: Int64;
  readonly lastOffset: Int64;
  readonly lastStableOffset: Int64;
}

export function transactionEntries(bytes: Uint8Array): TransactionEntry[] {
  const entries: TransactionEntry[] = [];
  for (let at = 0; at + TRANSACTION_ENTRY_BYTES <= bytes.length; at += TRANSACTION_ENTRY_BYTES) {
    entries.push({
      version: new DataView(bytes.buffer, bytes.byteOffset).getInt16(at),
      producerId: int64At(bytes, at + 2),
      firstOffset: int64At(bytes, at + 10),
      lastOffset: int64At(bytes, at + 18),
      lastStableOffset: int64At(bytes, at + 26),
    });
  }
  return entries;
}

/** What a snapshot keeps of a producer: without the last part when it wrote nothing but markers. */
export interface ProducerEntry {
  readonly producerId: Int64;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly currentTxnFirstOffset: Int64 | null;
  readonly lastTimestamp: Int64;
  readonly firstSequence?: number;
  readonly lastSequence?: number;
  readonly lastOffset?: Int64;
  readonly offsetDelta?: number;
  readonly timestamp?: Int64;
}

export interface SnapshotContent {
  /** As many as there are bytes for. */
  readonly entries: readonly ProducerEntry[];
  /** Why the file is not to be trusted, or null. */
  readonly fault: string | null;
}

export function producerSnapshot(bytes: Uint8Array): SnapshotContent {
  if (bytes.length < SNAPSHOT_HEADER_BYTES)
    return { entries: [], fault: `${bytes.length} bytes, too few for a header` };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getInt16(0);
  if (version !== 1) return { entries: [], fault: `version ${version}, expected 1` };
  const entries: ProducerEntry[] = [];
  for (let at = SNAPSHOT_HEADER_BYTES; at + SNAPSHOT_ENTRY_BYTES <= bytes.length; at += SNAPSHOT_ENTRY_BYTES) {
    entries.push(snapshotEntry(bytes, view, at));
  }
  const stored = view.getUint32(2);
  const computed = crc32c(bytes.subarray(6));
  if (stored !== computed) return { entries, fault: `CRC ${computed}, the file says ${stored}` };
  const count = view.getInt32(6);
  if (SNAPSHOT_HEADER_BYTES + count * SNAPSHOT_ENTRY_BYTES !== bytes.length) {
    return { entries, fault: `${count} entries in ${bytes.length} bytes` };
  }
  return { entries, fault: null };
}

function snapshotEntry(bytes: Uint8Array, view: DataView, at: number): ProducerEntry {
  const lastSequence = view.getInt32(at + 10);
  const lastOffset = int64At(bytes, at + 14);
  const offsetDelta = view.getInt32(at + 22);
  const timestamp = int64At(bytes, at + 26);
  const currentTxnFirstOffset = int64At(bytes, at + 38);
  return {
    producerId: int64At(bytes, at),
    producerEpoch: view.getInt16(at + 8),
    coordinatorEpoch: view.getInt32(at + 34),
    currentTxnFirstOffset: currentTxnFirstOffset < 0 ? null : currentTxnFirstOffset,
    lastTimestamp: timestamp,
    ...(lastOffset < 0
      ? {}
      : {
          firstSequence: subtractFromSequence(lastSequence, offsetDelta),
          lastSequence,
          lastOffset,
          offsetDelta,
          timestamp,
        }),
  };
}

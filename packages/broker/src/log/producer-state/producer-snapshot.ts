/**
 * The content of a producer snapshot (`.snapshot`, Kafka's ProducerSnapshot version 1): the producers of a partition as they
 * were at the offset in the file's name. Of each only the last batch is kept.
 *
 *      0 version, 1   int16     an entry:  0 producer id      int64    22 offset delta       int32
 *      2 CRC-32C of all from 6  uint32     8 producer epoch   int16    26 last timestamp     int64
 *      6 entries      int32               10 last sequence    int32    34 coordinator epoch  int32
 *     10 the entries                      14 last offset      int64    38 txn first offset   int64, -1 for none
 *
 * Read by hand rather than by the message codec, whose bound on elements a partition of many producers may pass: a snapshot
 * that is refused costs the producers' states.
 */
import { assert, OperationalError } from '@ottla/runtime';
import { escapeControls } from '@ottla/runtime/logger';
import { crc32c } from '@ottla/protocol';
import {
  lastDataOffsetOf,
  lastSequenceOf,
  NO_OFFSET,
  type BatchMetadata,
  type ProducerStateEntry,
} from './producer-state-entry.ts';

const VERSION = 1;
const CRC_AT = 2;
const COUNT_AT = 6;
const HEADER_BYTES = 10;
const ENTRY_BYTES = 46;

/** A producer snapshot that cannot be read. The state is then built from an older one, or from the log alone. */
export class CorruptProducerSnapshotError extends OperationalError {
  override readonly name = 'CorruptProducerSnapshotError';
  readonly code = 'ERR_LOG_PRODUCER_SNAPSHOT_CORRUPT';
  readonly retriable = false;
  readonly path: string;
  readonly why: string;

  constructor(path: string, why: string) {
    super(
      `${escapeControls(path)}: ${why}. A crash may have cut it off, or the disk damaged it; it is removed, and what it ` +
        'said is read from the log again. [ERR_LOG_PRODUCER_SNAPSHOT_CORRUPT]',
    );
    this.path = path;
    this.why = why;
  }
}

/** @param count of `entries`. */
export function encodeProducerSnapshot(entries: Iterable<ProducerStateEntry>, count: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + count * ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt16(0, VERSION);
  view.setInt32(COUNT_AT, count);
  let at = HEADER_BYTES;
  for (const entry of entries) {
    encodeEntry(view, at, entry);
    at += ENTRY_BYTES;
  }
  assert(at === bytes.length, 'a snapshot has as many entries as it counts');
  view.setUint32(CRC_AT, crc32c(bytes, COUNT_AT));
  return bytes;
}

function encodeEntry(view: DataView, at: number, entry: ProducerStateEntry): void {
  putInt64(view, at, entry.producerId);
  view.setInt16(at + 8, entry.producerEpoch);
  view.setInt32(at + 10, lastSequenceOf(entry));
  putInt64(view, at + 14, lastDataOffsetOf(entry));
  view.setInt32(at + 22, entry.batches.at(-1)?.offsetDelta ?? 0);
  putInt64(view, at + 26, entry.lastTimestamp);
  view.setInt32(at + 34, entry.coordinatorEpoch);
  putInt64(view, at + 38, entry.currentTxnFirstOffset);
}

/**
 * Entries in the order of the file.
 *
 * @param path for the error.
 * @throws {CorruptProducerSnapshotError}
 */
export function decodeProducerSnapshot(bytes: Uint8Array, path: string): ProducerStateEntry[] {
  if (bytes.length < HEADER_BYTES) throw corrupt(path, `it ends after ${bytes.length} bytes, within its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getInt16(0);
  if (version !== VERSION) throw corrupt(path, `it has version ${version}, expected ${VERSION}`);
  const stored = view.getUint32(CRC_AT);
  const computed = crc32c(bytes, COUNT_AT);
  if (stored !== computed) throw corrupt(path, `its checksum is ${computed}, but it says ${stored}`);
  const count = view.getInt32(COUNT_AT);
  if (count < 0 || bytes.length < HEADER_BYTES + count * ENTRY_BYTES) {
    throw corrupt(path, `${bytes.length} bytes cannot hold ${count} producers`);
  }
  const entries: ProducerStateEntry[] = [];
  for (let i = 0; i < count; i++) entries.push(decodeEntry(view, HEADER_BYTES + i * ENTRY_BYTES, path));
  return entries;
}

function decodeEntry(view: DataView, at: number, path: string): ProducerStateEntry {
  const lastOffset = int64At(view, at + 14, path);
  const timestamp = int64At(view, at + 26, path);
  const last = { lastSequence: view.getInt32(at + 10), lastOffset, offsetDelta: view.getInt32(at + 22), timestamp };
  return {
    producerId: int64At(view, at, path),
    producerEpoch: view.getInt16(at + 8),
    coordinatorEpoch: view.getInt32(at + 34),
    lastTimestamp: timestamp,
    currentTxnFirstOffset: Math.max(NO_OFFSET, int64At(view, at + 38, path)),
    batches: lastOffset < 0 ? NO_BATCHES : [last],
  };
}

const NO_BATCHES: readonly BatchMetadata[] = [];

function corrupt(path: string, why: string): CorruptProducerSnapshotError {
  return new CorruptProducerSnapshotError(path, why);
}

function putInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 0x1_0000_0000));
  view.setUint32(at + 4, value >>> 0);
}

function int64At(view: DataView, at: number, path: string): number {
  const value = view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
  if (!Number.isSafeInteger(value)) throw corrupt(path, `the number at byte ${at} is beyond 2^53`);
  return value;
}

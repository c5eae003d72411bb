/**
 * Control records: what Kafka writes for itself between the users' records. Their key is a version and a type, their value
 * depends on the type. Only the transaction marker's value is read here; the others are messages of KRaft
 * (`LeaderChangeMessage`, `SnapshotHeaderRecord`, `SnapshotFooterRecord`, `KRaftVersionRecord`, `VotersRecord`).
 */
import { assert } from '@ottla/runtime';
import { int16At, int32At, putInt16, putInt32 } from './big-endian.ts';
import { RecordBatchError } from './record-batch-error.ts';

export const CONTROL_RECORD_TYPES = {
  ABORT: 0,
  COMMIT: 1,
  LEADER_CHANGE: 2,
  SNAPSHOT_HEADER: 3,
  SNAPSHOT_FOOTER: 4,
  KRAFT_VERSION: 5,
  KRAFT_VOTERS: 6,
} as const;

export type ControlRecordType = keyof typeof CONTROL_RECORD_TYPES;

const TYPE_BY_ID = Object.keys(CONTROL_RECORD_TYPES) as readonly ControlRecordType[];
const KEY_BYTES = 4;
/** Version and coordinator epoch. */
const MARKER_BYTES = 6;

export function encodeControlRecordKey(type: ControlRecordType): Uint8Array {
  const key = new Uint8Array(KEY_BYTES);
  putInt16(key, 2, CONTROL_RECORD_TYPES[type]);
  return key;
}

/**
 * The type that a control record's key names, null for one that this version does not know: skip the record then.
 *
 * @throws {RecordBatchError} INVALID_RECORD: no such key. A version above 0 is read as 0, so that the format can grow.
 */
export function decodeControlRecordKey(key: Uint8Array | null): ControlRecordType | null {
  if (key === null || key.length < KEY_BYTES) {
    throw invalid(`control record key of ${key === null ? 'no' : key.length} bytes, expected ${KEY_BYTES}`);
  }
  const version = int16At(key, 0);
  if (version < 0) throw invalid(`control record key of version ${version}`);
  return TYPE_BY_ID[int16At(key, 2)] ?? null;
}

/** The value of a transaction marker (ABORT or COMMIT), `EndTxnMarker` version 0. */
export function encodeEndTxnMarker(coordinatorEpoch: number): Uint8Array {
  assert((coordinatorEpoch | 0) === coordinatorEpoch, 'a coordinator epoch is an int32');
  const value = new Uint8Array(MARKER_BYTES);
  putInt32(value, 2, coordinatorEpoch);
  return value;
}

/**
 * @returns the epoch of the transaction coordinator that wrote the marker.
 * @throws {RecordBatchError} INVALID_RECORD: no such value. A version above 0 is read as 0.
 */
export function decodeEndTxnMarker(value: Uint8Array | null): number {
  if (value === null || value.length < MARKER_BYTES) {
    throw invalid(`transaction marker of ${value === null ? 'no' : value.length} bytes, expected ${MARKER_BYTES}`);
  }
  const version = int16At(value, 0);
  if (version < 0) throw invalid(`transaction marker of version ${version}`);
  return int32At(value, 2);
}

function invalid(reason: string): RecordBatchError {
  return new RecordBatchError('INVALID_RECORD', reason, 0);
}

/** Reads the transaction marker that a control batch holds. */
import {
  decodeControlRecordKey,
  decodeEndTxnMarker,
  RecordBatchError,
  RecordIterator,
  type ControlRecordType,
} from '@ottla/protocol';
import { refusedAppend, type RefusedAppend } from '../append-refusal.ts';

export interface ReadMarker {
  readonly kind: 'marker';
  readonly isAbort: boolean;
  readonly coordinatorEpoch: number;
  readonly timestamp: number;
}

export class MarkerReader {
  readonly #records = new RecordIterator();

  /** The batch is whole and counts at least one record; Kafka looks at the first alone, and writes no other. */
  read(bytes: Uint8Array, position: number): ReadMarker | RefusedAppend {
    const records = this.#records;
    try {
      records.open(bytes, position);
      records.next();
      const type = decodeControlRecordKey(records.key());
      if (type !== 'ABORT' && type !== 'COMMIT') return noMarker(type);
      const coordinatorEpoch = decodeEndTxnMarker(records.value());
      return { kind: 'marker', isAbort: type === 'ABORT', coordinatorEpoch, timestamp: records.timestamp };
    } catch (error) {
      if (!(error instanceof RecordBatchError)) throw error;
      return refusedAppend(error.errorCode, error.message);
    }
  }
}

function noMarker(type: ControlRecordType | null): RefusedAppend {
  return refusedAppend(
    'INVALID_RECORD',
    `a control batch with a producer id holds a ${type ?? 'unknown'} record instead of ABORT or COMMIT. Whoever wrote it ` +
      'broke the format: the same bytes will be refused again.',
  );
}

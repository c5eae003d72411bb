/** Batches of producers, as a partition sees them once their offsets are assigned. */
import { encodeEndTxnMarker, RecordBatchBuilder } from '@ottla/protocol';

export interface DataSpec {
  readonly producerId?: number;
  readonly epoch?: number;
  readonly sequence: number;
  readonly offset: number;
  readonly count?: number;
  readonly timestamp?: number;
  readonly isTransactional?: boolean;
}

export interface MarkerSpec {
  readonly producerId?: number;
  readonly epoch?: number;
  readonly offset: number;
  readonly coordinatorEpoch?: number;
  readonly timestamp?: number;
  readonly type?: 'COMMIT' | 'ABORT';
}

export const PRODUCER = 7;

export function dataBatch(spec: DataSpec): Uint8Array {
  const { producerId = PRODUCER, epoch = 0, sequence, offset, count = 1, timestamp = 1_000 } = spec;
  const builder = new RecordBatchBuilder();
  builder.open({
    baseOffset: offset,
    producerId,
    producerEpoch: epoch,
    // The builder wants a sequence of every producer; that of coordinators is put in below.
    baseSequence: Math.max(0, sequence),
    isTransactional: spec.isTransactional ?? false,
  });
  for (let i = 0; i < count; i++) builder.append(timestamp, null, 'v');
  const bytes = Uint8Array.from(builder.finish());
  new DataView(bytes.buffer).setInt32(53, sequence);
  return bytes;
}

export function markerBatch(spec: MarkerSpec): Uint8Array {
  const { producerId = PRODUCER, epoch = 0, offset, coordinatorEpoch = 0, timestamp = 2_000, type = 'COMMIT' } = spec;
  const builder = new RecordBatchBuilder();
  builder.open({
    baseOffset: offset,
    producerId,
    producerEpoch: epoch,
    isTransactional: true,
    isControl: true,
  });
  builder.appendControl(timestamp, type, encodeEndTxnMarker(coordinatorEpoch));
  return Uint8Array.from(builder.finish());
}

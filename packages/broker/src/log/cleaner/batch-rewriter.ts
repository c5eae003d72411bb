/** A batch with fewer records, or with a delete horizon, or in a newer format: offsets, timestamps and producer stay. */
import {
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchCompression,
  batchLastOffset,
  batchMagic,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
  batchProducerEpoch,
  batchProducerId,
  batchTimestampType,
  codecOf,
  createCompression,
  isControlBatch,
  isTransactionalBatch,
  legacyCompression,
  legacyTimestamp,
  legacyTimestampType,
  NO_BATCH_FIELDS,
  RECORD_BATCH_HEADER_BYTES,
  RecordBatchBuilder,
  RecordBatchError,
  writeEmptyBatch,
  type BatchFields,
  type RecordIterator,
} from '@ottla/protocol';
import { lastOffsetOf, maxTimestampOf } from '../segment-batch.ts';

export class BatchRewriter {
  readonly #builder = new RecordBatchBuilder({ compression: createCompression() });

  /**
   * @param records opened before the first record of the batch.
   * @param kept for each record, in order, whether it stays; one does.
   * @param deleteHorizonMs null for none.
   * @returns a view, valid until the next call.
   * @throws {RecordBatchError} the batch is none that a broker can have appended.
   */
  rewrite(records: RecordIterator, kept: Uint8Array, deleteHorizonMs: number | null): Uint8Array {
    const { batch, batchPosition: position } = records;
    const isLegacy = batchMagic(batch, position) < 2;
    const fields = isLegacy ? legacyFields(batch, position) : fieldsOf(batch, position);
    const builder = this.#builder;
    let lastOffset = -1;
    for (let i = 0; records.next(); i++) {
      if (kept[i] === 0) continue;
      const { offset } = records;
      // Magic 0 and 1: the first record that stays is where the batch begins.
      if (lastOffset < 0)
        builder.open({ ...fields, baseOffset: isLegacy ? offset : fields.baseOffset, deleteHorizonMs });
      if (offset <= lastOffset) throw invalid(`offset ${offset} after ${lastOffset}`, position);
      builder.appendCopy(records);
      lastOffset = offset;
    }
    if (!isLegacy) {
      // The last sequence number is counted from the last offset.
      const batchEnd = batchLastOffset(batch, position);
      if (batchEnd < lastOffset) throw invalid(`offset ${lastOffset} in a batch up to ${batchEnd}`, position);
      builder.overrideLastOffset(batchEnd);
    }
    return builder.finish(codecOf(isLegacy ? legacyCompression(batch, position) : batchCompression(batch, position)));
  }
}

/** Writes what stays of a batch without records at `at` of `into`, `RECORD_BATCH_HEADER_BYTES` long. */
export function writeEmptied(into: Uint8Array, at: number, batch: Uint8Array, position: number): number {
  const isLegacy = batchMagic(batch, position) < 2;
  const lastOffset = lastOffsetOf(batch, position);
  const fields = isLegacy ? { ...legacyFields(batch, position), baseOffset: lastOffset } : fieldsOf(batch, position);
  writeEmptyBatch(into, at, fields, lastOffset, maxTimestampOf(batch, position));
  return RECORD_BATCH_HEADER_BYTES;
}

function fieldsOf(batch: Uint8Array, position: number): BatchFields {
  const producerId = batchProducerId(batch, position);
  const producerEpoch = batchProducerEpoch(batch, position);
  const baseSequence = batchBaseSequence(batch, position);
  const isControl = isControlBatch(batch, position);
  const isTransactional = isTransactionalBatch(batch, position);
  const isPossible = producerId < 0 ? !isTransactional : producerEpoch >= 0 && (baseSequence >= 0 || isControl);
  if (!isPossible) {
    const producer = `producer ${producerId}, epoch ${producerEpoch}, sequence ${baseSequence}`;
    throw invalid(`${producer}, attributes ${batchAttributes(batch, position)}`, position);
  }
  const isLogAppendTime = batchTimestampType(batch, position) === 'LogAppendTime';
  return {
    baseOffset: batchBaseOffset(batch, position),
    partitionLeaderEpoch: batchPartitionLeaderEpoch(batch, position),
    producerId,
    producerEpoch,
    baseSequence,
    isTransactional,
    isControl,
    logAppendTimeMs: isLogAppendTime ? batchMaxTimestamp(batch, position) : null,
    deleteHorizonMs: null,
  };
}

function legacyFields(batch: Uint8Array, position: number): BatchFields {
  const isLogAppendTime = legacyTimestampType(batch, position) === 'LogAppendTime';
  return { ...NO_BATCH_FIELDS, logAppendTimeMs: isLogAppendTime ? legacyTimestamp(batch, position) : null };
}

function invalid(reason: string, position: number): RecordBatchError {
  return new RecordBatchError('INVALID_RECORD', reason, position);
}

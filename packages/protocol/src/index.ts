export {
  API_ROWS,
  ApiKey,
  apiRow,
  formatApiKey,
  isServedVersion,
  type ApiKeyName,
  type ApiRow,
  type ListenerType,
} from './api-keys.ts';
export { ERROR_ACTIONS, type ErrorAction, type ErrorFamily } from './error-codes-table.ts';
export {
  describeErrorCode,
  ERROR_ROWS,
  ErrorCode,
  isErrorCode,
  parseErrorName,
  type ErrorName,
  type ErrorRow,
} from './error-codes.ts';
export {
  allocateFrame,
  FRAME_LIMIT_BEFORE_AUTHENTICATION,
  FRAME_LIMIT_SASL,
  FrameSizeError,
  FrameSplitter,
  type FrameLimit,
  type FrameMemory,
  type FrameSplitterOptions,
} from './frame-splitter.ts';
export {
  answerForeignClient,
  describeForeignServer,
  recogniseProtocol,
  WrongProtocolError,
  type ForeignAnswer,
  type ForeignProtocol,
  type ReachedListener,
} from './wrong-protocol.ts';
export { CodecError, type CodecErrorPlace } from './codec/codec-error.ts';
export {
  decodeRequestHeader,
  decodeResponseFrame,
  encodeRequestFrame,
  encodeResponseFrame,
  peekRequest,
  requestHeader,
  requestHeaderVersion,
  responseHeader,
  responseHeaderVersion,
  type RequestHeader,
  type RequestMeta,
  type RequestPrefix,
  type ResponseHeader,
} from './header.ts';
export {
  api,
  message,
  Message,
  type AnyMessage,
  type AnyValue,
  type Api,
  type ApiRequest,
  type ApiRequestInput,
  type ApiResponse,
  type ApiResponseInput,
  type ApiSpec,
  type CodecKind,
  type Infer,
  type InferInput,
  type MessageSpec,
} from './message.ts';
export type { Fields, UnknownTaggedField } from './schema/field.ts';
export { formatVersions, includes, parseVersions, type VersionRange, type Versions } from './schema/versions.ts';
export { createCrc32c, crc32c, type Crc32c } from './crc32c.ts';
export { murmur2, murmur2Partition, toPositive } from './murmur2.ts';
export { coordinatorPartition, crc32Partition, fnv1a, fnv1aPartition, javaStringHash } from './partitioner-hashes.ts';
export { codecOf, COMPRESSION_CODECS, type CompressionCodec } from './compression/codecs.ts';
export { CompressionError, type CompressionFault } from './compression/compression-error.ts';
export {
  compressJob,
  type CompressJobInput,
  decompressJob,
  type DecompressJobInput,
} from './compression/compression-job.ts';
export { Compression, type CompressOptions, createCompression } from './compression/compression.ts';
export { DEFAULT_DECOMPRESSION_LIMITS, type DecompressionLimits } from './compression/output-limit.ts';
export { BatchIterator } from './record-batch/batch-iterator.ts';
export {
  CONTROL_RECORD_TYPES,
  decodeControlRecordKey,
  decodeEndTxnMarker,
  encodeControlRecordKey,
  encodeEndTxnMarker,
  type ControlRecordType,
} from './record-batch/control-record.ts';
export { legacyCompression, legacyCrc, legacyTimestamp, legacyTimestampType } from './record-batch/legacy-message.ts';
export { RecordBatchBuilder, type RecordBatchBuilderOptions } from './record-batch/record-batch-builder.ts';
export {
  batchFault,
  checkProducedBatch,
  isBatchCrcValid,
  NO_RECORD_RULES,
  validateRecords,
  type ProducedBatch,
  type ProduceRules,
  type RecordRules,
  type RefusedBatch,
  type ValidatedRecords,
} from './record-batch/record-batch-check.ts';
export {
  computeBatchCrc,
  NO_BATCH_FIELDS,
  setBatchBaseOffset,
  setBatchLastOffset,
  setBatchLogAppendTime,
  setBatchMaxTimestamp,
  setBatchPartitionLeaderEpoch,
  setBatchProducer,
  writeEmptyBatch,
  type BatchFields,
} from './record-batch/record-batch-edit.ts';
export {
  RECORD_FAULTS_MAX,
  RecordBatchError,
  type RecordBatchErrorCode,
  type RecordFault,
} from './record-batch/record-batch-error.ts';
export {
  addToSequence,
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCompression,
  batchCount,
  batchCrc,
  batchDeleteHorizonMs,
  batchLastOffset,
  batchLastOffsetDelta,
  batchLastSequence,
  batchMagic,
  batchMaxTimestamp,
  batchPartitionLeaderEpoch,
  batchProducerEpoch,
  batchProducerId,
  batchSize,
  batchTimestampType,
  isControlBatch,
  isTransactionalBatch,
  LOG_OVERHEAD_BYTES,
  RECORD_BATCH_HEADER_BYTES,
  subtractFromSequence,
  type TimestampType,
} from './record-batch/record-batch-header.ts';
export { type DecompressionOptions } from './record-batch/record-compression.ts';
export { RecordIterator, type RecordHeader } from './record-batch/record-iterator.ts';
export { recordBytesMax, type NewRecordHeader, type RecordContent } from './record-batch/record-size.ts';

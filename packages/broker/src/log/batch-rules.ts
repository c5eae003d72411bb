/** What a topic's settings ask of the batches that are appended to it, and how much of a batch must be looked at for that. */
import {
  batchCompression,
  batchMaxTimestamp,
  COMPRESSION_CODECS,
  isControlBatch,
  type CompressionCodec,
  type RecordRules,
  type TimestampType,
} from '@ottla/protocol';
import type { LogConfig } from './log-config.ts';

export interface BatchRules {
  /** `max.message.bytes`, as it came and as it is stored. */
  readonly batchBytesMax: number;
  /** What batches are stored in; null keeps each as it came (`compression.type=producer`). */
  readonly codec: CompressionCodec | null;
  /** Of `codec`, when the broker compresses; a batch that comes in that codec keeps its own. */
  readonly level: number | undefined;
  /** The topic is compacted. */
  readonly keysRequired: boolean;
  readonly timestampType: TimestampType;
  /** `message.timestamp.before.max.ms` and `…after.max.ms`, for CreateTime; `Infinity` for no bound. */
  readonly timestampBeforeMaxMs: number;
  readonly timestampAfterMaxMs: number;
  /** `ottla.produce.validation=strict`: walk the records of every batch. */
  readonly isStrict: boolean;
}

/** @param isStrict of the broker, not of the topic. */
export function batchRulesOf(config: LogConfig, isStrict: boolean): BatchRules {
  const { compressionType } = config;
  const codec = compressionType === 'producer' ? null : compressionType === 'uncompressed' ? 'none' : compressionType;
  return {
    batchBytesMax: config.maxMessageBytes,
    codec,
    level: codec === null ? undefined : levelIn(config, codec),
    keysRequired: config.cleanupPolicy.includes('compact'),
    timestampType: config.messageTimestampType,
    timestampBeforeMaxMs: config.messageTimestampBeforeMaxMs,
    timestampAfterMaxMs: config.messageTimestampAfterMaxMs,
    isStrict,
  };
}

function levelIn(config: LogConfig, codec: CompressionCodec): number | undefined {
  if (codec === 'gzip') return config.compressionGzipLevel;
  if (codec === 'lz4') return config.compressionLz4Level;
  return codec === 'zstd' ? config.compressionZstdLevel : undefined;
}

/** Of each record. On a LogAppendTime topic the producer's timestamps do not count. */
export function recordRulesOf(rules: BatchRules, nowMs: number): RecordRules {
  const { keysRequired, timestampType, timestampBeforeMaxMs, timestampAfterMaxMs } = rules;
  const isBounded = timestampType === 'CreateTime';
  return {
    keysRequired,
    timestampMsMin: isBounded ? nowMs - timestampBeforeMaxMs : -Infinity,
    timestampMsMax: isBounded ? nowMs + timestampAfterMaxMs : Infinity,
  };
}

/**
 * - `pass`: compressed, and nothing asked for depends on what is inside
 * - `walk`: its records are looked at
 * - `rebuild`: they are looked at and written into a batch with another codec
 */
export type BatchWork = 'pass' | 'walk' | 'rebuild';

/**
 * How much of a batch must be looked at (DESIGN decision 7). Kafka would always look at all of it.
 *
 * The bound on timestamps ahead of the clock, which every topic has by default, is first held against the header's largest:
 * a producer that understates it there gets its future timestamps in, and harms only who reads them, for indexes and
 * retention go by the header.
 */
export function batchWork(bytes: Uint8Array, position: number, rules: BatchRules, nowMs: number): BatchWork {
  const codec = batchCompression(bytes, position);
  // Control batches stay as their coordinator wrote them.
  if (rules.codec !== null && COMPRESSION_CODECS[rules.codec].id !== codec && !isControlBatch(bytes, position)) {
    return 'rebuild';
  }
  if (codec === 0 || rules.isStrict || rules.keysRequired) return 'walk';
  if (rules.timestampType === 'LogAppendTime') return 'pass';
  if (rules.timestampBeforeMaxMs !== Infinity) return 'walk';
  return batchMaxTimestamp(bytes, position) > nowMs + rules.timestampAfterMaxMs ? 'walk' : 'pass';
}

/**
 * Settings of a topic, one row a key of Kafka 4.4. Most are the log's; those of replication and tiers stand here too, since
 * Kafka keeps them under one roof. Each takes its default from the broker's key of the same meaning.
 */
import { GiB, KiB, MiB } from '@ottla/runtime';
import {
  boolean,
  defineConfig,
  double,
  int,
  list,
  long,
  oneOf,
  type ConfigOf,
  type Synonym,
  type Validity,
} from '@ottla/runtime/config';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Java's largest array. */
const ARRAY_BYTES_MAX = 2_147_483_639;
/** Kafka's largest int64, as a default. */
const NEVER = Infinity;

const from = (...keys: readonly string[]): readonly Synonym[] => keys.map((key) => ({ key }));

const gzipLevel: Validity = {
  kind: 'ranges',
  accepts: [
    [-1, -1],
    [1, 9],
  ],
};

const throttledReplicas: Validity = {
  kind: 'entries',
  entry: 'PARTITION:BROKER',
  pattern: /^\d+:\d+$/,
  alone: ['*'],
  empty: true,
};

export const topicConfig = defineConfig(
  'topic',
  {
    cleanupPolicy: list({
      key: 'cleanup.policy',
      valid: ['compact', 'delete'],
      default: ['delete'],
      brokerSynonyms: from('log.cleanup.policy'),
      doc: 'Fate of old data: `delete` drops whole segments by age and size, `compact` keeps the last value of each key; both together do both; neither keeps everything.',
    }),
    compressionType: oneOf(['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'], {
      key: 'compression.type',
      default: 'producer',
      brokerSynonyms: from('compression.type'),
      doc: 'How batches are stored: `producer` keeps each as it came, any other makes the broker recompress what came otherwise.',
    }),
    compressionGzipLevel: int({
      key: 'compression.gzip.level',
      default: -1,
      validity: gzipLevel,
      brokerSynonyms: from('compression.gzip.level'),
      doc: 'Level when the broker compresses with gzip; -1 is the default of zlib.',
    }),
    compressionLz4Level: int({
      key: 'compression.lz4.level',
      default: 9,
      min: 1,
      max: 17,
      brokerSynonyms: from('compression.lz4.level'),
      doc: 'Level when the broker compresses with lz4.',
    }),
    compressionZstdLevel: int({
      key: 'compression.zstd.level',
      default: 3,
      min: -131_072,
      max: 22,
      brokerSynonyms: from('compression.zstd.level'),
      doc: 'Level when the broker compresses with zstd.',
    }),
    deleteRetentionMs: long({
      key: 'delete.retention.ms',
      default: DAY_MS,
      min: 0,
      brokerSynonyms: from('log.cleaner.delete.retention.ms'),
      doc: 'How long compaction keeps a tombstone, so that readers who began before it still learn of the deletion.',
    }),
    errorsDeadletterqueueGroupEnable: boolean({
      key: 'errors.deadletterqueue.group.enable',
      default: false,
      doc: 'Whether share groups may use this topic for records that they gave up on.',
    }),
    fileDeleteDelayMs: long({
      key: 'file.delete.delay.ms',
      default: 60_000,
      min: 0,
      brokerSynonyms: from('log.segment.delete.delay.ms'),
      doc: 'How long a dropped segment stays on disk under the suffix `.deleted`, for those who still read it.',
    }),
    flushMessages: long({
      key: 'flush.messages',
      default: NEVER,
      min: 1,
      brokerSynonyms: from('log.flush.interval.messages'),
      doc: 'Records after which a partition is flushed to the device; 1 flushes before each acknowledgement.',
    }),
    flushMs: long({
      key: 'flush.ms',
      default: NEVER,
      min: 0,
      brokerSynonyms: from('log.flush.interval.ms', 'log.flush.scheduler.interval.ms'),
      doc: 'Longest time for which a written record stays unflushed.',
    }),
    followerReplicationThrottledReplicas: list({
      key: 'follower.replication.throttled.replicas',
      default: [],
      validity: throttledReplicas,
      doc: 'Replicas whose catching up counts against the follower quota: `PARTITION:BROKER` entries, or `*` for all.',
    }),
    indexIntervalBytes: int({
      key: 'index.interval.bytes',
      default: 4 * KiB,
      min: 0,
      brokerSynonyms: from('log.index.interval.bytes'),
      doc: 'Bytes of records between two entries of the offset index: fewer make finer indexes and larger ones.',
    }),
    internalSegmentBytes: int({
      key: 'internal.segment.bytes',
      default: null,
      internal: true,
      doc: 'Segment size without the lower bound of `segment.bytes`, for tests.',
    }),
    leaderReplicationThrottledReplicas: list({
      key: 'leader.replication.throttled.replicas',
      default: [],
      validity: throttledReplicas,
      doc: 'Replicas whose catching up counts against the leader quota: `PARTITION:BROKER` entries, or `*` for all.',
    }),
    localRetentionBytes: long({
      key: 'local.retention.bytes',
      default: -2,
      min: -2,
      brokerSynonyms: from('log.local.retention.bytes'),
      doc: 'Bytes that stay on the local disk once older segments are in remote storage; -2 means `retention.bytes`.',
    }),
    localRetentionMs: long({
      key: 'local.retention.ms',
      default: -2,
      min: -2,
      brokerSynonyms: from('log.local.retention.ms'),
      doc: 'Age up to which segments stay on the local disk once they are in remote storage; -2 means `retention.ms`.',
    }),
    maxCompactionLagMs: long({
      key: 'max.compaction.lag.ms',
      default: NEVER,
      min: 1,
      brokerSynonyms: from('log.cleaner.max.compaction.lag.ms'),
      doc: 'Age at which a record must be compacted, however little else there is to clean.',
    }),
    maxDecompressedMessageBytes: int({
      key: 'max.decompressed.message.bytes',
      default: ARRAY_BYTES_MAX,
      min: 1,
      max: ARRAY_BYTES_MAX,
      brokerSynonyms: from('max.decompressed.message.bytes'),
      doc: 'Most bytes that one record may have once decompressed.',
    }),
    maxMessageBytes: int({
      key: 'max.message.bytes',
      default: MiB + 12,
      min: 0,
      brokerSynonyms: from('message.max.bytes'),
      doc: 'Largest batch that is taken, as it comes or after the broker recompressed it, header included.',
    }),
    messageTimestampAfterMaxMs: long({
      key: 'message.timestamp.after.max.ms',
      default: HOUR_MS,
      min: 0,
      brokerSynonyms: from('log.message.timestamp.after.max.ms'),
      doc: 'How far a record’s own timestamp may lie ahead of the broker’s clock.',
    }),
    messageTimestampBeforeMaxMs: long({
      key: 'message.timestamp.before.max.ms',
      default: NEVER,
      min: 0,
      brokerSynonyms: from('log.message.timestamp.before.max.ms'),
      doc: 'How far a record’s own timestamp may lie behind the broker’s clock.',
    }),
    messageTimestampType: oneOf(['CreateTime', 'LogAppendTime'], {
      key: 'message.timestamp.type',
      default: 'CreateTime',
      brokerSynonyms: from('log.message.timestamp.type'),
      doc: 'Whose clock timestamps records: the producer’s, or the broker’s as it appends.',
    }),
    minCleanableDirtyRatio: double({
      key: 'min.cleanable.dirty.ratio',
      default: 0.5,
      min: 0,
      max: 1,
      brokerSynonyms: from('log.cleaner.min.cleanable.ratio'),
      doc: 'Share of not yet compacted bytes from which on a log is worth compacting.',
    }),
    minCompactionLagMs: long({
      key: 'min.compaction.lag.ms',
      default: 0,
      min: 0,
      brokerSynonyms: from('log.cleaner.min.compaction.lag.ms'),
      doc: 'Age below which a record is left alone by compaction.',
    }),
    minInsyncReplicas: int({
      key: 'min.insync.replicas',
      default: 1,
      min: 1,
      brokerSynonyms: from('min.insync.replicas'),
      doc: 'Replicas that must be in sync for a write with acks=all to be taken.',
    }),
    preallocate: boolean({
      key: 'preallocate',
      default: false,
      brokerSynonyms: from('log.preallocate'),
      doc: 'Whether a new segment file is made in its full size at once.',
    }),
    remoteCopyLagBytes: long({
      key: 'remote.copy.lag.bytes',
      default: -1,
      min: -1,
      brokerSynonyms: from('log.remote.copy.lag.bytes'),
      doc: 'Bytes of closed segments that may wait before they are copied to remote storage; -1 sets no limit.',
    }),
    remoteCopyLagMs: long({
      key: 'remote.copy.lag.ms',
      default: 0,
      min: -1,
      brokerSynonyms: from('log.remote.copy.lag.ms'),
      doc: 'Time that a closed segment may wait before it is copied to remote storage; -1 sets no limit.',
    }),
    remoteLogCopyDisable: boolean({
      key: 'remote.log.copy.disable',
      default: false,
      doc: 'Whether copying to remote storage is stopped: what is there can still be read and expires.',
    }),
    remoteLogDeleteOnDisable: boolean({
      key: 'remote.log.delete.on.disable',
      default: false,
      doc: 'Whether remote data goes when remote storage is switched off for the topic.',
    }),
    remoteStorageEnable: boolean({
      key: 'remote.storage.enable',
      default: false,
      doc: 'Whether closed segments are copied to remote storage.',
    }),
    retentionBytes: long({
      key: 'retention.bytes',
      default: -1,
      brokerSynonyms: from('log.retention.bytes'),
      doc: 'Size of a partition from which on its oldest segments go; -1 sets no limit.',
    }),
    retentionMs: long({
      key: 'retention.ms',
      default: 7 * DAY_MS,
      min: -1,
      brokerSynonyms: [
        { key: 'log.retention.ms' },
        { key: 'log.retention.minutes', times: 60_000 },
        { key: 'log.retention.hours', times: HOUR_MS },
      ],
      doc: 'Age at which segments go, counted from the newest record in them; -1 keeps them.',
    }),
    segmentBytes: int({
      key: 'segment.bytes',
      default: GiB,
      min: MiB,
      brokerSynonyms: from('log.segment.bytes'),
      doc: 'Size at which a new segment is begun. Retention and compaction work on whole closed segments.',
    }),
    segmentIndexBytes: int({
      key: 'segment.index.bytes',
      default: 10 * MiB,
      min: 4,
      brokerSynonyms: from('log.index.size.max.bytes'),
      doc: 'Largest offset index; a segment whose index is full is closed.',
    }),
    segmentJitterMs: long({
      key: 'segment.jitter.ms',
      default: 0,
      min: 0,
      brokerSynonyms: [{ key: 'log.roll.jitter.ms' }, { key: 'log.roll.jitter.hours', times: HOUR_MS }],
      doc: 'Random time taken off `segment.ms`, so that not all partitions begin new segments at once.',
    }),
    segmentMs: long({
      key: 'segment.ms',
      default: 7 * DAY_MS,
      min: 1,
      brokerSynonyms: [{ key: 'log.roll.ms' }, { key: 'log.roll.hours', times: HOUR_MS }],
      doc: 'Age at which a segment is closed though it is not full, so that retention and compaction get at it.',
    }),
    uncleanLeaderElectionEnable: boolean({
      key: 'unclean.leader.election.enable',
      default: false,
      brokerSynonyms: from('unclean.leader.election.enable'),
      doc: 'Whether a replica that may lack acknowledged records can lead when no other is left.',
    }),
  },
  { dynamic: true },
);

/** What a log goes by. Times in milliseconds; `Infinity` stands for Kafka's largest int64. */
export type LogConfig = ConfigOf<typeof topicConfig>;

export const DEFAULT_LOG_CONFIG: LogConfig = Object.freeze(
  Object.fromEntries(Object.entries(topicConfig.rows).map(([field, row]) => [field, row.default])),
) as LogConfig;

/** Bytes at which a segment is rolled: tests may set a smaller one than `segment.bytes` allows. */
export function segmentBytesOf(config: LogConfig): number {
  return config.internalSegmentBytes ?? config.segmentBytes;
}

/** A small table with every kind of row, for this folder's tests. Keys and bounds are Kafka's where Kafka has them. */
import { boolean, className, double, int, list, long, oneOf, oneOfIgnoreCase, password, string } from './config-row.ts';
import { defineConfig } from './config-table.ts';
import { UNLIMITED } from './config-value.ts';

const HOUR_MS = 3_600_000;

export const serverConfig = defineConfig(
  'server',
  {
    nodeId: int({ key: 'node.id', required: true, min: 0, importance: 'high', doc: 'Number of this node.' }),
    port: int({ key: 'ottla.port', default: 9092, min: 0, max: 65_535, flag: 'port', doc: 'Where clients connect.' }),
    logRetentionMs: long({
      key: 'log.retention.ms',
      default: null,
      importance: 'high',
      update: 'cluster-wide',
      synonyms: [
        { key: 'log.retention.minutes', times: 60_000 },
        { key: 'log.retention.hours', times: HOUR_MS },
      ],
      doc: 'How long a record is kept.',
    }),
    logRetentionMinutes: int({ key: 'log.retention.minutes', default: null, doc: 'As log.retention.ms, in minutes.' }),
    logRetentionHours: int({ key: 'log.retention.hours', default: 168, doc: 'As log.retention.ms, in hours.' }),
    logFlushIntervalMessages: long({
      key: 'log.flush.interval.messages',
      default: UNLIMITED,
      min: 1,
      update: 'cluster-wide',
      doc: 'Records between two flushes.',
    }),
    logSegmentBytes: int({
      key: 'log.segment.bytes',
      default: 1 << 30,
      min: 1 << 20,
      update: 'cluster-wide',
      doc: 'Size.',
    }),
    logCleanerMinCleanableRatio: double({
      key: 'log.cleaner.min.cleanable.ratio',
      default: 0.5,
      min: 0,
      max: 1,
      doc: 'Share.',
    }),
    logCleanupPolicy: list({
      key: 'log.cleanup.policy',
      valid: ['compact', 'delete'],
      default: ['delete'],
      doc: 'Fate.',
    }),
    logDirs: list({ key: 'log.dirs', default: null, empty: false, doc: 'Directories.' }),
    logPreallocate: boolean({ key: 'log.preallocate', default: false, doc: 'Whether.' }),
    logMessageTimestampType: oneOf(['CreateTime', 'LogAppendTime'], {
      key: 'log.message.timestamp.type',
      default: 'CreateTime',
      doc: 'Whose clock.',
    }),
    groupConsumerMigrationPolicy: oneOfIgnoreCase(['BIDIRECTIONAL', 'DISABLED'], {
      key: 'group.consumer.migration.policy',
      default: 'BIDIRECTIONAL',
      doc: 'Which way.',
    }),
    authorizerClassName: string({
      key: 'authorizer.class.name',
      default: '',
      protects: { what: 'topics from everybody' },
      doc: 'Who decides.',
    }),
    principalBuilderClass: className({
      key: 'principal.builder.class',
      default: null,
      update: 'per-broker',
      listenerPrefix: 'listener',
      doc: 'Who is who.',
    }),
    saslEnabledMechanisms: list({
      key: 'sasl.enabled.mechanisms',
      default: ['GSSAPI'],
      update: 'per-broker',
      listenerPrefix: 'listener',
      protects: { what: 'the listener from strangers', asks: (value) => Array.isArray(value) && value.length > 0 },
      doc: 'Ways to prove who one is.',
    }),
    saslJaasConfig: password({
      key: 'sasl.jaas.config',
      default: null,
      update: 'per-broker',
      listenerPrefix: 'listener.mechanism',
      doc: 'Login module.',
    }),
    sslKeystorePassword: password({
      key: 'ssl.keystore.password',
      default: null,
      update: 'per-broker',
      listenerPrefix: 'listener',
      doc: 'Password of the key store.',
    }),
    numIoThreads: int({ key: 'num.io.threads', default: 8, min: 1, deprecated: 'has no effect here', doc: 'Threads.' }),
    leaderThrottledRate: long({
      key: 'leader.replication.throttled.rate',
      default: UNLIMITED,
      min: 0,
      update: 'cluster-wide',
      dynamicOnly: true,
      doc: 'Bytes a second.',
    }),
    replicaLagMs: int({ key: 'replica.lag.time.max.ms', default: 30_000, internal: true, doc: 'Patience.' }),
  },
  {
    pluginPrefixes: ['rsm.config.'],
    protectedPrefixes: ['ssl.', 'sasl.'],
    rules: [
      {
        fields: ['logSegmentBytes', 'logFlushIntervalMessages'],
        refuses: (values) =>
          values.logSegmentBytes === 2_000_000 && values.logFlushIntervalMessages === 7
            ? 'does not go with 7 messages'
            : null,
      },
    ],
  },
);

export const topicConfig = defineConfig(
  'topic',
  {
    retentionMs: long({
      key: 'retention.ms',
      default: 168 * HOUR_MS,
      min: -1,
      brokerSynonyms: [{ key: 'log.retention.ms', negativeMeans: -1 }],
      doc: 'How long a record is kept.',
    }),
    flushMessages: long({
      key: 'flush.messages',
      default: UNLIMITED,
      min: 1,
      brokerSynonyms: [{ key: 'log.flush.interval.messages' }],
      doc: 'Records between two flushes.',
    }),
    segmentBytes: int({
      key: 'segment.bytes',
      default: 1 << 30,
      min: 1 << 20,
      brokerSynonyms: [{ key: 'log.segment.bytes' }],
      doc: 'Size.',
    }),
    remoteStorageEnable: boolean({ key: 'remote.storage.enable', default: false, doc: 'Tiers.' }),
  },
  { dynamic: true },
);

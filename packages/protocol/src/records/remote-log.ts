/** What brokers record about tiered storage in `__remote_log_metadata` (KIP-405), framed like a metadata record. */
import { message, type Infer } from '../message.ts';
import { array, bool, bytes, int32, int53, int8, nested, string, uuid } from '../schema/field.ts';

/**
 * RemoteLogSegmentMetadataRecord, key 0: a segment is being copied to remote storage. Written by the partition leader
 * before it copies.
 */
export const remoteLogSegmentMetadataRecord = message(
  'RemoteLogSegmentMetadataRecord',
  { key: 0, versions: '0', flexible: '0+' },
  () => ({
    remoteLogSegmentId: nested('0+', {
      topicIdPartition: nested('0+', {
        name: string('0+'),
        id: uuid('0+'),
        partition: int32('0+'),
      }),
      id: uuid('0+', 'Random, new for each attempt.'),
    }),
    startOffset: int53('0+'),
    endOffset: int53('0+', 'Inclusive.'),
    brokerId: int32('0+', 'Who wrote the record.'),
    maxTimestampMs: int53('0+', 'Highest timestamp in the segment, in Unix milliseconds.'),
    eventTimestampMs: int53('0+', 'When the record was made, in Unix milliseconds.'),
    segmentLeaderEpochs: array(
      '0+',
      {
        leaderEpoch: int32('0+'),
        offset: int53('0+'),
      },
      'Leader epochs in the segment, each with its first offset.',
    ),
    segmentSizeInBytes: int32('0+'),
    customMetadata: bytes('0+', 'Of the storage plugin, or null.', { nullable: '0+', default: null }),
    remoteLogSegmentState: int8('0+', '0 copy started, 1 copy finished, 2 deletion started, 3 deletion finished.'),
    txnIndexEmpty: bool('0+', 'No transaction was aborted in the segment.', { tag: 0 }),
  }),
);
export type RemoteLogSegmentMetadataRecord = Infer<typeof remoteLogSegmentMetadataRecord>;

/**
 * RemoteLogSegmentMetadataUpdateRecord, key 1: a copied segment changes its state: copied, being deleted, deleted.
 * Written by the partition leader.
 */
export const remoteLogSegmentMetadataUpdateRecord = message(
  'RemoteLogSegmentMetadataUpdateRecord',
  { key: 1, versions: '0', flexible: '0+' },
  () => ({
    remoteLogSegmentId: nested('0+', {
      topicIdPartition: nested('0+', {
        name: string('0+'),
        id: uuid('0+'),
        partition: int32('0+'),
      }),
      id: uuid('0+'),
    }),
    brokerId: int32('0+', 'Who wrote the record.'),
    eventTimestampMs: int53('0+', 'When the record was made, in Unix milliseconds.'),
    customMetadata: bytes('0+', 'Of the storage plugin, or null.', { nullable: '0+', default: null }),
    remoteLogSegmentState: int8('0+', '1 copy finished, 2 deletion started, 3 deletion finished.'),
  }),
);
export type RemoteLogSegmentMetadataUpdateRecord = Infer<typeof remoteLogSegmentMetadataUpdateRecord>;

/**
 * RemotePartitionDeleteMetadataRecord, key 2: all remote segments of a deleted partition go, in steps.
 */
export const remotePartitionDeleteMetadataRecord = message(
  'RemotePartitionDeleteMetadataRecord',
  { key: 2, versions: '0', flexible: '0+' },
  () => ({
    topicIdPartition: nested('0+', {
      name: string('0+'),
      id: uuid('0+'),
      partition: int32('0+'),
    }),
    brokerId: int32('0+', 'Who wrote the record.'),
    eventTimestampMs: int53('0+', 'When the record was made, in Unix milliseconds.'),
    remotePartitionDeleteState: int8('0+', '0 marked, 1 started, 2 finished.'),
  }),
);
export type RemotePartitionDeleteMetadataRecord = Infer<typeof remotePartitionDeleteMetadataRecord>;

/**
 * RemoteLogSegmentMetadataSnapshotRecord, key 3: a remote segment in a snapshot of one partition's metadata, which
 * therefore is not named. Kafka 4.4 writes none.
 */
export const remoteLogSegmentMetadataSnapshotRecord = message(
  'RemoteLogSegmentMetadataSnapshotRecord',
  { key: 3, versions: '0', flexible: '0+' },
  () => ({
    segmentId: uuid('0+'),
    startOffset: int53('0+'),
    endOffset: int53('0+', 'Inclusive.'),
    brokerId: int32('0+', 'Who wrote the original record.'),
    maxTimestampMs: int53('0+', 'Highest timestamp in the segment, in Unix milliseconds.'),
    eventTimestampMs: int53('0+', 'When the original record was made, in Unix milliseconds.'),
    segmentLeaderEpochs: array(
      '0+',
      {
        leaderEpoch: int32('0+'),
        offset: int53('0+'),
      },
      'Leader epochs in the segment, each with its first offset.',
    ),
    segmentSizeInBytes: int32('0+'),
    customMetadata: bytes('0+', 'Of the storage plugin, or null.', { nullable: '0+', default: null }),
    remoteLogSegmentState: int8('0+', '0 copy started, 1 copy finished, 2 deletion started, 3 deletion finished.'),
    txnIndexEmpty: bool('0+', 'No transaction was aborted in the segment.', { tag: 0 }),
  }),
);
export type RemoteLogSegmentMetadataSnapshotRecord = Infer<typeof remoteLogSegmentMetadataSnapshotRecord>;

/** @FILE */
import { message, type Infer } from '../message.ts';
import { array, bool, bytes, int32, int53, int8, nested, string, uuid } from '../schema/field.ts';

/**
 * RemoteLogSegmentMetadataRecord, key 0: @DOC
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
      id: uuid('0+'),
    }),
    startOffset: int53('0+'),
    endOffset: int53('0+'),
    brokerId: int32('0+'),
    maxTimestampMs: int53('0+'),
    eventTimestampMs: int53('0+'),
    segmentLeaderEpochs: array('0+', {
      leaderEpoch: int32('0+'),
      offset: int53('0+'),
    }),
    segmentSizeInBytes: int32('0+'),
    customMetadata: bytes('0+', { nullable: '0+', default: null }),
    remoteLogSegmentState: int8('0+'),
    txnIndexEmpty: bool('0+', { tag: 0 }),
  }),
);
export type RemoteLogSegmentMetadataRecord = Infer<typeof remoteLogSegmentMetadataRecord>;

/**
 * RemoteLogSegmentMetadataUpdateRecord, key 1: @DOC
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
    brokerId: int32('0+'),
    eventTimestampMs: int53('0+'),
    customMetadata: bytes('0+', { nullable: '0+', default: null }),
    remoteLogSegmentState: int8('0+'),
  }),
);
export type RemoteLogSegmentMetadataUpdateRecord = Infer<typeof remoteLogSegmentMetadataUpdateRecord>;

/**
 * RemotePartitionDeleteMetadataRecord, key 2: @DOC
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
    brokerId: int32('0+'),
    eventTimestampMs: int53('0+'),
    remotePartitionDeleteState: int8('0+'),
  }),
);
export type RemotePartitionDeleteMetadataRecord = Infer<typeof remotePartitionDeleteMetadataRecord>;

/**
 * RemoteLogSegmentMetadataSnapshotRecord, key 3: @DOC
 */
export const remoteLogSegmentMetadataSnapshotRecord = message(
  'RemoteLogSegmentMetadataSnapshotRecord',
  { key: 3, versions: '0', flexible: '0+' },
  () => ({
    segmentId: uuid('0+'),
    startOffset: int53('0+'),
    endOffset: int53('0+'),
    brokerId: int32('0+'),
    maxTimestampMs: int53('0+'),
    eventTimestampMs: int53('0+'),
    segmentLeaderEpochs: array('0+', {
      leaderEpoch: int32('0+'),
      offset: int53('0+'),
    }),
    segmentSizeInBytes: int32('0+'),
    customMetadata: bytes('0+', { nullable: '0+', default: null }),
    remoteLogSegmentState: int8('0+'),
    txnIndexEmpty: bool('0+', { tag: 0 }),
  }),
);
export type RemoteLogSegmentMetadataSnapshotRecord = Infer<typeof remoteLogSegmentMetadataSnapshotRecord>;

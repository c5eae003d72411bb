/**
 * FetchSnapshot (api key 59): a piece of a metadata snapshot, for a raft replica whose offset is no longer in the
 * leader's log (KIP-630).
 *
 * Fetch names the snapshot. The replica asks piece by piece from byte position 0 until it has `size` bytes.
 *
 * v1 replicaDirectoryId, nodeEndpoints (KIP-853)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, nested, records, string, uint16, uuid } from '../schema/field.ts';

export const fetchSnapshot = api(
  'FetchSnapshot',
  { key: 59, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      clusterId: string('0+', "Another cluster's is refused with INCONSISTENT_CLUSTER_ID; null skips the check.", {
        nullable: '0+',
        default: null,
        tag: 0,
      }),
      replicaId: int32('0+', '-1 if unknown.', { default: -1 }),
      maxBytes: int32('0+', 'For the whole response.', { default: 2147483647 }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
          currentLeaderEpoch: int32('0+', 'To fence by.'),
          snapshotId: nested(
            '0+',
            {
              endOffset: int53('0+'),
              epoch: int32('0+'),
            },
            'End offset and epoch name a snapshot.',
          ),
          position: int53('0+', 'Byte from which to go on.'),
          replicaDirectoryId: uuid('1+', 'With the replica id, it names a voter.', { tag: 0, ignorable: true }),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+', { ignorable: true }),
      errorCode: int16('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          index: int32('0+'),
          errorCode: int16('0+'),
          snapshotId: nested('0+', {
            endOffset: int53('0+'),
            epoch: int32('0+'),
          }),
          currentLeader: nested(
            '0+',
            {
              leaderId: int32('0+', '-1 if unknown.'),
              leaderEpoch: int32('0+'),
            },
            { tag: 0 },
          ),
          size: int53('0+', 'Of the whole snapshot, in bytes.'),
          position: int53('0+', 'Of the first byte below.'),
          unalignedRecords: records('0+', 'A piece of the file, which may begin and end within a batch.'),
        }),
      }),
      nodeEndpoints: array(
        '1+',
        {
          nodeId: int32('1+'),
          host: string('1+'),
          port: uint16('1+'),
        },
        'Addresses of the leaders named above.',
        { tag: 0 },
      ),
    }),
  },
);

export type FetchSnapshotRequest = ApiRequest<typeof fetchSnapshot>;
export type FetchSnapshotResponse = ApiResponse<typeof fetchSnapshot>;

/**
 * FetchSnapshot (api key 59): @DOC
 *
 * v1 replicaDirectoryId, nodeEndpoints
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, nested, records, string, uint16, uuid } from '../schema/field.ts';

export const fetchSnapshot = api(
  'FetchSnapshot',
  { key: 59, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      clusterId: string('0+', { nullable: '0+', default: null, tag: 0 }),
      replicaId: int32('0+', { default: -1 }),
      maxBytes: int32('0+', { default: 2147483647 }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partition: int32('0+'),
          currentLeaderEpoch: int32('0+'),
          snapshotId: nested('0+', {
            endOffset: int53('0+'),
            epoch: int32('0+'),
          }),
          position: int53('0+'),
          replicaDirectoryId: uuid('1+', { tag: 0, ignorable: true }),
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
              leaderId: int32('0+'),
              leaderEpoch: int32('0+'),
            },
            { tag: 0 },
          ),
          size: int53('0+'),
          position: int53('0+'),
          unalignedRecords: records('0+'),
        }),
      }),
      nodeEndpoints: array(
        '1+',
        {
          nodeId: int32('1+'),
          host: string('1+'),
          port: uint16('1+'),
        },
        { tag: 0 },
      ),
    }),
  },
);

export type FetchSnapshotRequest = ApiRequest<typeof fetchSnapshot>;
export type FetchSnapshotResponse = ApiResponse<typeof fetchSnapshot>;

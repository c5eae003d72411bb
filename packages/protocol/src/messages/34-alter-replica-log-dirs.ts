/**
 * AlterReplicaLogDirs (api key 34): @DOC
 *
 * v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string } from '../schema/field.ts';

export const alterReplicaLogDirs = api(
  'AlterReplicaLogDirs',
  { key: 34, versions: '1-2', flexible: '2+' },
  {
    request: () => ({
      dirs: array('0+', {
        path: string('0+'),
        topics: array('0+', {
          name: string('0+'),
          partitions: array('0+', int32),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      results: array('0+', {
        topicName: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
        }),
      }),
    }),
  },
);

export type AlterReplicaLogDirsRequest = ApiRequest<typeof alterReplicaLogDirs>;
export type AlterReplicaLogDirsResponse = ApiResponse<typeof alterReplicaLogDirs>;

/**
 * AlterReplicaLogDirs (api key 34): a broker moves replicas that it hosts to other log directories of its own
 * (KIP-113).
 *
 * Sent to that broker. It copies beside the running log and swaps at the end. Where it has no such replica the answer
 * is REPLICA_NOT_AVAILABLE, but the directory is remembered for when the replica comes. Errors are per partition.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string } from '../schema/field.ts';

export const alterReplicaLogDirs = api(
  'AlterReplicaLogDirs',
  { key: 34, versions: '1-2', flexible: '2+' },
  {
    request: () => ({
      dirs: array('0+', {
        path: string('0+', "Absolute, and one of the broker's log.dirs."),
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

/**
 * AssignReplicasToDirs (api key 73): a broker tells the controller which of its log directories holds which replica
 * (KIP-858).
 *
 * By this the controller knows whose leaders to move when a directory fails. Errors are per partition.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, uuid } from '../schema/field.ts';

export const assignReplicasToDirs = api(
  'AssignReplicasToDirs',
  { key: 73, versions: '0', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
      brokerEpoch: int53('0+', "From the broker's registration.", { default: -1 }),
      directories: array('0+', {
        id: uuid('0+', "In the directory's meta.properties."),
        topics: array('0+', {
          topicId: uuid('0+'),
          partitions: array('0+', {
            partitionIndex: int32('0+'),
          }),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      directories: array('0+', {
        id: uuid('0+'),
        topics: array('0+', {
          topicId: uuid('0+'),
          partitions: array('0+', {
            partitionIndex: int32('0+'),
            errorCode: int16('0+'),
          }),
        }),
      }),
    }),
  },
);

export type AssignReplicasToDirsRequest = ApiRequest<typeof assignReplicasToDirs>;
export type AssignReplicasToDirsResponse = ApiResponse<typeof assignReplicasToDirs>;

/**
 * AlterPartitionReassignments (api key 45): partitions get new replicas, or a running move is cancelled. Brokers pass
 * the request on to the controller (KIP-455).
 *
 * An answer without error means that the move has begun: see ListPartitionReassignments. Errors are per partition.
 *
 * v1 allowReplicationFactorChange (KIP-860)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, string } from '../schema/field.ts';

export const alterPartitionReassignments = api(
  'AlterPartitionReassignments',
  { key: 45, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      timeoutMs: int32('0+', 'How long the controller may take.', { default: 60000 }),
      allowReplicationFactorChange: bool('1+', 'False refuses a list of another length than the present one.', {
        default: true,
      }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          replicas: array('0+', int32, 'The first is the preferred leader; null cancels.', {
            nullable: '0+',
            default: null,
          }),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      allowReplicationFactorChange: bool('1+', { default: true, ignorable: true }),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      responses: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+' }),
        }),
      }),
    }),
  },
);

export type AlterPartitionReassignmentsRequest = ApiRequest<typeof alterPartitionReassignments>;
export type AlterPartitionReassignmentsResponse = ApiResponse<typeof alterPartitionReassignments>;

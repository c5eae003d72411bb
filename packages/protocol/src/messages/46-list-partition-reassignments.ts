/**
 * ListPartitionReassignments (api key 46): the partitions that are just changing replicas, with who comes and who goes
 * (KIP-455). The controller answers.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string } from '../schema/field.ts';

export const listPartitionReassignments = api(
  'ListPartitionReassignments',
  { key: 46, versions: '0', flexible: '0+' },
  {
    request: () => ({
      timeoutMs: int32('0+', 'How long the controller may take.', { default: 60000 }),
      topics: array(
        '0+',
        {
          name: string('0+'),
          partitionIndexes: array('0+', int32),
        },
        'Null for all.',
        { nullable: '0+', default: null },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          replicas: array('0+', int32, 'All for now: those that stay, come and go.'),
          addingReplicas: array('0+', int32, 'They must get in sync first.'),
          removingReplicas: array('0+', int32, 'They go when the move is done.'),
        }),
      }),
    }),
  },
);

export type ListPartitionReassignmentsRequest = ApiRequest<typeof listPartitionReassignments>;
export type ListPartitionReassignmentsResponse = ApiResponse<typeof listPartitionReassignments>;

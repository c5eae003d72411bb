/**
 * CreatePartitions (api key 37): more partitions for topics. Brokers pass the request on to the controller (KIP-195).
 *
 * Errors are per topic. Keys that were hashed to a partition may go elsewhere afterwards.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible · v3 may answer THROTTLING_QUOTA_EXCEEDED (KIP-599)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, string } from '../schema/field.ts';

export const createPartitions = api(
  'CreatePartitions',
  { key: 37, versions: '0-3', flexible: '2+' },
  {
    request: () => ({
      topics: array('0+', {
        name: string('0+'),
        count: int32('0+', 'The new total.'),
        assignments: array(
          '0+',
          {
            brokerIds: array('0+', int32, 'The first is the preferred leader.'),
          },
          'One for each new partition; null to let the controller place them.',
          { nullable: '0+' },
        ),
      }),
      timeoutMs: int32('0+', 'How long the controller may take.'),
      validateOnly: bool('0+', 'Check and answer, but create nothing.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      results: array('0+', {
        name: string('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+', default: null }),
      }),
    }),
  },
);

export type CreatePartitionsRequest = ApiRequest<typeof createPartitions>;
export type CreatePartitionsResponse = ApiResponse<typeof createPartitions>;

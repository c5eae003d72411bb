/**
 * ElectLeaders (api key 43): the controller elects leaders anew: the preferred replica, or for want of one in sync any
 * that lives.
 *
 * An unclean election (1) may lose records that were acknowledged. Errors are per partition: ELECTION_NOT_NEEDED,
 * PREFERRED_LEADER_NOT_AVAILABLE, ELIGIBLE_LEADERS_NOT_AVAILABLE, … (KIP-183).
 *
 * v1 electionType, errorCode (KIP-460) · v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const electLeaders = api(
  'ElectLeaders',
  { key: 43, versions: '0-2', flexible: '2+' },
  {
    request: () => ({
      electionType: int8('1+', '0 preferred, 1 unclean.', { default: 0 }),
      topicPartitions: array(
        '0+',
        {
          topic: string('0+'),
          partitions: array('0+', int32),
        },
        'Null for all partitions; those that need no election are then not listed.',
        { nullable: '0+' },
      ),
      timeoutMs: int32('0+', 'How long the controller may take.', { default: 60000 }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('1+', 'About the request as a whole.', { default: 0 }),
      replicaElectionResults: array('0+', {
        topic: string('0+'),
        partitionResult: array('0+', {
          partitionId: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+' }),
        }),
      }),
    }),
  },
);

export type ElectLeadersRequest = ApiRequest<typeof electLeaders>;
export type ElectLeadersResponse = ApiResponse<typeof electLeaders>;

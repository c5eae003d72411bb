/**
 * UpdateRaftVoter (api key 82): a raft voter tells the leader its endpoints and supported kraft.version, when they are
 * not what the voter set says (KIP-853).
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, nested, string, uint16, uuid } from '../schema/field.ts';

export const updateRaftVoter = api(
  'UpdateRaftVoter',
  { key: 82, versions: '0', flexible: '0+' },
  {
    request: () => ({
      clusterId: string('0+', "Another cluster's is refused with INCONSISTENT_CLUSTER_ID; null skips the check.", {
        nullable: '0+',
      }),
      currentLeaderEpoch: int32('0+', 'To fence by.'),
      voterId: int32('0+'),
      voterDirectoryId: uuid('0+'),
      listeners: array(
        '0+',
        {
          name: string('0+'),
          host: string('0+'),
          port: uint16('0+'),
        },
        'Of the voter.',
      ),
      kRaftVersionFeature: nested(
        '0+',
        {
          minSupportedVersion: int16('0+'),
          maxSupportedVersion: int16('0+'),
        },
        'The kraft.version levels that the voter supports.',
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      currentLeader: nested(
        '0+',
        {
          leaderId: int32('0+', '-1 if unknown.', { default: -1 }),
          leaderEpoch: int32('0+', '-1 if unknown.', { default: -1 }),
          host: string('0+'),
          port: int32('0+'),
        },
        'Whom to ask, if not the receiver.',
        { tag: 0 },
      ),
    }),
  },
);

export type UpdateRaftVoterRequest = ApiRequest<typeof updateRaftVoter>;
export type UpdateRaftVoterResponse = ApiResponse<typeof updateRaftVoter>;

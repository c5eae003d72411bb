/**
 * JoinGroup (api key 11): a consumer enters a classic group, or enters it anew when the group rebalances.
 *
 * The group coordinator holds all answers until every member has asked or the rebalance timeout has passed; then a new
 * generation begins. One member becomes leader: it alone gets the members and their metadata, assigns by the chosen
 * protocol and hands the result in with SyncGroup. The metadata is opaque to the broker; consumers send a
 * ConsumerProtocolSubscription.
 *
 * v1 rebalanceTimeoutMs (KIP-62) · v2 throttleTimeMs · v3 throttled after the answer (KIP-219) · v4 a dynamic member
 * without id is answered MEMBER_ID_REQUIRED and an id to ask again with (KIP-394) · v5 groupInstanceId (KIP-345) ·
 * v6 flexible · v7 protocolType (KIP-559) · v8 reason (KIP-800) · v9 skipAssignment (KIP-814)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, bytes, int16, int32, string } from '../schema/field.ts';

export const joinGroup = api(
  'JoinGroup',
  { key: 11, versions: '0-9', flexible: '6+' },
  {
    request: () => ({
      groupId: string('0+'),
      sessionTimeoutMs: int32('0+', 'Without a heartbeat for so long, the member is taken for dead.'),
      rebalanceTimeoutMs: int32('1+', 'How long a rebalance waits for this member; -1 (v0) for the session timeout.', {
        default: -1,
        ignorable: true,
      }),
      memberId: string('0+', 'Empty on the first try.'),
      groupInstanceId: string(
        '5+',
        'Static member id, or null; with it, a restart takes the old place without a rebalance.',
        { nullable: '5+', default: null },
      ),
      protocolType: string('0+', '`consumer`, `connect` or whatever the members agree on; the first one decides.'),
      protocols: array(
        '0+',
        {
          name: string('0+', 'Of the assignor, such as `range`.'),
          metadata: bytes('0+'),
        },
        'By preference; the coordinator picks one that all members have.',
      ),
      reason: string('8+', "Why, for the coordinator's log.", { nullable: '8+', default: null, ignorable: true }),
    }),
    response: () => ({
      throttleTimeMs: int32('2+', { ignorable: true }),
      errorCode: int16('0+'),
      generationId: int32('0+', '-1 with an error.', { default: -1 }),
      protocolType: string('7+', { nullable: '7+', default: null, ignorable: true }),
      protocolName: string('0+', 'The one picked; null or, before v7, empty with an error.', { nullable: '7+' }),
      leader: string('0+', 'Member id of the leader.'),
      skipAssignment: bool(
        '9+',
        'The leader is a returning static member: it sends no assignment, the old one stays.',
        { default: false },
      ),
      memberId: string('0+', 'The one to use from now on.'),
      members: array(
        '0+',
        {
          memberId: string('0+'),
          groupInstanceId: string('5+', { nullable: '5+', default: null, ignorable: true }),
          metadata: bytes('0+', 'What that member sent for the picked protocol.'),
        },
        'For the leader alone; empty for the others.',
      ),
    }),
  },
);

export type JoinGroupRequest = ApiRequest<typeof joinGroup>;
export type JoinGroupResponse = ApiResponse<typeof joinGroup>;

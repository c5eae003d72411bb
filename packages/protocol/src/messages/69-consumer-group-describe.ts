/**
 * ConsumerGroupDescribe (api key 69): state, members and assignments of consumer groups, from their coordinator
 * (KIP-848).
 *
 * Errors are per group. If the principal may not describe a topic that the group uses, the whole group answers
 * TOPIC_AUTHORIZATION_FAILED.
 *
 * v1 memberType (KIP-1099)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, nested, string, struct, uuid } from '../schema/field.ts';

export const consumerGroupDescribe = api(
  'ConsumerGroupDescribe',
  { key: 69, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      groupIds: array('0+', string),
      includeAuthorizedOperations: bool('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      groups: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+', default: null }),
        groupId: string('0+'),
        groupState: string('0+', 'Empty, Assigning, Reconciling, Stable or Dead; may be empty with an error.'),
        groupEpoch: int32('0+', 'Rises with every change of members, subscriptions or topics.'),
        assignmentEpoch: int32('0+', 'Group epoch that the target assignment was made for.'),
        assignorName: string('0+'),
        members: array('0+', {
          memberId: string('0+'),
          instanceId: string('0+', 'Static member id, or null.', { nullable: '0+', default: null }),
          rackId: string('0+', { nullable: '0+', default: null }),
          memberEpoch: int32('0+'),
          clientId: string('0+'),
          clientHost: string('0+'),
          subscribedTopicNames: array('0+', string),
          subscribedTopicRegex: string('0+', 'Null if there is none.', { nullable: '0+', default: null }),
          assignment: nested('0+', assignment(), 'What the member holds.'),
          targetAssignment: nested('0+', assignment(), 'What it shall hold.'),
          memberType: int8('1+', '0 speaks the classic protocol, 1 the consumer protocol; -1 if unknown.', {
            default: -1,
            ignorable: true,
          }),
        }),
        authorizedOperations: int32('0+', 'Bit field of ACL operations; -2147483648 if not asked.', {
          default: -2147483648,
        }),
      }),
    }),
  },
);

export type ConsumerGroupDescribeRequest = ApiRequest<typeof consumerGroupDescribe>;
export type ConsumerGroupDescribeResponse = ApiResponse<typeof consumerGroupDescribe>;

function topicPartitions() {
  return struct('TopicPartitions', {
    topicId: uuid('0+'),
    topicName: string('0+'),
    partitions: array('0+', int32),
  });
}

function assignment() {
  return struct('Assignment', {
    topicPartitions: array('0+', topicPartitions()),
  });
}

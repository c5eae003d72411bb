/**
 * ShareGroupDescribe (api key 77): state, members and assignments of share groups, from their coordinator (KIP-932).
 *
 * Errors are per group. v0 was early access in Kafka 4.0.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, nested, string, struct, uuid } from '../schema/field.ts';

export const shareGroupDescribe = api(
  'ShareGroupDescribe',
  { key: 77, versions: '1', flexible: '0+' },
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
        groupState: string('0+', 'Empty, Stable or Dead; may be empty with an error.'),
        groupEpoch: int32('0+', 'Rises with every change of members, subscriptions or topics.'),
        assignmentEpoch: int32('0+', 'Group epoch that the assignment was made for.'),
        assignorName: string('0+'),
        members: array('0+', {
          memberId: string('0+'),
          rackId: string('0+', { nullable: '0+', default: null }),
          memberEpoch: int32('0+'),
          clientId: string('0+'),
          clientHost: string('0+'),
          subscribedTopicNames: array('0+', string),
          assignment: nested('0+', assignment()),
        }),
        authorizedOperations: int32('0+', 'Bit field of ACL operations; -2147483648 if not asked.', {
          default: -2147483648,
        }),
      }),
    }),
  },
);

export type ShareGroupDescribeRequest = ApiRequest<typeof shareGroupDescribe>;
export type ShareGroupDescribeResponse = ApiResponse<typeof shareGroupDescribe>;

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

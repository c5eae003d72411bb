/**
 * CreateTopics (api key 19): new topics. Brokers pass the request on to the controller (KIP-590).
 *
 * Errors are per topic. With an error nothing of that topic exists; with `validateOnly` nothing does in any case. A
 * success means that the controller has decided: brokers may learn of it a little later.
 *
 * v3 throttled after the answer (KIP-219) · v4 numPartitions and replicationFactor may be -1 without
 * assignments (KIP-464) · v5 topicConfigErrorCode, numPartitions, replicationFactor, configs, flexible (KIP-525) ·
 * v6 may answer THROTTLING_QUOTA_EXCEEDED (KIP-599) · v7 topicId (KIP-516)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string, uuid } from '../schema/field.ts';

export const createTopics = api(
  'CreateTopics',
  { key: 19, versions: '2-7', flexible: '5+' },
  {
    request: () => ({
      topics: array('0+', {
        name: string('0+'),
        numPartitions: int32('0+', "-1 for the broker's default, and with manual assignments."),
        replicationFactor: int16('0+', "-1 for the broker's default, and with manual assignments."),
        assignments: array(
          '0+',
          {
            partitionIndex: int32('0+'),
            brokerIds: array('0+', int32, 'The first is the preferred leader.'),
          },
          'Replicas by hand for every partition; empty to let the controller place them.',
        ),
        configs: array('0+', {
          name: string('0+'),
          value: string('0+', 'Null is refused.', { nullable: '0+' }),
        }),
      }),
      timeoutMs: int32('0+', 'How long the controller may take.', { default: 60000 }),
      validateOnly: bool('1+', 'Check and answer, but create nothing.', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('2+', { ignorable: true }),
      topics: array('0+', {
        name: string('0+'),
        topicId: uuid('7+', { ignorable: true }),
        errorCode: int16('0+'),
        errorMessage: string('1+', { nullable: '0+', ignorable: true }),
        topicConfigErrorCode: int16(
          '5+',
          'TOPIC_AUTHORIZATION_FAILED where the principal may not read the configs: they are left out.',
          { tag: 0, ignorable: true },
        ),
        numPartitions: int32('5+', '-1 with an error or without leave to read configs.', {
          default: -1,
          ignorable: true,
        }),
        replicationFactor: int16('5+', '-1 with an error or without leave to read configs.', {
          default: -1,
          ignorable: true,
        }),
        configs: array(
          '5+',
          {
            name: string('5+'),
            value: string('5+', 'Null if sensitive.', { nullable: '5+' }),
            readOnly: bool('5+'),
            configSource: int8('5+', 'As in DescribeConfigs; -1 if unknown.', { default: -1, ignorable: true }),
            isSensitive: bool('5+'),
          },
          'All configs in force, defaults too; null or empty without leave to read them.',
          { nullable: '5+', ignorable: true },
        ),
      }),
    }),
  },
);

export type CreateTopicsRequest = ApiRequest<typeof createTopics>;
export type CreateTopicsResponse = ApiResponse<typeof createTopics>;

/**
 * DeleteTopics (api key 20): topics go, by name or by id. Brokers pass the request on to the controller.
 *
 * Errors are per topic. With delete.topic.enable off, v3 and up answer TOPIC_DELETION_DISABLED.
 *
 * v2 throttled after the answer (KIP-219) · v3 may answer TOPIC_DELETION_DISABLED (KIP-322) · v4 flexible ·
 * v5 errorMessage, may answer THROTTLING_QUOTA_EXCEEDED (KIP-599) · v6 topics, topicId, without topicNames (KIP-516)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, string, uuid } from '../schema/field.ts';

export const deleteTopics = api(
  'DeleteTopics',
  { key: 20, versions: '1-6', flexible: '4+' },
  {
    request: () => ({
      topics: array(
        '6+',
        {
          name: string('6+', 'Null to name the topic by id.', { nullable: '6+', default: null }),
          topicId: uuid('6+', 'Zero to name the topic by name.'),
        },
        { default: [] },
      ),
      topicNames: array('0-5', string, { ignorable: true }),
      timeoutMs: int32('0+', 'How long the controller may take.'),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      responses: array('0+', {
        name: string('0+', 'Null for an unknown id, or one that the principal may not describe.', { nullable: '6+' }),
        topicId: uuid('6+', { ignorable: true }),
        errorCode: int16('0+'),
        errorMessage: string('5+', { nullable: '5+', default: null, ignorable: true }),
      }),
    }),
  },
);

export type DeleteTopicsRequest = ApiRequest<typeof deleteTopics>;
export type DeleteTopicsResponse = ApiResponse<typeof deleteTopics>;

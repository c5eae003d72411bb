/**
 * DeleteTopics (api key 20): @DOC
 *
 * v4 flexible · v5 errorMessage · v6 topics, topicId, without topicNames
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
          name: string('6+', { nullable: '6+', default: null }),
          topicId: uuid('6+'),
        },
        { default: [] },
      ),
      topicNames: array('0-5', string, { ignorable: true }),
      timeoutMs: int32('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      responses: array('0+', {
        name: string('0+', { nullable: '6+' }),
        topicId: uuid('6+', { ignorable: true }),
        errorCode: int16('0+'),
        errorMessage: string('5+', { nullable: '5+', default: null, ignorable: true }),
      }),
    }),
  },
);

export type DeleteTopicsRequest = ApiRequest<typeof deleteTopics>;
export type DeleteTopicsResponse = ApiResponse<typeof deleteTopics>;

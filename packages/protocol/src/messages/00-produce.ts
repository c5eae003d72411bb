/**
 * Produce (api key 0): @DOC
 *
 * v5 logStartOffset · v8 recordErrors, errorMessage · v9 flexible · v10 currentLeader, nodeEndpoints · v13
 * topicId, without name
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, nested, records, string, uuid } from '../schema/field.ts';

export const produce = api(
  'Produce',
  { key: 0, versions: '3-13', flexible: '9+' },
  {
    request: () => ({
      transactionalId: string('3+', { nullable: '3+', default: null }),
      acks: int16('0+'),
      timeoutMs: int32('0+'),
      topicData: array('0+', {
        name: string('0-12', { ignorable: true }),
        topicId: uuid('13+', { ignorable: true }),
        partitionData: array('0+', {
          index: int32('0+'),
          records: records('0+'),
        }),
      }),
    }),
    response: () => ({
      responses: array('0+', {
        name: string('0-12', { ignorable: true }),
        topicId: uuid('13+', { ignorable: true }),
        partitionResponses: array('0+', {
          index: int32('0+'),
          errorCode: int16('0+'),
          baseOffset: int53('0+'),
          logAppendTimeMs: int53('2+', { default: -1, ignorable: true }),
          logStartOffset: int53('5+', { default: -1, ignorable: true }),
          recordErrors: array(
            '8+',
            {
              batchIndex: int32('8+'),
              batchIndexErrorMessage: string('8+', { nullable: '8+', default: null }),
            },
            { ignorable: true },
          ),
          errorMessage: string('8+', { nullable: '8+', default: null, ignorable: true }),
          currentLeader: nested(
            '10+',
            {
              leaderId: int32('10+', { default: -1 }),
              leaderEpoch: int32('10+', { default: -1 }),
            },
            { tag: 0 },
          ),
        }),
      }),
      throttleTimeMs: int32('1+', { default: 0, ignorable: true }),
      nodeEndpoints: array(
        '10+',
        {
          nodeId: int32('10+'),
          host: string('10+'),
          port: int32('10+'),
          rack: string('10+', { nullable: '10+', default: null }),
        },
        { tag: 0 },
      ),
    }),
  },
);

export type ProduceRequest = ApiRequest<typeof produce>;
export type ProduceResponse = ApiResponse<typeof produce>;

/**
 * DescribeTransactions (api key 65): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string } from '../schema/field.ts';

export const describeTransactions = api(
  'DescribeTransactions',
  { key: 65, versions: '0', flexible: '0+' },
  {
    request: () => ({
      transactionalIds: array('0+', string),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      transactionStates: array('0+', {
        errorCode: int16('0+'),
        transactionalId: string('0+'),
        transactionState: string('0+'),
        transactionTimeoutMs: int32('0+'),
        transactionStartTimeMs: int53('0+'),
        producerId: int53('0+'),
        producerEpoch: int16('0+'),
        topics: array('0+', {
          topic: string('0+'),
          partitions: array('0+', int32),
        }),
      }),
    }),
  },
);

export type DescribeTransactionsRequest = ApiRequest<typeof describeTransactions>;
export type DescribeTransactionsResponse = ApiResponse<typeof describeTransactions>;

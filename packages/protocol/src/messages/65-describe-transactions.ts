/**
 * DescribeTransactions (api key 65): the transactions of given ids, from their coordinator (KIP-664).
 *
 * Errors are per id, such as TRANSACTIONAL_ID_NOT_FOUND.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string } from '../schema/field.ts';

export const describeTransactions = api(
  'DescribeTransactions',
  { key: 65, versions: '0', flexible: '0+' },
  {
    request: () => ({
      transactionalIds: array('0+', string, 'Empty for none.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      transactionStates: array('0+', {
        errorCode: int16('0+'),
        transactionalId: string('0+'),
        transactionState: string('0+', 'Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort, …'),
        transactionTimeoutMs: int32('0+'),
        transactionStartTimeMs: int53('0+', 'Unix milliseconds; -1 if none has begun.'),
        producerId: int53('0+'),
        producerEpoch: int16('0+'),
        topics: array(
          '0+',
          {
            topic: string('0+'),
            partitions: array('0+', int32),
          },
          'Partitions in the transaction; while it ends, those whose marker is still missing.',
        ),
      }),
    }),
  },
);

export type DescribeTransactionsRequest = ApiRequest<typeof describeTransactions>;
export type DescribeTransactionsResponse = ApiResponse<typeof describeTransactions>;

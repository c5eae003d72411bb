/**
 * ListTransactions (api key 66): the transactions that the asked broker coordinates; to know all, ask every broker
 * (KIP-664).
 *
 * v1 durationFilter (KIP-994) · v2 transactionalIdPattern, may answer INVALID_REGULAR_EXPRESSION (KIP-1152)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string } from '../schema/field.ts';

export const listTransactions = api(
  'ListTransactions',
  { key: 66, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      stateFilters: array('0+', string, 'Names as in DescribeTransactions; empty for all.'),
      producerIdFilters: array('0+', int53, 'Empty for all.'),
      durationFilter: int53('1+', 'Open for longer than so many milliseconds; below 0 for all.', {
        default: -1,
        saturates: true,
      }),
      transactionalIdPattern: string('2+', 'A regular expression (RE2) for the id; null or empty for all.', {
        nullable: '2+',
        default: null,
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      unknownStateFilters: array('0+', string, 'Names in the filter that this broker does not know.'),
      transactionStates: array('0+', {
        transactionalId: string('0+'),
        producerId: int53('0+'),
        transactionState: string('0+', 'As in DescribeTransactions.'),
      }),
    }),
  },
);

export type ListTransactionsRequest = ApiRequest<typeof listTransactions>;
export type ListTransactionsResponse = ApiResponse<typeof listTransactions>;

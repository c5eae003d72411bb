/**
 * ListTransactions (api key 66): @DOC
 *
 * v1 durationFilter · v2 transactionalIdPattern
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string } from '../schema/field.ts';

export const listTransactions = api(
  'ListTransactions',
  { key: 66, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      stateFilters: array('0+', string),
      producerIdFilters: array('0+', int53),
      durationFilter: int53('1+', { default: -1, saturates: true }),
      transactionalIdPattern: string('2+', { nullable: '2+', default: null }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      unknownStateFilters: array('0+', string),
      transactionStates: array('0+', {
        transactionalId: string('0+'),
        producerId: int53('0+'),
        transactionState: string('0+'),
      }),
    }),
  },
);

export type ListTransactionsRequest = ApiRequest<typeof listTransactions>;
export type ListTransactionsResponse = ApiResponse<typeof listTransactions>;

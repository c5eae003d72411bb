/**
 * DescribeProducers (api key 61): the producers that a partition leader keeps state of, to find transactions that hang
 * (KIP-664).
 *
 * Errors are per partition.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, string } from '../schema/field.ts';

export const describeProducers = api(
  'DescribeProducers',
  { key: 61, versions: '0', flexible: '0+' },
  {
    request: () => ({
      topics: array('0+', {
        name: string('0+'),
        partitionIndexes: array('0+', int32),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+', default: null }),
          activeProducers: array('0+', {
            producerId: int53('0+'),
            producerEpoch: int32('0+', 'An int16 elsewhere; -1 if unknown.'),
            lastSequence: int32('0+', '-1 if it has only written markers.', { default: -1 }),
            lastTimestamp: int53('0+', 'Of its last batch, in Unix milliseconds; -1 if unknown.', { default: -1 }),
            coordinatorEpoch: int32('0+', 'Of the coordinator that wrote its last marker; -1 if there was none.'),
            currentTxnStartOffset: int53('0+', '-1 without an open transaction.', { default: -1 }),
          }),
        }),
      }),
    }),
  },
);

export type DescribeProducersRequest = ApiRequest<typeof describeProducers>;
export type DescribeProducersResponse = ApiResponse<typeof describeProducers>;

/**
 * WriteTxnMarkers (api key 27): @DOC
 *
 * v2 transactionVersion
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, int8, string } from '../schema/field.ts';

export const writeTxnMarkers = api(
  'WriteTxnMarkers',
  { key: 27, versions: '1-2', flexible: '1+' },
  {
    request: () => ({
      markers: array('0+', {
        producerId: int53('0+'),
        producerEpoch: int16('0+'),
        transactionResult: bool('0+'),
        topics: array('0+', {
          name: string('0+'),
          partitionIndexes: array('0+', int32),
        }),
        coordinatorEpoch: int32('0+'),
        transactionVersion: int8('2+', { default: 0, ignorable: true }),
      }),
    }),
    response: () => ({
      markers: array('0+', {
        producerId: int53('0+'),
        topics: array('0+', {
          name: string('0+'),
          partitions: array('0+', {
            partitionIndex: int32('0+'),
            errorCode: int16('0+'),
          }),
        }),
      }),
    }),
  },
);

export type WriteTxnMarkersRequest = ApiRequest<typeof writeTxnMarkers>;
export type WriteTxnMarkersResponse = ApiResponse<typeof writeTxnMarkers>;

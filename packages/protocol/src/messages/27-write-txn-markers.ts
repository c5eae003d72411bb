/**
 * WriteTxnMarkers (api key 27): the transaction coordinator has commit or abort markers written by the leaders of a
 * transaction's partitions.
 *
 * Among brokers, and from an administrator who aborts a hanging transaction (KIP-664). Errors are per marker and
 * partition. A marker in `__consumer_offsets` makes the offsets that the transaction committed visible, or drops them.
 *
 * v1 flexible · v2 transactionVersion (KIP-1228)
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
        transactionResult: bool('0+', 'True for a commit, false for an abort.'),
        topics: array('0+', {
          name: string('0+'),
          partitionIndexes: array('0+', int32),
        }),
        coordinatorEpoch: int32(
          '0+',
          "Leader epoch of the coordinator's partition: a marker of a deposed one is refused.",
        ),
        transactionVersion: int8(
          '2+',
          "From 2 on the marker's epoch must be above the producer's last, not just equal (KIP-890).",
          { default: 0, ignorable: true },
        ),
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

/**
 * AlterPartition (api key 56): @DOC
 *
 * v3 newIsrWithEpochs, without newIsr
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, int8, uuid } from '../schema/field.ts';

export const alterPartition = api(
  'AlterPartition',
  { key: 56, versions: '2-3', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
      brokerEpoch: int53('0+', { default: -1 }),
      topics: array('0+', {
        topicId: uuid('2+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          leaderEpoch: int32('0+'),
          newIsr: array('0-2', int32, { default: [] }),
          newIsrWithEpochs: array(
            '3+',
            {
              brokerId: int32('3+'),
              brokerEpoch: int53('3+', { default: -1 }),
            },
            { default: [] },
          ),
          leaderRecoveryState: int8('1+', { default: 0 }),
          partitionEpoch: int32('0+'),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      topics: array('0+', {
        topicId: uuid('2+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          leaderId: int32('0+'),
          leaderEpoch: int32('0+'),
          isr: array('0+', int32),
          leaderRecoveryState: int8('1+', { default: 0, ignorable: true }),
          partitionEpoch: int32('0+'),
        }),
      }),
    }),
  },
);

export type AlterPartitionRequest = ApiRequest<typeof alterPartition>;
export type AlterPartitionResponse = ApiResponse<typeof alterPartition>;

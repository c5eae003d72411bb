/**
 * AlterPartition (api key 56): a partition leader asks the controller for another in-sync set, or says that it has
 * recovered (KIP-497).
 *
 * Refused where the leader's knowledge is old: FENCED_LEADER_EPOCH, INVALID_UPDATE_VERSION (partition epoch),
 * STALE_BROKER_EPOCH, and INELIGIBLE_REPLICA if a member is fenced or shutting down. Errors are per partition; an
 * answer without error carries the new state. NEW_LEADER_ELECTED says that the set was accepted and made another the
 * leader.
 *
 * v3 newIsrWithEpochs, without newIsr (KIP-903)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, int8, uuid } from '../schema/field.ts';

export const alterPartition = api(
  'AlterPartition',
  { key: 56, versions: '2-3', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
      brokerEpoch: int53('0+', "From the broker's registration.", { default: -1 }),
      topics: array('0+', {
        topicId: uuid('2+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          leaderEpoch: int32('0+'),
          newIsr: array('0-2', int32, 'Broker ids.', { default: [] }),
          newIsrWithEpochs: array(
            '3+',
            {
              brokerId: int32('3+'),
              brokerEpoch: int53(
                '3+',
                'What the follower fetched with: a restarted one is not let in by mistake. -1 skips the check.',
                { default: -1 },
              ),
            },
            { default: [] },
          ),
          leaderRecoveryState: int8('1+', '0 recovered, 1 recovering from an unclean election (KIP-704).', {
            default: 0,
          }),
          partitionEpoch: int32('0+', 'The state that the change is based on.'),
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
          leaderRecoveryState: int8('1+', 'As in the request.', { default: 0, ignorable: true }),
          partitionEpoch: int32('0+', 'Counts the changes of the partition.'),
        }),
      }),
    }),
  },
);

export type AlterPartitionRequest = ApiRequest<typeof alterPartition>;
export type AlterPartitionResponse = ApiResponse<typeof alterPartition>;

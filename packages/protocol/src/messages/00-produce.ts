/**
 * Produce (api key 0): record batches from a producer to the leader of each partition.
 *
 * Errors are per partition: one refused batch never fails its neighbours. With `acks` 0 there is no response at all,
 * and a broker that must refuse closes the connection. Batches of an idempotent producer carry its id, epoch and
 * sequence, so a retry is answered with the offset of the first write instead of being written twice.
 *
 * ApiVersions announces v0 too, for librdkafka's sake; v0 to v2 are refused.
 *
 * v4 may answer KAFKA_STORAGE_ERROR · v5 logStartOffset · v7 zstd allowed (KIP-110) · v8 recordErrors,
 * errorMessage (KIP-467) · v9 flexible · v10 currentLeader, nodeEndpoints (KIP-951) · v11 may answer
 * TRANSACTION_ABORTABLE (KIP-890) · v12 adds its partitions to the transaction by itself, without
 * AddPartitionsToTxn (KIP-890) · v13 topicId, without name (KIP-516)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, nested, records, string, uuid } from '../schema/field.ts';

export const produce = api(
  'Produce',
  { key: 0, versions: '3-13', flexible: '9+' },
  {
    request: () => ({
      transactionalId: string(
        '3+',
        'Whose transaction the batches belong to, for authorization; null outside of transactions.',
        { nullable: '3+', default: null },
      ),
      acks: int16('0+', '0: no answer. 1: once the leader has written. -1: once every in-sync replica has.'),
      timeoutMs: int32('0+', 'How long the leader may wait for the in-sync replicas, with acks -1.'),
      topicData: array('0+', {
        name: string('0-12', { ignorable: true }),
        topicId: uuid('13+', { ignorable: true }),
        partitionData: array('0+', {
          index: int32('0+'),
          records: records('0+', 'Batches of format v2; the broker accepts exactly one.'),
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
          baseOffset: int53('0+', 'Offset given to the first record; -1 with an error.'),
          logAppendTimeMs: int53(
            '2+',
            "Broker time of the append; -1 where the topic keeps the producer's timestamps.",
            { default: -1, ignorable: true },
          ),
          logStartOffset: int53(
            '5+',
            'Tells records that retention removed from records that were lost; -1 if unknown.',
            { default: -1, ignorable: true },
          ),
          recordErrors: array(
            '8+',
            {
              batchIndex: int32('8+', 'Place of the record in the batch, from 0.'),
              batchIndexErrorMessage: string('8+', { nullable: '8+', default: null }),
            },
            'The records for which the whole batch was refused.',
            { ignorable: true },
          ),
          errorMessage: string('8+', 'What the refused records have in common.', {
            nullable: '8+',
            default: null,
            ignorable: true,
          }),
          currentLeader: nested(
            '10+',
            {
              leaderId: int32('10+', '-1 if unknown.', { default: -1 }),
              leaderEpoch: int32('10+', '-1 if unknown.', { default: -1 }),
            },
            'Given with NOT_LEADER_OR_FOLLOWER, to spare a Metadata request.',
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
        'Addresses of the leaders named above.',
        { tag: 0 },
      ),
    }),
  },
);

export type ProduceRequest = ApiRequest<typeof produce>;
export type ProduceResponse = ApiResponse<typeof produce>;

/**
 * ListOffsets (api key 2): the offset that belongs to a timestamp, or to a place in the log such as its end. Asked of
 * the partition leader.
 *
 * With `isolationLevel` READ_COMMITTED the end of the log is the last stable offset. Errors are per partition.
 *
 * v2 isolationLevel, throttleTimeMs (KIP-98) · v3 throttled after the answer (KIP-219) · v4 currentLeaderEpoch,
 * leaderEpoch (KIP-320) · v5 may answer OFFSET_NOT_AVAILABLE (KIP-207) · v6 flexible · v7 timestamp -3 (KIP-734) ·
 * v8 -4 (KIP-405) · v9 -5 (KIP-1005) · v10 timeoutMs (KIP-1075) · v11 -6 (KIP-1023)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, int8, string } from '../schema/field.ts';

export const listOffsets = api(
  'ListOffsets',
  { key: 2, versions: '1-11', flexible: '6+' },
  {
    request: () => ({
      replicaId: int32('0+', 'Broker id of a follower; -1 for a consumer, -2 for a debugging consumer.'),
      isolationLevel: int8('2+', '0 READ_UNCOMMITTED, 1 READ_COMMITTED.', { default: 0 }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          currentLeaderEpoch: int32('4+', 'The leader epoch that the caller knows, to fence by; -1 for none.', {
            default: -1,
            ignorable: true,
          }),
          timestamp: int53(
            '0+',
            '-1 end, -2 start, -3 newest record, -4 local start, -5 last tiered, -6 first not yet tiered.',
            { saturates: true },
          ),
        }),
      }),
      timeoutMs: int32('10+', 'For what must be looked up in tiered storage.', { ignorable: true }),
    }),
    response: () => ({
      throttleTimeMs: int32('2+', { ignorable: true }),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          timestamp: int53('1+', 'Of the record found; -1 if none was sought or found.', {
            default: -1,
            saturates: true,
          }),
          offset: int53('1+', 'First record not older than the timestamp; -1 if there is none.', { default: -1 }),
          leaderEpoch: int32('4+', 'Epoch of the record found; -1 if unknown.', { default: -1 }),
        }),
      }),
    }),
  },
);

export type ListOffsetsRequest = ApiRequest<typeof listOffsets>;
export type ListOffsetsResponse = ApiResponse<typeof listOffsets>;

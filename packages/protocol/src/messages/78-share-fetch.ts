/**
 * ShareFetch (api key 78): @DOC
 *
 * v1 without partitionMaxBytes · v2 shareAcquireMode, isRenewAck
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, int8, nested, records, string, uuid } from '../schema/field.ts';

export const shareFetch = api(
  'ShareFetch',
  { key: 78, versions: '1-2', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+', { nullable: '0+', default: null }),
      memberId: string('0+', { nullable: '0+' }),
      shareSessionEpoch: int32('0+'),
      maxWaitMs: int32('0+'),
      minBytes: int32('0+'),
      maxBytes: int32('0+', { default: 2147483647 }),
      maxRecords: int32('1+'),
      batchSize: int32('1+'),
      shareAcquireMode: int8('2+', { default: 0, ignorable: true }),
      isRenewAck: bool('2+', { default: false }),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          partitionMaxBytes: int32('0', { default: 0 }),
          acknowledgementBatches: array('0+', {
            firstOffset: int53('0+', { saturates: true }),
            lastOffset: int53('0+', { saturates: true }),
            acknowledgeTypes: array('0+', int8),
          }),
        }),
      }),
      forgottenTopicsData: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', int32),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      acquisitionLockTimeoutMs: int32('1+'),
      responses: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+', default: null }),
          acknowledgeErrorCode: int16('0+'),
          acknowledgeErrorMessage: string('0+', { nullable: '0+', default: null }),
          currentLeader: nested('0+', {
            leaderId: int32('0+'),
            leaderEpoch: int32('0+'),
          }),
          records: records('0+'),
          acquiredRecords: array('0+', {
            firstOffset: int53('0+'),
            lastOffset: int53('0+'),
            deliveryCount: int16('0+'),
          }),
        }),
      }),
      nodeEndpoints: array('0+', {
        nodeId: int32('0+'),
        host: string('0+'),
        port: int32('0+'),
        rack: string('0+', { nullable: '0+', default: null }),
      }),
    }),
  },
);

export type ShareFetchRequest = ApiRequest<typeof shareFetch>;
export type ShareFetchResponse = ApiResponse<typeof shareFetch>;

/**
 * ShareAcknowledge (api key 79): @DOC
 *
 * v2 isRenewAck, acquisitionLockTimeoutMs
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, int8, nested, string, uuid } from '../schema/field.ts';

export const shareAcknowledge = api(
  'ShareAcknowledge',
  { key: 79, versions: '1-2', flexible: '0+' },
  {
    request: () => ({
      groupId: string('0+', { nullable: '0+', default: null }),
      memberId: string('0+', { nullable: '0+' }),
      shareSessionEpoch: int32('0+'),
      isRenewAck: bool('2+', { default: false }),
      topics: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          acknowledgementBatches: array('0+', {
            firstOffset: int53('0+', { saturates: true }),
            lastOffset: int53('0+', { saturates: true }),
            acknowledgeTypes: array('0+', int8),
          }),
        }),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      acquisitionLockTimeoutMs: int32('2+', { ignorable: true }),
      responses: array('0+', {
        topicId: uuid('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+', default: null }),
          currentLeader: nested('0+', {
            leaderId: int32('0+'),
            leaderEpoch: int32('0+'),
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

export type ShareAcknowledgeRequest = ApiRequest<typeof shareAcknowledge>;
export type ShareAcknowledgeResponse = ApiResponse<typeof shareAcknowledge>;

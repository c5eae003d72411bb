/**
 * Fetch (api key 1): @DOC
 *
 * v5 logStartOffset · v7 sessionId, sessionEpoch, forgottenTopicsData, errorCode · v9 currentLeaderEpoch · v11
 * rackId, preferredReadReplica · v12 clusterId, lastFetchedEpoch, divergingEpoch, currentLeader, snapshotId,
 * flexible · v13 topicId, without topic · v15 replicaState, without replicaId · v16 nodeEndpoints · v17
 * replicaDirectoryId · v18 highWatermark
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, int8, nested, records, string, uuid } from '../schema/field.ts';

export const fetch = api(
  'Fetch',
  { key: 1, versions: '4-18', flexible: '12+' },
  {
    request: () => ({
      clusterId: string('12+', { nullable: '12+', default: null, tag: 0, ignorable: true }),
      replicaId: int32('0-14', { default: -1 }),
      replicaState: nested(
        '15+',
        {
          replicaId: int32('15+', { default: -1 }),
          replicaEpoch: int53('15+', { default: -1 }),
        },
        { tag: 1 },
      ),
      maxWaitMs: int32('0+'),
      minBytes: int32('0+'),
      maxBytes: int32('3+', { default: 2147483647, ignorable: true }),
      isolationLevel: int8('4+', { default: 0, ignorable: true }),
      sessionId: int32('7+', { default: 0, ignorable: true }),
      sessionEpoch: int32('7+', { default: -1, ignorable: true }),
      topics: array('0+', {
        topic: string('0-12', { ignorable: true }),
        topicId: uuid('13+', { ignorable: true }),
        partitions: array('0+', {
          partition: int32('0+'),
          currentLeaderEpoch: int32('9+', { default: -1, ignorable: true }),
          fetchOffset: int53('0+', { saturates: true }),
          lastFetchedEpoch: int32('12+', { default: -1 }),
          logStartOffset: int53('5+', { default: -1, ignorable: true, saturates: true }),
          partitionMaxBytes: int32('0+'),
          replicaDirectoryId: uuid('17+', { tag: 0, ignorable: true }),
          highWatermark: int53('18+', { default: Infinity, tag: 1, ignorable: true, saturates: true }),
        }),
      }),
      forgottenTopicsData: array(
        '7+',
        {
          topic: string('7-12', { ignorable: true }),
          topicId: uuid('13+', { ignorable: true }),
          partitions: array('7+', int32),
        },
        { default: [] },
      ),
      rackId: string('11+', { default: '', ignorable: true }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('7+', { ignorable: true }),
      sessionId: int32('7+', { default: 0 }),
      responses: array('0+', {
        topic: string('0-12', { ignorable: true }),
        topicId: uuid('13+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          highWatermark: int53('0+'),
          lastStableOffset: int53('4+', { default: -1, ignorable: true }),
          logStartOffset: int53('5+', { default: -1, ignorable: true }),
          divergingEpoch: nested(
            '12+',
            {
              epoch: int32('12+', { default: -1 }),
              endOffset: int53('12+', { default: -1 }),
            },
            { tag: 0 },
          ),
          currentLeader: nested(
            '12+',
            {
              leaderId: int32('12+', { default: -1 }),
              leaderEpoch: int32('12+', { default: -1 }),
            },
            { tag: 1 },
          ),
          snapshotId: nested(
            '12+',
            {
              endOffset: int53('0+', { default: -1 }),
              epoch: int32('0+', { default: -1 }),
            },
            { tag: 2 },
          ),
          abortedTransactions: array(
            '4+',
            {
              producerId: int53('4+'),
              firstOffset: int53('4+'),
            },
            { nullable: '4+', ignorable: true },
          ),
          preferredReadReplica: int32('11+', { default: -1 }),
          records: records('0+'),
        }),
      }),
      nodeEndpoints: array(
        '16+',
        {
          nodeId: int32('16+'),
          host: string('16+'),
          port: int32('16+'),
          rack: string('16+', { nullable: '16+', default: null }),
        },
        { tag: 0 },
      ),
    }),
  },
);

export type FetchRequest = ApiRequest<typeof fetch>;
export type FetchResponse = ApiResponse<typeof fetch>;

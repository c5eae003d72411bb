/**
 * Fetch (api key 1): records from a partition leader, to consumers, to followers that replicate, and among raft voters
 * and observers.
 *
 * The broker waits until `minBytes` are there or `maxWaitMs` has passed. Partitions are served in the order of the
 * request; the first non-empty one gives at least one whole batch, whatever the byte limits (KIP-74). A follower's
 * fetch offset also tells the leader how far the follower is: in-sync replicas and high watermark follow from it.
 *
 * A session (KIP-227) lets a request name only what changed since the one before, and the response only partitions with
 * news. Errors are per partition; the top-level error is about the session or, in raft, the cluster.
 *
 * v5 logStartOffset (KIP-107) · v6 may answer KAFKA_STORAGE_ERROR (KIP-112) · v7 sessionId, sessionEpoch,
 * forgottenTopicsData, errorCode (KIP-227) · v8 throttled after the answer (KIP-219) ·
 * v9 currentLeaderEpoch (KIP-320) · v10 zstd allowed (KIP-110) · v11 rackId, preferredReadReplica (KIP-392) ·
 * v12 clusterId, lastFetchedEpoch, divergingEpoch, currentLeader, snapshotId, flexible (KIP-595, KIP-630) ·
 * v13 topicId, without topic (KIP-516) · v14 may answer OFFSET_MOVED_TO_TIERED_STORAGE (KIP-405) · v15 replicaState,
 * without replicaId (KIP-903) · v16 nodeEndpoints (KIP-951) · v17 replicaDirectoryId (KIP-853) ·
 * v18 highWatermark (KIP-1166)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int53, int8, nested, records, string, uuid } from '../schema/field.ts';

export const fetch = api(
  'Fetch',
  { key: 1, versions: '4-18', flexible: '12+' },
  {
    request: () => ({
      clusterId: string('12+', 'Raft alone: a node of another cluster is refused.', {
        nullable: '12+',
        default: null,
        tag: 0,
        ignorable: true,
      }),
      replicaId: int32(
        '0-14',
        'Broker id of a follower; -1 for a consumer, -2 for one that debugs and may read past the high watermark.',
        { default: -1 },
      ),
      replicaState: nested(
        '15+',
        {
          replicaId: int32('15+', 'As `replicaId` before v15.', { default: -1 }),
          replicaEpoch: int53('15+', "The follower's broker epoch; -1 if it has none.", { default: -1 }),
        },
        { tag: 1 },
      ),
      maxWaitMs: int32('0+'),
      minBytes: int32('0+'),
      maxBytes: int32('3+', 'Limit for the response as a whole; the first batch may exceed it.', {
        default: 2147483647,
        ignorable: true,
      }),
      isolationLevel: int8(
        '4+',
        '0 READ_UNCOMMITTED up to the high watermark; 1 READ_COMMITTED up to the last stable offset.',
        { default: 0, ignorable: true },
      ),
      sessionId: int32('7+', '0 without a session.', { default: 0, ignorable: true }),
      sessionEpoch: int32('7+', 'Counts the requests of the session; 0 opens a new one, -1 asks for all without one.', {
        default: -1,
        ignorable: true,
      }),
      topics: array(
        '0+',
        {
          topic: string('0-12', { ignorable: true }),
          topicId: uuid('13+', { ignorable: true }),
          partitions: array('0+', {
            partition: int32('0+'),
            currentLeaderEpoch: int32('9+', 'The leader epoch that the caller knows, to fence by; -1 for none.', {
              default: -1,
              ignorable: true,
            }),
            fetchOffset: int53('0+', 'First offset wanted; from a follower, where its log ends.', { saturates: true }),
            lastFetchedEpoch: int32('12+', 'Epoch of the last record the follower has; -1 for none or a consumer.', {
              default: -1,
            }),
            logStartOffset: int53('5+', "Where the follower's log begins; -1 for a consumer.", {
              default: -1,
              ignorable: true,
              saturates: true,
            }),
            partitionMaxBytes: int32('0+', 'The first batch of the response may exceed it.'),
            replicaDirectoryId: uuid('17+', 'Raft alone: with the replica id, it names a voter.', {
              tag: 0,
              ignorable: true,
            }),
            highWatermark: int53(
              '18+',
              'What a raft replica knows; a higher one is told at once. -1 unknown, Infinity unsupported.',
              { default: Infinity, tag: 1, ignorable: true, saturates: true },
            ),
          }),
        },
        'In a session: what is new or changed.',
      ),
      forgottenTopicsData: array(
        '7+',
        {
          topic: string('7-12', { ignorable: true }),
          topicId: uuid('13+', { ignorable: true }),
          partitions: array('7+', int32),
        },
        'What leaves the session.',
        { default: [] },
      ),
      rackId: string('11+', 'Where the consumer stands, to be sent to a near replica.', {
        default: '',
        ignorable: true,
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('7+', 'The session is unknown or its epoch wrong, or the cluster id differs.', {
        ignorable: true,
      }),
      sessionId: int32('7+', '0 if the broker keeps no session.', { default: 0 }),
      responses: array('0+', {
        topic: string('0-12', { ignorable: true }),
        topicId: uuid('13+', { ignorable: true }),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
          highWatermark: int53('0+', 'First offset that is not yet on all in-sync replicas; -1 with an error.'),
          lastStableOffset: int53(
            '4+',
            'First offset of the oldest open transaction, or the high watermark; -1 if unknown.',
            { default: -1, ignorable: true },
          ),
          logStartOffset: int53('5+', '-1 if unknown.', { default: -1, ignorable: true }),
          divergingEpoch: nested(
            '12+',
            {
              epoch: int32('12+', 'Newest epoch not above the one asked; -1 if nothing diverges.', { default: -1 }),
              endOffset: int53('12+', 'Where that epoch ends on the leader.', { default: -1 }),
            },
            "The follower's log differs: truncate to the end of this epoch and fetch again (KIP-595).",
            { tag: 0 },
          ),
          currentLeader: nested(
            '12+',
            {
              leaderId: int32('12+', '-1 if unknown.', { default: -1 }),
              leaderEpoch: int32('12+', '-1 if unknown.', { default: -1 }),
            },
            'Given with NOT_LEADER_OR_FOLLOWER and FENCED_LEADER_EPOCH, and by raft replicas.',
            { tag: 1 },
          ),
          snapshotId: nested(
            '12+',
            {
              endOffset: int53('0+', '-1 if no snapshot is needed.', { default: -1 }),
              epoch: int32('0+', { default: -1 }),
            },
            'Raft: the log no longer holds the offset; fetch this snapshot with FetchSnapshot (KIP-630).',
            { tag: 2 },
          ),
          abortedTransactions: array(
            '4+',
            {
              producerId: int53('4+'),
              firstOffset: int53('4+', "Skip the producer's records from here to its abort marker."),
            },
            'Whose records in this response to skip; null under READ_UNCOMMITTED.',
            { nullable: '4+', ignorable: true },
          ),
          preferredReadReplica: int32('11+', 'Fetch there from now on; -1 to stay with the leader.', { default: -1 }),
          records: records(
            '0+',
            'Whole batches, the last of which may be cut off; the first may begin before the offset asked.',
          ),
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
        'Addresses of the leaders named above.',
        { tag: 0 },
      ),
    }),
  },
);

export type FetchRequest = ApiRequest<typeof fetch>;
export type FetchResponse = ApiResponse<typeof fetch>;

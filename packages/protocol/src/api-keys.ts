/**
 * Every API of Kafka 4.4: what versions a node serves, what it advertises, and where.
 *
 * The table is the wire's contract; which of these a listener answers is the dispatcher's business.
 */
import { includes, NONE, type VersionRange } from './schema/versions.ts';

/** What a listener is for. */
export type ListenerType = 'broker' | 'controller';

export interface ApiRow {
  readonly key: number;
  /** As in the schema's name, `OffsetForLeaderEpoch`. */
  readonly name: string;
  /** Versions that can be decoded and answered; `NONE` for an API that Kafka 4 removed. */
  readonly versions: VersionRange;
  /**
   * Versions that an ApiVersions response lists. Departs from `versions` for Produce, where librdkafka
   * needs to see 0 (KAFKA-18659), and for an unstable latest version, which only `unstable.api.versions.enable` shows.
   */
  readonly advertised: VersionRange;
  /** From this version on headers and body are flexible (KIP-482); null when none is. */
  readonly firstFlexibleVersion: number | null;
  readonly listeners: readonly ListenerType[];
  /** Between nodes only: needs ClusterAction on the cluster. */
  readonly clusterAction: boolean;
  /** A broker passes it on to the active controller, in an Envelope. */
  readonly forwardable: boolean;
  readonly latestVersionUnstable: boolean;
}

interface ApiDefinition<Key extends number = number> extends ApiRow {
  readonly key: Key;
}

interface ApiTraits {
  readonly clusterAction?: boolean;
  readonly forwardable?: boolean;
  readonly latestVersionUnstable?: boolean;
  readonly advertisedFrom?: number;
}

const BROKER: readonly ListenerType[] = ['broker'];
const CONTROLLER: readonly ListenerType[] = ['controller'];
const BOTH: readonly ListenerType[] = ['broker', 'controller'];

function api<const Key extends number>(
  key: Key,
  name: string,
  from: number,
  to: number,
  firstFlexibleVersion: number | null,
  listeners: readonly ListenerType[],
  traits: ApiTraits = {},
): ApiDefinition<Key> {
  const latestVersionUnstable = traits.latestVersionUnstable ?? false;
  return {
    key,
    name,
    versions: { from, to },
    advertised: { from: traits.advertisedFrom ?? from, to: latestVersionUnstable ? to - 1 : to },
    firstFlexibleVersion,
    listeners,
    clusterAction: traits.clusterAction ?? false,
    forwardable: traits.forwardable ?? false,
    latestVersionUnstable,
  };
}

/** Of the ZooKeeper days: the key stays taken. All were sent by controllers and brokers. */
function removed<const Key extends number>(key: Key, name: string): ApiDefinition<Key> {
  return {
    key,
    name,
    versions: NONE,
    advertised: NONE,
    firstFlexibleVersion: null,
    listeners: [],
    clusterAction: true,
    forwardable: false,
    latestVersionUnstable: false,
  };
}

//    key, name, oldest and latest version, first flexible version, listeners
const API_TABLE = {
  PRODUCE: api(0, 'Produce', 3, 13, 9, BROKER, { advertisedFrom: 0 }),
  FETCH: api(1, 'Fetch', 4, 18, 12, BOTH),
  LIST_OFFSETS: api(2, 'ListOffsets', 1, 11, 6, BROKER),
  METADATA: api(3, 'Metadata', 0, 13, 9, BROKER),
  LEADER_AND_ISR: removed(4, 'LeaderAndIsr'),
  STOP_REPLICA: removed(5, 'StopReplica'),
  UPDATE_METADATA: removed(6, 'UpdateMetadata'),
  CONTROLLED_SHUTDOWN: removed(7, 'ControlledShutdown'),
  OFFSET_COMMIT: api(8, 'OffsetCommit', 2, 10, 8, BROKER),
  OFFSET_FETCH: api(9, 'OffsetFetch', 1, 10, 6, BROKER),
  FIND_COORDINATOR: api(10, 'FindCoordinator', 0, 6, 3, BROKER),
  JOIN_GROUP: api(11, 'JoinGroup', 0, 9, 6, BROKER),
  HEARTBEAT: api(12, 'Heartbeat', 0, 4, 4, BROKER),
  LEAVE_GROUP: api(13, 'LeaveGroup', 0, 5, 4, BROKER),
  SYNC_GROUP: api(14, 'SyncGroup', 0, 5, 4, BROKER),
  DESCRIBE_GROUPS: api(15, 'DescribeGroups', 0, 6, 5, BROKER),
  LIST_GROUPS: api(16, 'ListGroups', 0, 5, 3, BROKER),
  SASL_HANDSHAKE: api(17, 'SaslHandshake', 0, 1, null, BOTH),
  API_VERSIONS: api(18, 'ApiVersions', 0, 5, 3, BOTH),
  CREATE_TOPICS: api(19, 'CreateTopics', 2, 7, 5, BOTH, { forwardable: true }),
  DELETE_TOPICS: api(20, 'DeleteTopics', 1, 6, 4, BOTH, { forwardable: true }),
  DELETE_RECORDS: api(21, 'DeleteRecords', 0, 2, 2, BROKER),
  INIT_PRODUCER_ID: api(22, 'InitProducerId', 0, 6, 2, BROKER, { latestVersionUnstable: true }),
  OFFSET_FOR_LEADER_EPOCH: api(23, 'OffsetForLeaderEpoch', 2, 4, 4, BROKER),
  ADD_PARTITIONS_TO_TXN: api(24, 'AddPartitionsToTxn', 0, 5, 3, BROKER),
  ADD_OFFSETS_TO_TXN: api(25, 'AddOffsetsToTxn', 0, 4, 3, BROKER),
  END_TXN: api(26, 'EndTxn', 0, 5, 3, BROKER),
  WRITE_TXN_MARKERS: api(27, 'WriteTxnMarkers', 1, 2, 1, BROKER, { clusterAction: true }),
  TXN_OFFSET_COMMIT: api(28, 'TxnOffsetCommit', 0, 6, 3, BROKER),
  DESCRIBE_ACLS: api(29, 'DescribeAcls', 1, 3, 2, BOTH),
  CREATE_ACLS: api(30, 'CreateAcls', 1, 3, 2, BOTH, { forwardable: true }),
  DELETE_ACLS: api(31, 'DeleteAcls', 1, 3, 2, BOTH, { forwardable: true }),
  DESCRIBE_CONFIGS: api(32, 'DescribeConfigs', 1, 4, 4, BOTH),
  ALTER_CONFIGS: api(33, 'AlterConfigs', 0, 2, 2, BOTH, { forwardable: true }),
  ALTER_REPLICA_LOG_DIRS: api(34, 'AlterReplicaLogDirs', 1, 2, 2, BROKER),
  DESCRIBE_LOG_DIRS: api(35, 'DescribeLogDirs', 1, 5, 2, BROKER),
  SASL_AUTHENTICATE: api(36, 'SaslAuthenticate', 0, 2, 2, BOTH),
  CREATE_PARTITIONS: api(37, 'CreatePartitions', 0, 3, 2, BOTH, { forwardable: true }),
  CREATE_DELEGATION_TOKEN: api(38, 'CreateDelegationToken', 1, 3, 2, BOTH, { forwardable: true }),
  RENEW_DELEGATION_TOKEN: api(39, 'RenewDelegationToken', 1, 2, 2, BOTH, { forwardable: true }),
  EXPIRE_DELEGATION_TOKEN: api(40, 'ExpireDelegationToken', 1, 2, 2, BOTH, { forwardable: true }),
  DESCRIBE_DELEGATION_TOKEN: api(41, 'DescribeDelegationToken', 1, 3, 2, BOTH),
  DELETE_GROUPS: api(42, 'DeleteGroups', 0, 3, 2, BROKER),
  ELECT_LEADERS: api(43, 'ElectLeaders', 0, 2, 2, BOTH, { forwardable: true }),
  INCREMENTAL_ALTER_CONFIGS: api(44, 'IncrementalAlterConfigs', 0, 1, 1, BOTH, { forwardable: true }),
  ALTER_PARTITION_REASSIGNMENTS: api(45, 'AlterPartitionReassignments', 0, 1, 0, BOTH, { forwardable: true }),
  LIST_PARTITION_REASSIGNMENTS: api(46, 'ListPartitionReassignments', 0, 0, 0, BOTH, { forwardable: true }),
  OFFSET_DELETE: api(47, 'OffsetDelete', 0, 0, null, BROKER),
  DESCRIBE_CLIENT_QUOTAS: api(48, 'DescribeClientQuotas', 0, 1, 1, BROKER),
  ALTER_CLIENT_QUOTAS: api(49, 'AlterClientQuotas', 0, 1, 1, BOTH, { forwardable: true }),
  DESCRIBE_USER_SCRAM_CREDENTIALS: api(50, 'DescribeUserScramCredentials', 0, 0, 0, BOTH),
  ALTER_USER_SCRAM_CREDENTIALS: api(51, 'AlterUserScramCredentials', 0, 0, 0, BOTH, { forwardable: true }),
  VOTE: api(52, 'Vote', 0, 2, 0, CONTROLLER, { clusterAction: true }),
  BEGIN_QUORUM_EPOCH: api(53, 'BeginQuorumEpoch', 0, 1, 1, CONTROLLER, { clusterAction: true }),
  END_QUORUM_EPOCH: api(54, 'EndQuorumEpoch', 0, 1, 1, CONTROLLER, { clusterAction: true }),
  DESCRIBE_QUORUM: api(55, 'DescribeQuorum', 0, 2, 0, BOTH, { clusterAction: true, forwardable: true }),
  ALTER_PARTITION: api(56, 'AlterPartition', 2, 3, 2, CONTROLLER, { clusterAction: true }),
  UPDATE_FEATURES: api(57, 'UpdateFeatures', 0, 2, 0, BOTH, { clusterAction: true, forwardable: true }),
  ENVELOPE: api(58, 'Envelope', 0, 0, 0, CONTROLLER, { clusterAction: true }),
  FETCH_SNAPSHOT: api(59, 'FetchSnapshot', 0, 1, 0, CONTROLLER),
  DESCRIBE_CLUSTER: api(60, 'DescribeCluster', 0, 2, 0, BOTH),
  DESCRIBE_PRODUCERS: api(61, 'DescribeProducers', 0, 0, 0, BROKER),
  BROKER_REGISTRATION: api(62, 'BrokerRegistration', 0, 4, 0, CONTROLLER, { clusterAction: true }),
  BROKER_HEARTBEAT: api(63, 'BrokerHeartbeat', 0, 2, 0, CONTROLLER, { clusterAction: true }),
  UNREGISTER_BROKER: api(64, 'UnregisterBroker', 0, 0, 0, BOTH, { forwardable: true }),
  DESCRIBE_TRANSACTIONS: api(65, 'DescribeTransactions', 0, 0, 0, BROKER),
  LIST_TRANSACTIONS: api(66, 'ListTransactions', 0, 2, 0, BROKER),
  ALLOCATE_PRODUCER_IDS: api(67, 'AllocateProducerIds', 0, 0, 0, CONTROLLER, {
    clusterAction: true,
    forwardable: true,
  }),
  CONSUMER_GROUP_HEARTBEAT: api(68, 'ConsumerGroupHeartbeat', 0, 1, 0, BROKER),
  CONSUMER_GROUP_DESCRIBE: api(69, 'ConsumerGroupDescribe', 0, 1, 0, BROKER),
  CONTROLLER_REGISTRATION: api(70, 'ControllerRegistration', 0, 0, 0, CONTROLLER),
  GET_TELEMETRY_SUBSCRIPTIONS: api(71, 'GetTelemetrySubscriptions', 0, 0, 0, BROKER),
  PUSH_TELEMETRY: api(72, 'PushTelemetry', 0, 0, 0, BROKER),
  ASSIGN_REPLICAS_TO_DIRS: api(73, 'AssignReplicasToDirs', 0, 0, 0, CONTROLLER),
  LIST_CONFIG_RESOURCES: api(74, 'ListConfigResources', 0, 1, 0, BROKER),
  DESCRIBE_TOPIC_PARTITIONS: api(75, 'DescribeTopicPartitions', 0, 0, 0, BROKER),
  SHARE_GROUP_HEARTBEAT: api(76, 'ShareGroupHeartbeat', 1, 1, 1, BROKER),
  SHARE_GROUP_DESCRIBE: api(77, 'ShareGroupDescribe', 1, 1, 1, BROKER),
  SHARE_FETCH: api(78, 'ShareFetch', 1, 2, 1, BROKER),
  SHARE_ACKNOWLEDGE: api(79, 'ShareAcknowledge', 1, 2, 1, BROKER),
  ADD_RAFT_VOTER: api(80, 'AddRaftVoter', 0, 1, 0, BOTH, { forwardable: true }),
  REMOVE_RAFT_VOTER: api(81, 'RemoveRaftVoter', 0, 0, 0, BOTH, { forwardable: true }),
  UPDATE_RAFT_VOTER: api(82, 'UpdateRaftVoter', 0, 0, 0, CONTROLLER),
  INITIALIZE_SHARE_GROUP_STATE: api(83, 'InitializeShareGroupState', 0, 0, 0, BROKER, { clusterAction: true }),
  READ_SHARE_GROUP_STATE: api(84, 'ReadShareGroupState', 0, 0, 0, BROKER, { clusterAction: true }),
  WRITE_SHARE_GROUP_STATE: api(85, 'WriteShareGroupState', 0, 1, 0, BROKER, { clusterAction: true }),
  DELETE_SHARE_GROUP_STATE: api(86, 'DeleteShareGroupState', 0, 0, 0, BROKER, { clusterAction: true }),
  READ_SHARE_GROUP_STATE_SUMMARY: api(87, 'ReadShareGroupStateSummary', 0, 1, 0, BROKER, { clusterAction: true }),
  STREAMS_GROUP_HEARTBEAT: api(88, 'StreamsGroupHeartbeat', 0, 1, 0, BROKER),
  STREAMS_GROUP_DESCRIBE: api(89, 'StreamsGroupDescribe', 0, 1, 0, BROKER),
  DESCRIBE_SHARE_GROUP_OFFSETS: api(90, 'DescribeShareGroupOffsets', 0, 1, 0, BROKER),
  ALTER_SHARE_GROUP_OFFSETS: api(91, 'AlterShareGroupOffsets', 0, 0, 0, BROKER),
  DELETE_SHARE_GROUP_OFFSETS: api(92, 'DeleteShareGroupOffsets', 0, 0, 0, BROKER),
  STREAMS_GROUP_TOPOLOGY_DESCRIPTION_UPDATE: api(93, 'StreamsGroupTopologyDescriptionUpdate', 0, 0, 0, BROKER),
  UNREGISTER_CONTROLLER: api(94, 'UnregisterController', 0, 0, 0, BOTH, { forwardable: true }),
} as const;

/** Kafka's name of an API, `OFFSET_FOR_LEADER_EPOCH`. */
export type ApiKeyName = keyof typeof API_TABLE;

type KeyByName = { readonly [Name in ApiKeyName]: (typeof API_TABLE)[Name]['key'] };

/** Name to number: `ApiKey.FETCH === 1`. */
export const ApiKey = Object.fromEntries(Object.entries(API_TABLE).map(([name, { key }]) => [name, key])) as KeyByName;
export type ApiKey = KeyByName[ApiKeyName];

/** All rows; the index is the key. */
export const API_ROWS: readonly ApiRow[] = Object.values(API_TABLE);

/** The row of an int16 off the wire, or null when Kafka 4.4 has no such API. */
export function apiRow(key: number): ApiRow | null {
  return API_ROWS[key] ?? null;
}

/** For messages to people: `Fetch (1)`, or `unknown API (99)`. */
export function formatApiKey(key: number): string {
  return `${apiRow(key)?.name ?? 'unknown API'} (${key})`;
}

/** True when a request of this version can be decoded and answered. */
export function isServedVersion(key: number, version: number): boolean {
  const row = apiRow(key);
  return row !== null && includes(row.versions, version);
}

/** One row per Kafka error code. Everything about error codes is derived from this table; see `error-codes.ts`. */

/**
 * Kafka's own grouping (the base class of the Java exception). `invalidMetadata`, `refreshRetriable` and `retriable` are the
 * retriable ones.
 */
export type ErrorFamily =
  | 'api'
  | 'retriable'
  | 'refreshRetriable'
  | 'invalidMetadata'
  | 'applicationRecoverable'
  | 'transactionAbortable'
  | 'invalidConfiguration'
  | 'authentication'
  | 'authorization';

/** What the one who sent the request does next. */
export const ERROR_ACTIONS = {
  proceed: 'Go on: what was asked for already holds.',
  retry: 'Wait (backoff), then send again with current epochs to the same node.',
  refreshMetadata: 'Refresh metadata, then send to the leader that it names.',
  findCoordinator: 'Look the coordinator up again, then send to it.',
  findController: 'Learn the active controller, then send to it.',
  splitBatch: 'Split the batch and send the halves; a single record fails.',
  resetOffset: 'Choose a new position (auto.offset.reset), then fetch again.',
  startAnew: 'Drop the state of this exchange (session, subscription, download) and start it from the beginning.',
  rejoin: 'Join the group again.',
  register: 'Register with the controller again.',
  initProducerId: 'Get a new producer id or epoch; inside a transaction, abort first.',
  abortTransaction: 'Abort the transaction; then it may be run again.',
  rebootstrap: 'Forget the known brokers and start from the bootstrap list.',
  fail: 'Tell the caller: the same request will fail again. The client goes on.',
  fenced: 'Stop: a newer instance has taken over.',
  fatal: 'Stop: credentials, settings or code must change first.',
} as const;

export type ErrorAction = keyof typeof ERROR_ACTIONS;

export interface ErrorText {
  /** What it means. */
  readonly meaning: string;
  /** The likely cause and the cure. */
  readonly fix: string;
}

export interface ErrorDefinition<Code extends number = number> extends ErrorText {
  readonly code: Code;
  readonly family: ErrorFamily;
  readonly action: ErrorAction;
}

function error<const Code extends number>(
  code: Code,
  family: ErrorFamily,
  action: ErrorAction,
  { meaning, fix }: ErrorText,
): ErrorDefinition<Code> {
  return { code, family, action, meaning, fix };
}

export const ERROR_TABLE = {
  UNKNOWN_SERVER_ERROR: error(-1, 'api', 'fail', {
    meaning: 'The broker failed in a way that it has no code for.',
    fix: "The broker's log at this moment holds the cause; if it repeats with the same request, report it as a bug.",
  }),
  NONE: error(0, 'api', 'proceed', { meaning: 'Success.', fix: 'Nothing to do.' }),
  OFFSET_OUT_OF_RANGE: error(1, 'api', 'resetOffset', {
    meaning: 'The asked offset is below the log start or beyond the log end of the partition.',
    fix: 'Retention deleted the records, or the topic was made anew. Set auto.offset.reset, or raise retention.ms.',
  }),
  CORRUPT_MESSAGE: error(2, 'retriable', 'retry', {
    meaning: 'A record batch does not match its checksum or its own lengths.',
    fix: 'Damaged on the way or by a bug of the producer; if it repeats, suspect the network card, the memory or a proxy.',
  }),
  UNKNOWN_TOPIC_OR_PARTITION: error(3, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The broker knows no such topic or partition.',
    fix: 'Check the spelling, create the topic, or wait a moment when it was created just now.',
  }),
  INVALID_FETCH_SIZE: error(4, 'api', 'fail', {
    meaning: 'The fetch asks for an impossible number of bytes.',
    fix: 'Make fetch.max.bytes and max.partition.fetch.bytes positive.',
  }),
  LEADER_NOT_AVAILABLE: error(5, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The partition has no leader now.',
    fix: 'An election is under way or every in-sync replica is down: bring a broker that holds the partition back.',
  }),
  NOT_LEADER_OR_FOLLOWER: error(6, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'This broker neither leads the partition nor, for a fetch, holds a replica of it.',
    fix: 'Leadership moved; clients follow by themselves. If it lasts, brokers disagree: look at the controller.',
  }),
  REQUEST_TIMED_OUT: error(7, 'retriable', 'retry', {
    meaning: 'The broker did not finish within the time that the request allowed; it may still have been done.',
    fix: 'With acks=all a replica is slow or gone; otherwise the broker is overloaded. Look at under-replicated partitions.',
  }),
  BROKER_NOT_AVAILABLE: error(8, 'api', 'fail', {
    meaning: 'A broker that the request needs is not there.',
    fix: 'Start the broker, or name one that is alive.',
  }),
  REPLICA_NOT_AVAILABLE: error(9, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The replica is not on this broker (yet).',
    fix: 'It is being moved or created; if it lasts, check that the log directories are online.',
  }),
  MESSAGE_TOO_LARGE: error(10, 'api', 'splitBatch', {
    meaning: "A batch is larger than the topic's max.message.bytes.",
    fix: 'Raise max.message.bytes of the topic, compress, or send smaller records.',
  }),
  STALE_CONTROLLER_EPOCH: error(11, 'api', 'fenced', {
    meaning: 'The request comes from a controller that has been replaced.',
    fix: 'The old controller steps down by itself; if it lasts, check that the clocks and the quorum network are healthy.',
  }),
  OFFSET_METADATA_TOO_LARGE: error(12, 'api', 'fail', {
    meaning: 'The note beside a committed offset is longer than offset.metadata.max.bytes.',
    fix: 'Commit a shorter note, or raise offset.metadata.max.bytes on the brokers.',
  }),
  NETWORK_EXCEPTION: error(13, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The connection broke before the answer came; the request may or may not have been done.',
    fix: 'A broker restarted or the network failed; idempotent producers may simply retry.',
  }),
  COORDINATOR_LOAD_IN_PROGRESS: error(14, 'retriable', 'retry', {
    meaning: 'The coordinator has just taken over and still reads its state.',
    fix: 'Wait; if it takes minutes, the internal topic is too large: check that it is compacted.',
  }),
  COORDINATOR_NOT_AVAILABLE: error(15, 'refreshRetriable', 'findCoordinator', {
    meaning: 'No broker can coordinate this group or transactional id now.',
    fix: 'The internal topic (__consumer_offsets or __transaction_state) is missing or without leader: check its replicas.',
  }),
  NOT_COORDINATOR: error(16, 'refreshRetriable', 'findCoordinator', {
    meaning: 'Another broker coordinates this group or transactional id.',
    fix: 'The coordinator moved; clients follow by themselves.',
  }),
  INVALID_TOPIC_EXCEPTION: error(17, 'invalidConfiguration', 'fail', {
    meaning: 'The topic name is not legal, or the topic is internal and not for clients to write.',
    fix: 'Use 1 to 249 letters, digits, dots, underscores and hyphens, but not "." or "..".',
  }),
  RECORD_LIST_TOO_LARGE: error(18, 'invalidConfiguration', 'splitBatch', {
    meaning: 'A batch is larger than a whole segment of the log.',
    fix: 'Lower batch.size in the producer, or raise segment.bytes of the topic.',
  }),
  NOT_ENOUGH_REPLICAS: error(19, 'retriable', 'retry', {
    meaning: 'Fewer replicas are in sync than min.insync.replicas demands; nothing was written.',
    fix: 'Bring the missing brokers back, or lower min.insync.replicas of the topic.',
  }),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: error(20, 'retriable', 'retry', {
    meaning: 'The records were written, then replicas fell out of sync below min.insync.replicas.',
    fix: 'Bring the missing brokers back. A retry may write twice unless the producer is idempotent.',
  }),
  INVALID_REQUIRED_ACKS: error(21, 'invalidConfiguration', 'fail', {
    meaning: 'The acks of a produce request are none of 0, 1 and -1 (all).',
    fix: 'Set acks to 0, 1 or all.',
  }),
  ILLEGAL_GENERATION: error(22, 'applicationRecoverable', 'rejoin', {
    meaning: 'The member speaks of a generation that the group has left behind.',
    fix: 'It missed a rebalance, often because processing took longer than max.poll.interval.ms.',
  }),
  INCONSISTENT_GROUP_PROTOCOL: error(23, 'api', 'fatal', {
    meaning: 'The member shares no assignor or protocol type with the rest of the group.',
    fix: 'Give all members a common partition.assignment.strategy, or use another group.id.',
  }),
  INVALID_GROUP_ID: error(24, 'api', 'fatal', {
    meaning: 'The group id is empty or not legal here.',
    fix: 'Set group.id.',
  }),
  UNKNOWN_MEMBER_ID: error(25, 'applicationRecoverable', 'rejoin', {
    meaning: 'The group does not know this member (any more).',
    fix: 'It was removed after missed heartbeats or a long poll: raise session.timeout.ms or max.poll.interval.ms.',
  }),
  INVALID_SESSION_TIMEOUT: error(26, 'api', 'fatal', {
    meaning: "The member's session timeout is outside what the broker allows.",
    fix: 'Keep session.timeout.ms between group.min.session.timeout.ms and group.max.session.timeout.ms.',
  }),
  REBALANCE_IN_PROGRESS: error(27, 'api', 'rejoin', {
    meaning: 'The group is handing out partitions anew and waits for this member.',
    fix: 'Part of normal life; when it happens all the time, members come and go or poll too rarely.',
  }),
  INVALID_COMMIT_OFFSET_SIZE: error(28, 'api', 'fail', {
    meaning: 'The commit does not fit into one batch of __consumer_offsets.',
    fix: 'Commit fewer partitions at a time, or raise max.message.bytes of __consumer_offsets.',
  }),
  TOPIC_AUTHORIZATION_FAILED: error(29, 'authorization', 'fail', {
    meaning: 'The principal may not do this to the topic.',
    fix: 'Grant the operation (Read, Write, Describe, ...) on the topic to the principal.',
  }),
  GROUP_AUTHORIZATION_FAILED: error(30, 'authorization', 'fail', {
    meaning: 'The principal may not use this group.',
    fix: 'Grant Read on the group to the principal.',
  }),
  CLUSTER_AUTHORIZATION_FAILED: error(31, 'authorization', 'fail', {
    meaning: 'The principal may not do this to the cluster.',
    fix: 'Grant the operation (Alter, Create, ClusterAction, ...) on the cluster to the principal.',
  }),
  INVALID_TIMESTAMP: error(32, 'api', 'fail', {
    meaning: 'A record carries a time that the topic does not accept.',
    fix: "Check the producer's clock, or widen message.timestamp.before.max.ms and message.timestamp.after.max.ms.",
  }),
  UNSUPPORTED_SASL_MECHANISM: error(33, 'authentication', 'fatal', {
    meaning: 'The listener does not offer the SASL mechanism that the client chose.',
    fix: 'Set sasl.mechanism to one that the answer lists, or add it to sasl.enabled.mechanisms.',
  }),
  ILLEGAL_SASL_STATE: error(34, 'authentication', 'fatal', {
    meaning: 'The request does not belong at this point of the authentication.',
    fix: 'Authenticate before other requests, and only where the listener is SASL_PLAINTEXT or SASL_SSL.',
  }),
  UNSUPPORTED_VERSION: error(35, 'invalidConfiguration', 'fail', {
    meaning: 'The broker does not serve this version of the request, or not the feature that it needs.',
    fix: 'Upgrade the older of client and broker, or avoid the feature.',
  }),
  TOPIC_ALREADY_EXISTS: error(36, 'api', 'fail', {
    meaning: 'A topic of this name exists.',
    fix: 'Use it, delete it first, or choose another name; "a.b" and "a_b" may not both exist.',
  }),
  INVALID_PARTITIONS: error(37, 'api', 'fail', {
    meaning: 'The number of partitions is not possible.',
    fix: 'Ask for at least one; an existing topic can only gain partitions.',
  }),
  INVALID_REPLICATION_FACTOR: error(38, 'invalidConfiguration', 'fail', {
    meaning: 'The replication factor is below one or above the number of usable brokers.',
    fix: 'Lower the replication factor, or start more brokers.',
  }),
  INVALID_REPLICA_ASSIGNMENT: error(39, 'api', 'fail', {
    meaning: 'The given replicas are not a legal assignment.',
    fix: 'Name only known brokers, each once, and as many for every partition.',
  }),
  INVALID_CONFIG: error(40, 'invalidConfiguration', 'fail', {
    meaning: 'A setting is unknown, or its value is not legal.',
    fix: "The answer's message names the key and what it accepts.",
  }),
  NOT_CONTROLLER: error(41, 'retriable', 'findController', {
    meaning: 'The node asked is not the active controller.',
    fix: 'Clients follow by themselves; if it lasts, the quorum has no leader.',
  }),
  INVALID_REQUEST: error(42, 'api', 'fail', {
    meaning: 'The request contradicts itself or breaks a rule of the protocol.',
    fix: "The client has a bug or mixes options that exclude each other; the answer's message or the broker's log says which.",
  }),
  UNSUPPORTED_FOR_MESSAGE_FORMAT: error(43, 'invalidConfiguration', 'fail', {
    meaning: 'The stored record format is too old for what was asked.',
    fix: 'Old segments lack what the request needs; copy the topic into a new one.',
  }),
  POLICY_VIOLATION: error(44, 'api', 'fail', {
    meaning: "A policy of the cluster's operator forbids this.",
    fix: "The answer's message names the rule (create.topic.policy.class.name, alter.config.policy.class.name); change the request or the policy.",
  }),
  OUT_OF_ORDER_SEQUENCE_NUMBER: error(45, 'api', 'initProducerId', {
    meaning: 'A batch of an idempotent producer came with a gap in its sequence: one before it was lost.',
    fix: 'Often the broker lost acknowledged data (unclean election, disk); also two producers that share one id.',
  }),
  DUPLICATE_SEQUENCE_NUMBER: error(46, 'api', 'proceed', {
    meaning: 'The batch was written before; this copy was dropped.',
    fix: 'Nothing to do: the retry was unnecessary.',
  }),
  INVALID_PRODUCER_EPOCH: error(47, 'applicationRecoverable', 'abortTransaction', {
    meaning: 'The producer writes with an epoch that is no longer the current one.',
    fix: 'Its transaction timed out or another producer uses its transactional.id; raise transaction.timeout.ms.',
  }),
  INVALID_TXN_STATE: error(48, 'api', 'fatal', {
    meaning: 'The transaction is not in a state that allows this step.',
    fix: 'The producer calls begin, send, commit and abort out of order, or its transaction was ended by the coordinator.',
  }),
  INVALID_PRODUCER_ID_MAPPING: error(49, 'applicationRecoverable', 'initProducerId', {
    meaning: 'The transactional id does not belong to this producer id (any more).',
    fix: 'It was unused for transactional.id.expiration.ms; the producer initialises again.',
  }),
  INVALID_TRANSACTION_TIMEOUT: error(50, 'api', 'fatal', {
    meaning: 'The transaction timeout is not positive or longer than the broker allows.',
    fix: 'Lower transaction.timeout.ms below transaction.max.timeout.ms of the brokers.',
  }),
  CONCURRENT_TRANSACTIONS: error(51, 'retriable', 'retry', {
    meaning: 'The previous transaction of this id is still being completed.',
    fix: 'Wait; if it lasts, a partition of that transaction has no leader to take the marker.',
  }),
  TRANSACTION_COORDINATOR_FENCED: error(52, 'api', 'fenced', {
    meaning: 'A transaction marker comes from a coordinator that has been replaced.',
    fix: 'The new coordinator sends the marker again by itself.',
  }),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: error(53, 'authorization', 'fatal', {
    meaning: 'The principal may not use this transactional id.',
    fix: 'Grant Write (and Describe) on the transactional id to the principal.',
  }),
  SECURITY_DISABLED: error(54, 'api', 'fail', {
    meaning: 'The cluster has no authorizer, so there are no ACLs to read or change.',
    fix: 'Set authorizer.class.name on brokers and controllers.',
  }),
  OPERATION_NOT_ATTEMPTED: error(55, 'api', 'fail', {
    meaning: 'Nothing was tried for this item, because another one in the same request failed.',
    fix: 'Mend the item that has an error of its own, then send all again.',
  }),
  KAFKA_STORAGE_ERROR: error(56, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The broker could not read or write its log directory.',
    fix: 'The disk failed or is full: the log directory is offline until the broker is restarted with a good disk.',
  }),
  LOG_DIR_NOT_FOUND: error(57, 'api', 'fail', {
    meaning: 'The named log directory is not one of the broker, or is offline.',
    fix: "Use a path of the broker's log.dirs, spelt as there.",
  }),
  SASL_AUTHENTICATION_FAILED: error(58, 'authentication', 'fatal', {
    meaning: 'The credentials were refused.',
    fix: 'Check user name, password or token, and that the user exists for this mechanism.',
  }),
  UNKNOWN_PRODUCER_ID: error(59, 'api', 'initProducerId', {
    meaning: 'The partition remembers nothing of this producer id.',
    fix: 'All its records were deleted, or it was idle for producer.id.expiration.ms; the producer initialises again.',
  }),
  REASSIGNMENT_IN_PROGRESS: error(60, 'api', 'fail', {
    meaning: 'The partition is being moved, which excludes the asked change.',
    fix: 'Wait for the move to end, or cancel it.',
  }),
  DELEGATION_TOKEN_AUTH_DISABLED: error(61, 'api', 'fail', {
    meaning: 'The cluster does not issue delegation tokens.',
    fix: 'Set delegation.token.secret.key to the same secret on all brokers and controllers.',
  }),
  DELEGATION_TOKEN_NOT_FOUND: error(62, 'api', 'fail', {
    meaning: 'No delegation token has this id.',
    fix: 'It expired and was removed, or the id is wrong: create a new token.',
  }),
  DELEGATION_TOKEN_OWNER_MISMATCH: error(63, 'api', 'fail', {
    meaning: 'The token belongs to somebody else and this principal is no renewer of it.',
    fix: 'Ask as its owner, or create the token with this principal among the renewers.',
  }),
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: error(64, 'api', 'fail', {
    meaning: 'Delegation tokens cannot be handled over a connection authenticated like this one.',
    fix: 'Use a listener with SASL or mutual TLS, and do not authenticate with a token itself.',
  }),
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: error(65, 'authorization', 'fail', {
    meaning: 'The principal may not see or handle this delegation token.',
    fix: 'Grant Describe on the token, or CreateTokens on the owner, to the principal.',
  }),
  DELEGATION_TOKEN_EXPIRED: error(66, 'api', 'fail', {
    meaning: 'The delegation token has expired.',
    fix: 'Create a new one, and renew it before delegation.token.expiry.time.ms.',
  }),
  INVALID_PRINCIPAL_TYPE: error(67, 'api', 'fail', {
    meaning: 'A principal of this type cannot be used here.',
    fix: 'Name principals as User:name.',
  }),
  NON_EMPTY_GROUP: error(68, 'api', 'fail', {
    meaning: 'The group still has members.',
    fix: 'Stop its members first.',
  }),
  GROUP_ID_NOT_FOUND: error(69, 'api', 'fail', {
    meaning: 'There is no group of this id and kind.',
    fix: 'Check the spelling; an empty group vanishes when its last offset expires.',
  }),
  FETCH_SESSION_ID_NOT_FOUND: error(70, 'retriable', 'startAnew', {
    meaning: 'The broker has dropped this fetch session.',
    fix: 'Clients open a new one by themselves; if often, raise max.incremental.fetch.session.cache.slots.',
  }),
  INVALID_FETCH_SESSION_EPOCH: error(71, 'retriable', 'startAnew', {
    meaning: 'A fetch of this session was lost or came twice.',
    fix: 'Clients open a new session by themselves.',
  }),
  LISTENER_NOT_FOUND: error(72, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The leader has no listener of the name that the client reached this broker by.',
    fix: 'Give all brokers the same listener names; it may be a rolling change under way.',
  }),
  TOPIC_DELETION_DISABLED: error(73, 'api', 'fail', {
    meaning: 'This cluster does not delete topics.',
    fix: 'Set delete.topic.enable to true.',
  }),
  FENCED_LEADER_EPOCH: error(74, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The request names a leader epoch older than the current one.',
    fix: 'Leadership moved; clients follow by themselves and check that their position still exists.',
  }),
  UNKNOWN_LEADER_EPOCH: error(75, 'retriable', 'retry', {
    meaning: 'The request names a leader epoch that this broker has not heard of yet.',
    fix: 'The broker lags behind the controller for a moment; if it lasts, look at its connection to the controller.',
  }),
  UNSUPPORTED_COMPRESSION_TYPE: error(76, 'api', 'fail', {
    meaning: 'The batch is compressed in a way that this request version cannot carry.',
    fix: 'zstd needs Produce version 7 and Fetch version 10: upgrade the client, or choose another compression.type.',
  }),
  STALE_BROKER_EPOCH: error(77, 'api', 'register', {
    meaning: 'The broker speaks with the epoch of an earlier registration.',
    fix: 'It restarted or was fenced; it registers anew by itself. If it repeats, two processes share a node.id.',
  }),
  OFFSET_NOT_AVAILABLE: error(78, 'retriable', 'retry', {
    meaning: 'A new leader does not know its high watermark yet.',
    fix: 'Wait until its followers have fetched once.',
  }),
  MEMBER_ID_REQUIRED: error(79, 'api', 'rejoin', {
    meaning: 'The coordinator has given the new member an id; it joins again with that one.',
    fix: 'Part of the normal join; clients do it by themselves.',
  }),
  PREFERRED_LEADER_NOT_AVAILABLE: error(80, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The first replica of the partition cannot lead: it is down or not in sync.',
    fix: 'Bring that broker back and wait until it has caught up.',
  }),
  GROUP_MAX_SIZE_REACHED: error(81, 'api', 'fatal', {
    meaning: 'The group has as many members as it may have.',
    fix: 'Raise group.max.size (or its consumer, share or streams twin), or run fewer members.',
  }),
  FENCED_INSTANCE_ID: error(82, 'applicationRecoverable', 'fenced', {
    meaning: 'Another member has joined with the same group.instance.id.',
    fix: 'Give every member a group.instance.id of its own.',
  }),
  ELIGIBLE_LEADERS_NOT_AVAILABLE: error(83, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'No replica that may lead the partition is alive.',
    fix: 'Bring a replica back; an unclean election is the last resort and loses records.',
  }),
  ELECTION_NOT_NEEDED: error(84, 'invalidMetadata', 'proceed', {
    meaning: 'The wanted replica leads already.',
    fix: 'Nothing to do.',
  }),
  NO_REASSIGNMENT_IN_PROGRESS: error(85, 'api', 'fail', {
    meaning: 'There is no move of this partition to cancel.',
    fix: 'It has ended, or the partition number is wrong.',
  }),
  GROUP_SUBSCRIBED_TO_TOPIC: error(86, 'api', 'fail', {
    meaning: 'The group still consumes the topic whose offsets should be deleted.',
    fix: 'Stop the members that subscribe to the topic first.',
  }),
  INVALID_RECORD: error(87, 'invalidConfiguration', 'fail', {
    meaning: 'A record breaks a rule of the topic or of the batch format.',
    fix: 'A compacted topic needs keys; the answer lists which records were refused and why.',
  }),
  UNSTABLE_OFFSET_COMMIT: error(88, 'retriable', 'retry', {
    meaning: 'An open transaction is about to commit offsets of this group.',
    fix: 'Wait for that transaction to end; a hanging one ends at transaction.timeout.ms.',
  }),
  THROTTLING_QUOTA_EXCEEDED: error(89, 'retriable', 'retry', {
    meaning: 'Topics or partitions are created or deleted faster than the quota allows.',
    fix: 'Wait throttleTimeMs, or raise controller_mutation_rate of the user or client.',
  }),
  PRODUCER_FENCED: error(90, 'applicationRecoverable', 'fenced', {
    meaning: 'A newer producer has started with the same transactional.id.',
    fix: 'Stop the older process, or give each its own transactional.id.',
  }),
  RESOURCE_NOT_FOUND: error(91, 'api', 'fail', {
    meaning: 'The thing to read or change (user, credential, metric subscription, ...) does not exist.',
    fix: 'Check the name.',
  }),
  DUPLICATE_RESOURCE: error(92, 'api', 'fail', {
    meaning: 'The request names the same thing twice.',
    fix: 'Name each once.',
  }),
  UNACCEPTABLE_CREDENTIAL: error(93, 'api', 'fail', {
    meaning: 'The credential does not meet the rules.',
    fix: 'Give a user name, and a SCRAM iteration count between 4096 and 16384.',
  }),
  INCONSISTENT_VOTER_SET: error(94, 'api', 'fatal', {
    meaning: 'The nodes disagree about who the voters of the controller quorum are.',
    fix: 'Give all nodes the same controller.quorum.voters or bootstrap servers.',
  }),
  INVALID_UPDATE_VERSION: error(95, 'api', 'fail', {
    meaning: 'The change is based on a version of the state that is no longer the current one.',
    fix: 'The sender takes the new state from the controller and decides again.',
  }),
  FEATURE_UPDATE_FAILED: error(96, 'api', 'fail', {
    meaning: 'A feature level could not be changed.',
    fix: 'Some node does not support the level, or it is a downgrade that loses metadata; the message says which.',
  }),
  PRINCIPAL_DESERIALIZATION_FAILURE: error(97, 'api', 'fail', {
    meaning: 'The controller cannot read the principal that a broker sent with a forwarded request.',
    fix: 'Use the same principal.builder.class on brokers and controllers.',
  }),
  SNAPSHOT_NOT_FOUND: error(98, 'api', 'startAnew', {
    meaning: 'The asked metadata snapshot is gone.',
    fix: 'A newer one has replaced it; the follower fetches again and is told which.',
  }),
  POSITION_OUT_OF_RANGE: error(99, 'api', 'startAnew', {
    meaning: 'The position lies outside the metadata snapshot.',
    fix: 'The follower drops the partial download and starts it again; if it repeats, the file is damaged.',
  }),
  UNKNOWN_TOPIC_ID: error(100, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The broker knows no topic of this id.',
    fix: 'The topic was deleted (perhaps made anew under the same name) or is only just being created.',
  }),
  DUPLICATE_BROKER_REGISTRATION: error(101, 'api', 'register', {
    meaning: 'A live broker has this node id.',
    fix: 'After a crash the old registration ends with its session; otherwise give one of the two another node.id.',
  }),
  BROKER_ID_NOT_REGISTERED: error(102, 'api', 'register', {
    meaning: 'The controller knows no broker of this id.',
    fix: 'Start the broker, or check the id; a broker that was unregistered registers when it restarts.',
  }),
  INCONSISTENT_TOPIC_ID: error(103, 'invalidMetadata', 'refreshMetadata', {
    meaning: 'The topic id of the request is not the one that the log was created with.',
    fix: 'The topic was deleted and made anew; clients take the new id by themselves.',
  }),
  INCONSISTENT_CLUSTER_ID: error(104, 'api', 'fatal', {
    meaning: 'The node belongs to another cluster.',
    fix: 'Check the addresses; a node formatted with another cluster id cannot join.',
  }),
  TRANSACTIONAL_ID_NOT_FOUND: error(105, 'api', 'fail', {
    meaning: 'The coordinator knows no such transactional id.',
    fix: 'Check the spelling; unused ones are forgotten after transactional.id.expiration.ms.',
  }),
  FETCH_SESSION_TOPIC_ID_ERROR: error(106, 'retriable', 'startAnew', {
    meaning: 'The fetch session mixes topics named by id with topics named by name.',
    fix: 'Happens once while a cluster is upgraded; clients open a new session by themselves.',
  }),
  INELIGIBLE_REPLICA: error(107, 'api', 'fail', {
    meaning: 'A replica that is fenced or shutting down cannot enter the in-sync set.',
    fix: 'The leader tries again when the replica is back.',
  }),
  NEW_LEADER_ELECTED: error(108, 'api', 'refreshMetadata', {
    meaning: 'The change of the in-sync set was done, and it made another replica the leader.',
    fix: 'The old leader waits for the metadata that says so and becomes a follower.',
  }),
  OFFSET_MOVED_TO_TIERED_STORAGE: error(109, 'api', 'resetOffset', {
    meaning: 'The records at the offset are no longer on disk, only in tiered storage.',
    fix: 'The follower rebuilds its state from tiered storage and goes on at the local log start.',
  }),
  FENCED_MEMBER_EPOCH: error(110, 'api', 'rejoin', {
    meaning: 'The coordinator has moved on without this member.',
    fix: 'It missed heartbeats for a session timeout; it gives up its partitions and joins again.',
  }),
  UNRELEASED_INSTANCE_ID: error(111, 'api', 'fatal', {
    meaning: 'Another live member holds this group.instance.id.',
    fix: 'Stop the other member first, or give every member its own group.instance.id.',
  }),
  UNSUPPORTED_ASSIGNOR: error(112, 'api', 'fatal', {
    meaning: 'The broker does not offer the assignor that the member asks for, or members ask for different ones.',
    fix: 'Set group.remote.assignor to one of group.consumer.assignors, the same in all members.',
  }),
  STALE_MEMBER_EPOCH: error(113, 'api', 'retry', {
    meaning: "The member's epoch in this request is behind its epoch in the group.",
    fix: 'It takes the new epoch from its next heartbeat and sends again.',
  }),
  MISMATCHED_ENDPOINT_TYPE: error(114, 'api', 'fail', {
    meaning: 'The request meant for a controller reached a broker, or the reverse.',
    fix: 'Check bootstrap.servers and bootstrap.controllers: each lists only its own kind.',
  }),
  UNSUPPORTED_ENDPOINT_TYPE: error(115, 'api', 'fail', {
    meaning: 'The node does not know this kind of endpoint.',
    fix: 'Upgrade the older of the two sides.',
  }),
  UNKNOWN_CONTROLLER_ID: error(116, 'api', 'fail', {
    meaning: 'No controller of this id is known.',
    fix: 'Check the id against the quorum description.',
  }),
  UNKNOWN_SUBSCRIPTION_ID: error(117, 'api', 'startAnew', {
    meaning: 'The client pushed metrics under a subscription that has changed.',
    fix: 'It fetches its subscription again and goes on with that.',
  }),
  TELEMETRY_TOO_LARGE: error(118, 'api', 'fail', {
    meaning: 'The pushed metrics are larger than telemetry.max.bytes.',
    fix: 'Narrow the metrics subscription, or raise telemetry.max.bytes.',
  }),
  INVALID_REGISTRATION: error(119, 'api', 'fatal', {
    meaning: 'The controller refuses how the broker wants to register.',
    fix: 'Often a node without the features that the cluster runs with, or two log directories of one id; the log says which.',
  }),
  TRANSACTION_ABORTABLE: error(120, 'transactionAbortable', 'abortTransaction', {
    meaning: 'The transaction cannot be committed, but the producer is fine.',
    fix: 'Abort and run it again.',
  }),
  INVALID_RECORD_STATE: error(121, 'api', 'fail', {
    meaning: 'The acknowledged records are not held by this share consumer (any more).',
    fix: 'Its lock ran out: acknowledge sooner, or raise group.share.record.lock.duration.ms.',
  }),
  SHARE_SESSION_NOT_FOUND: error(122, 'retriable', 'startAnew', {
    meaning: 'The broker has dropped this share session.',
    fix: 'Clients open a new one by themselves.',
  }),
  INVALID_SHARE_SESSION_EPOCH: error(123, 'retriable', 'startAnew', {
    meaning: 'A request of this share session was lost or came twice.',
    fix: 'Clients open a new session by themselves.',
  }),
  FENCED_STATE_EPOCH: error(124, 'api', 'fenced', {
    meaning: 'The share state was written on behalf of an older leader or generation.',
    fix: 'The new share-partition leader goes on by itself.',
  }),
  INVALID_VOTER_KEY: error(125, 'api', 'fail', {
    meaning: 'The voter key (node id and directory id) of the request is not that of the node that received it.',
    fix: 'The node was formatted anew: update the voter set with its present directory id.',
  }),
  DUPLICATE_VOTER: error(126, 'api', 'fail', {
    meaning: 'The node is a voter already.',
    fix: 'Nothing to add; to replace its directory, remove the old voter first.',
  }),
  VOTER_NOT_FOUND: error(127, 'api', 'fail', {
    meaning: 'The node is not among the voters.',
    fix: 'Check id and directory id against the quorum description.',
  }),
  INVALID_REGULAR_EXPRESSION: error(128, 'api', 'fail', {
    meaning: 'The pattern of the subscription is not a legal RE2 expression.',
    fix: 'Mend the pattern; look-around and back references do not exist in RE2.',
  }),
  REBOOTSTRAP_REQUIRED: error(129, 'api', 'rebootstrap', {
    meaning: 'What the client knows of the cluster is no longer true.',
    fix: 'It resolves bootstrap.servers again by itself; if it repeats, a proxy routes to different clusters.',
  }),
  STREAMS_INVALID_TOPOLOGY: error(130, 'api', 'fatal', {
    meaning: 'The broker cannot run this Streams topology.',
    fix: 'Source topics are unknown or their partition counts do not fit together; the message says which.',
  }),
  STREAMS_INVALID_TOPOLOGY_EPOCH: error(131, 'api', 'fatal', {
    meaning: 'The epoch of the Streams topology is not the next after the current one.',
    fix: 'Increase the topology epoch by one with each change.',
  }),
  STREAMS_TOPOLOGY_FENCED: error(132, 'api', 'fenced', {
    meaning: 'The member runs an older Streams topology than the group.',
    fix: 'Deploy the current version of the application everywhere.',
  }),
  SHARE_SESSION_LIMIT_REACHED: error(133, 'retriable', 'retry', {
    meaning: 'The broker holds as many share sessions as it may.',
    fix: 'Wait, spread the share consumers over more brokers, or raise group.share.max.share.sessions.',
  }),
  GROUP_DELETION_FAILED: error(134, 'api', 'fail', {
    meaning: 'The group could not be deleted.',
    fix: "The answer's message has the cause; something that belongs to the group refused to go.",
  }),
  STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED: error(135, 'api', 'fail', {
    meaning: 'The description of the Streams topology could not be stored.',
    fix: "The answer's message has the cause; the application itself goes on.",
  }),
  CONTROLLER_ID_NOT_REGISTERED: error(136, 'api', 'fail', {
    meaning: 'No controller of this id is registered.',
    fix: 'Check the id; it may have been unregistered before.',
  }),
} as const;

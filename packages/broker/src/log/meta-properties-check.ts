/** Whether the log directories of a node belong together, and to this node; Kafka's rules, with a way out in each sentence. */
import { isReservedUuid, OperationalError } from '@ottla/runtime';
import type { MetaProperties } from './meta-properties.ts';

/** A log directory and what its `meta.properties` says. */
export interface IdentifiedDirectory {
  readonly directory: string;
  readonly meta: MetaProperties;
}

export interface NodeIdentity {
  readonly clusterId: string | null;
  readonly nodeId: number | null;
}

export type LogDirIdentityCode =
  | 'ERR_LOG_CLUSTER_ID_MISMATCH'
  | 'ERR_LOG_NODE_ID_MISMATCH'
  | 'ERR_LOG_DIRECTORY_ID_DUPLICATE'
  | 'ERR_LOG_DIRECTORY_ID_RESERVED';

/** A log directory belongs to another cluster or node, or cannot be told from another one. Nothing in it was touched. */
export class LogDirIdentityError extends OperationalError {
  override readonly name = 'LogDirIdentityError';
  readonly code: LogDirIdentityCode;
  readonly retriable = false;
  readonly directory: string;

  constructor(code: LogDirIdentityCode, directory: string, sentences: string) {
    super(`${sentences} [${code}]`);
    this.code = code;
    this.directory = directory;
  }
}

/** A value that directories must share, and who said it first. */
interface Claim<Value> {
  readonly value: Value;
  /** Null: the settings. */
  readonly directory: string | null;
}

/**
 * The identity that all directories share, completed by what is expected.
 *
 * @param expected what settings or the controller say; null where they say nothing, then the first directory decides.
 * @throws {LogDirIdentityError}
 */
export function checkMetaProperties(found: readonly IdentifiedDirectory[], expected: NodeIdentity): NodeIdentity {
  let cluster: Claim<string> | null =
    expected.clusterId === null ? null : { value: expected.clusterId, directory: null };
  let node: Claim<number> | null = expected.nodeId === null ? null : { value: expected.nodeId, directory: null };
  const directoryIds = new Map<string, string>();
  for (const { directory, meta } of found) {
    if (meta.clusterId !== null) {
      cluster ??= { value: meta.clusterId, directory };
      if (cluster.value !== meta.clusterId) throw otherCluster(directory, meta, cluster);
    }
    if (meta.nodeId !== null) {
      node ??= { value: meta.nodeId, directory };
      if (node.value !== meta.nodeId) throw otherNode(directory, meta.nodeId, node);
    }
    if (meta.directoryId !== null) checkDirectoryId(directory, meta.directoryId, directoryIds);
  }
  return { clusterId: cluster?.value ?? null, nodeId: node?.value ?? null };
}

function otherCluster(directory: string, meta: MetaProperties, cluster: Claim<string>): LogDirIdentityError {
  const node = meta.nodeId === null ? '' : `, node ${meta.nodeId}`;
  const expectation =
    cluster.directory === null
      ? `this broker is one of cluster ${cluster.value}`
      : `${cluster.directory} belongs to cluster ${cluster.value}`;
  return new LogDirIdentityError(
    'ERR_LOG_CLUSTER_ID_MISMATCH',
    directory,
    `${directory} belongs to cluster ${meta.clusterId}${node}, but ${expectation}: it was left by an earlier cluster, or the wrong ` +
      `directory or volume is mounted. To keep its data, start with it alone: --log.dirs ${directory}. To do without its data: ` +
      `mv ${directory} ${directory}.old, and start again; a new, empty directory joins the cluster.`,
  );
}

function otherNode(directory: string, nodeId: number, node: Claim<number>): LogDirIdentityError {
  const expectation =
    node.directory === null ? `this broker is node ${node.value}` : `${node.directory} to node ${node.value}`;
  return new LogDirIdentityError(
    'ERR_LOG_NODE_ID_MISMATCH',
    directory,
    `${directory} belongs to node ${nodeId}, but ${expectation}. If this is that node under a wrong setting: --node.id ${nodeId}. ` +
      `For a new node use an empty directory: --data DIR, or mv ${directory} ${directory}.old.`,
  );
}

function checkDirectoryId(directory: string, id: string, seen: Map<string, string>): void {
  if (isReservedUuid(id)) {
    throw new LogDirIdentityError(
      'ERR_LOG_DIRECTORY_ID_RESERVED',
      directory,
      `${directory}/meta.properties has directory.id ${id}, which Kafka reserves. Remove that line: the directory gets a new id.`,
    );
  }
  const other = seen.get(id);
  if (other !== undefined) {
    throw new LogDirIdentityError(
      'ERR_LOG_DIRECTORY_ID_DUPLICATE',
      directory,
      `${other} and ${directory} both have directory.id ${id}: one is a copy of the other, or the same one under two names. Name only ` +
        `one of them in log.dirs; if they hold different partitions, remove the line directory.id from ${directory}/meta.properties ` +
        'and it gets a new id.',
    );
  }
  seen.set(id, directory);
}

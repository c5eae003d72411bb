/**
 * Names of files and directories in a log directory, exactly as Apache Kafka 4.4 writes and reads them.
 *
 * A topic's name is in the names of its directories, so what a file system cannot hold is refused here (`log-names-topic.ts`),
 * before anything is made.
 */
import { OperationalError } from '@ottla/runtime';

/** What a file of a segment is, behind its base offset. */
export const SEGMENT_SUFFIX = '.log';
export const OFFSET_INDEX_SUFFIX = '.index';
export const TIME_INDEX_SUFFIX = '.timeindex';
export const TRANSACTION_INDEX_SUFFIX = '.txnindex';
/** Its offset is the one after the last record that it covers. */
export const PRODUCER_SNAPSHOT_SUFFIX = '.snapshot';

/** Behind one of those: dropped, and unlinked after `file.delete.delay.ms` or at the next start. */
export const DELETED_SUFFIX = '.deleted';
/** Output of compaction or of a split that may not be complete. */
export const CLEANED_SUFFIX = '.cleaned';
/** Complete output that is about to take the place of the old segments. */
export const SWAP_SUFFIX = '.swap';
/** A small file being written; to be ignored. */
export const TEMPORARY_SUFFIX = '.tmp';

export const PARTITION_METADATA_NAME = 'partition.metadata';
export const LEADER_EPOCH_CHECKPOINT_NAME = 'leader-epoch-checkpoint';
export const META_PROPERTIES_NAME = 'meta.properties';
export const CLEAN_SHUTDOWN_NAME = '.kafka_cleanshutdown';
/** A directory beside the partitions that tiers own. */
export const REMOTE_INDEX_CACHE_NAME = 'remote-log-index-cache';

/** Longest name that common file systems take, in bytes; topics are ASCII. */
export const NAME_BYTES_MAX = 255;
/** Longest name of a topic: leaves room for a dash and five digits. */
export const TOPIC_CHARS_MAX = 249;

const OFFSET_DIGITS = 20;
const EPOCH_DIGITS = 10;
const INT32_MAX = 2 ** 31 - 1;
const TOPIC = /^[a-zA-Z0-9._-]+$/;

/** A name would be longer than a file system takes. */
export class LogNameTooLongError extends OperationalError {
  override readonly name = 'LogNameTooLongError';
  readonly code = 'ERR_LOG_NAME_TOO_LONG';
  readonly retriable = false;
  readonly directoryName: string;

  constructor(directoryName: string) {
    super(
      `the directory name "${directoryName}" has ${directoryName.length} characters, and file systems take at most ` +
        `${NAME_BYTES_MAX}: the topic's name is too long for that. Create the topic again under a shorter name. [ERR_LOG_NAME_TOO_LONG]`,
    );
    this.directoryName = directoryName;
  }
}

// ------------------------------------------------------------------------------------------------------ files by offset

export interface OffsetName {
  readonly offset: number;
  /** From the first dot on: `.log`, `.index.deleted`. */
  readonly suffix: string;
}

/** `00000000000000000042.log`. */
export function formatOffsetName(offset: number, suffix: string): string {
  return digits(offset, OFFSET_DIGITS) + suffix;
}

/** Null for any other name, and for an offset over 2^53 - 1, which no broker ever reached. */
export function parseOffsetName(name: string): OffsetName | null {
  const match = /^(\d{20})(\..+)$/.exec(name);
  if (match === null) return null;
  const offset = Number(match[1]);
  return Number.isSafeInteger(offset) ? { offset, suffix: match[2]! } : null;
}

/** Snapshots of the metadata log: whole, being written, or being deleted. */
export interface CheckpointName {
  /** Exclusive. */
  readonly endOffset: number;
  readonly epoch: number;
  readonly kind: 'whole' | 'part' | 'deleted';
}

/** `00000000000000000129-0000000001.checkpoint`. */
export function formatCheckpointName(endOffset: number, epoch: number): string {
  return `${digits(endOffset, OFFSET_DIGITS)}-${digits(epoch, EPOCH_DIGITS)}.checkpoint`;
}

/** @param random tells it from other attempts at the same snapshot. */
export function formatCheckpointPartName(endOffset: number, epoch: number, random: string): string {
  return `${digits(endOffset, OFFSET_DIGITS)}-${digits(epoch, EPOCH_DIGITS)}-${random}.checkpoint.part`;
}

export function parseCheckpointName(name: string): CheckpointName | null {
  const match = /^(\d{20})-(\d{10})(-[^.]*)?\.checkpoint(\.part|\.deleted)?$/.exec(name);
  if (match === null) return null;
  const [, offsetText, epochText, random, suffix] = match;
  const endOffset = Number(offsetText);
  const epoch = Number(epochText);
  if (!Number.isSafeInteger(endOffset) || epoch > INT32_MAX) return null;
  if (suffix === '.part') return { endOffset, epoch, kind: 'part' };
  if (random !== undefined) return null;
  return { endOffset, epoch, kind: suffix === undefined ? 'whole' : 'deleted' };
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

// ------------------------------------------------------------------------------------------------ partition directories

/**
 * `live` is served; `delete` is on its way out; `future` is a replica that moves here from another log directory; `stray` holds
 * a partition that the cluster did not know when the broker started.
 */
export type PartitionDirectoryKind = 'live' | 'delete' | 'future' | 'stray';

export interface PartitionDirectory {
  /** Cut to what fitted, where the kind is `delete` or `stray`. */
  readonly topic: string;
  readonly partition: number;
  readonly kind: PartitionDirectoryKind;
  /** 32 hexadecimal digits where Kafka or Ottla made it; null for a live one. */
  readonly unique: string | null;
}

/** `orders-0`. @throws {LogNameTooLongError} with a partition number of six digits it may get too long. */
export function formatPartitionDirectory(topic: string, partition: number): string {
  return checkedLength(`${topic}-${partition}`);
}

/** `orders-0.HEX32-delete`: the topic is cut so that the name fits. @param unique 32 hexadecimal digits. */
export function formatDeleteDirectory(topic: string, partition: number, unique: string): string {
  return withCutTopic(topic, `-${partition}.${unique}-delete`);
}

/** `orders-0.HEX32-stray`, the topic cut like that of a deleted one. */
export function formatStrayDirectory(topic: string, partition: number, unique: string): string {
  return withCutTopic(topic, `-${partition}.${unique}-stray`);
}

/**
 * `orders-0.HEX32-future`. The topic is not cut: the move ends in a live directory, so all of it is needed.
 *
 * @throws {LogNameTooLongError} a topic of over 213 characters cannot move between log directories (nor in Apache Kafka).
 */
export function formatFutureDirectory(topic: string, partition: number, unique: string): string {
  return checkedLength(`${topic}-${partition}.${unique}-future`);
}

/**
 * What a directory in a log directory is, or null: Kafka refuses to start beside one that is no partition's.
 *
 * As in Kafka the last dash parts topic and partition, a topic may hold dots and dashes, and the number may have leading zeros
 * or a plus. Unlike there the topic must be a legal name (so `lost + found-1` is nobody's), and digits are ASCII.
 */
export function parsePartitionDirectory(name: string): PartitionDirectory | null {
  const marked = /^(\S+-\S+)\.([^.\s]+)-(delete|future|stray)$/.exec(name);
  if (marked === null) return parseTopicPartition(name, 'live', null);
  return parseTopicPartition(marked[1]!, marked[3] as PartitionDirectoryKind, marked[2]!);
}

function parseTopicPartition(
  text: string,
  kind: PartitionDirectoryKind,
  unique: string | null,
): PartitionDirectory | null {
  const dash = text.lastIndexOf('-');
  if (dash <= 0) return null;
  const topic = text.slice(0, dash);
  const digitsText = text.slice(dash + 1);
  if (!isTopicName(topic) || !/^\+?\d+$/.test(digitsText)) return null;
  const partition = Number(digitsText);
  return partition <= INT32_MAX ? { topic, partition, kind, unique } : null;
}

/** Kafka's rule for a topic's name. */
export function isTopicName(name: string): boolean {
  return TOPIC.test(name) && name.length <= TOPIC_CHARS_MAX && name !== '.' && name !== '..';
}

function withCutTopic(topic: string, rest: string): string {
  return topic.slice(0, NAME_BYTES_MAX - rest.length) + rest;
}

function checkedLength(name: string): string {
  if (name.length > NAME_BYTES_MAX) throw new LogNameTooLongError(name);
  return name;
}

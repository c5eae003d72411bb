/** `partition.metadata`: the id of the topic whose records a directory holds, so that those of a namesake are never mixed in. */
import { isUuid, KiB, OperationalError, ZERO_UUID, type Disk } from '@ottla/runtime';
import { replaceFile } from './log-dir-durable.ts';
import {
  INT32_MAX,
  linesOf,
  LogFileError,
  parseWholeNumber,
  quotedLine,
  readSmallFile,
  wordsOf,
} from './log-dir-text.ts';
import { PARTITION_METADATA_NAME } from './log-names.ts';

export interface PartitionMetadata {
  readonly version: number;
  /** As text; never all zeros. */
  readonly topicId: string;
}

const VERSION = 0;
const FILE_BYTES_MAX = 64 * KiB;
const CURE =
  'Move the file away: the broker writes it again, with the id that the cluster has for the topic of this name.';

/** The directory belongs to another topic of the same name. */
export class TopicIdMismatchError extends OperationalError {
  override readonly name = 'TopicIdMismatchError';
  readonly code = 'ERR_LOG_TOPIC_ID_MISMATCH';
  readonly retriable = false;
  readonly directory: string;
  readonly found: string;
  readonly expected: string;

  constructor(directory: string, found: string, expected: string) {
    super(
      `${directory} holds records of the topic with id ${found}, but the cluster's topic of that name has id ${expected}: ` +
        'the topic was deleted and created again while this directory was away. Move the old records out of the way ' +
        `(mv ${directory} somewhere outside of log.dirs); the broker makes a new, empty directory. [ERR_LOG_TOPIC_ID_MISMATCH]`,
    );
    this.directory = directory;
    this.found = found;
    this.expected = expected;
  }
}

/** No line end behind the last line: so Kafka writes it. */
export function formatPartitionMetadata({ version, topicId }: PartitionMetadata): Uint8Array {
  return Buffer.from(`version: ${version}\ntopic_id: ${topicId}`);
}

/** Any version from 0 on is read, so that a later broker's directory opens (as in Kafka). @throws {LogFileError} */
export function parsePartitionMetadata(path: string, bytes: Uint8Array): PartitionMetadata {
  const refuse = (line: number | null, why: string): never => {
    throw new LogFileError({ path, line, why, cure: CURE });
  };
  const [versionLine = '', topicIdLine = ''] = linesOf(bytes) ?? refuse(null, 'it is no UTF-8 text');
  const version = parseWholeNumber(valueOf(versionLine, 'version:') ?? '', INT32_MAX);
  if (version === null) return refuse(1, `expected "version: NUMBER", found ${quotedLine(versionLine)}`);
  const topicId = valueOf(topicIdLine, 'topic_id:');
  if (topicId === null || !isUuid(topicId)) {
    return refuse(2, `expected "topic_id: UUID" of 22 characters, found ${quotedLine(topicIdLine)}`);
  }
  if (topicId === ZERO_UUID) refuse(2, 'the topic id is all zeros, which is no id');
  return { version, topicId };
}

function valueOf(line: string, key: string): string | null {
  const [first, value, ...rest] = wordsOf(line);
  return first === key && value !== undefined && rest.length === 0 ? value : null;
}

/** Null when the directory has none: so a broker older than 2.8 left it. @throws {DiskError} @throws {LogFileError} */
export async function readPartitionMetadata(disk: Disk, directory: string): Promise<PartitionMetadata | null> {
  const path = `${directory}/${PARTITION_METADATA_NAME}`;
  const bytes = await readSmallFile(disk, path, { bytesMax: FILE_BYTES_MAX, cure: CURE });
  return bytes === null ? null : parsePartitionMetadata(path, bytes);
}

/** @throws {DiskError} */
export function writePartitionMetadata(disk: Disk, directory: string, topicId: string): Promise<void> {
  return replaceFile(
    disk,
    `${directory}/${PARTITION_METADATA_NAME}`,
    formatPartitionMetadata({ version: VERSION, topicId }),
  );
}

/** @throws {TopicIdMismatchError} */
export function checkTopicId(directory: string, found: PartitionMetadata, expected: string): void {
  if (found.topicId !== expected) throw new TopicIdMismatchError(directory, found.topicId, expected);
}

/** The four checkpoints of a log directory that hold an offset per partition. */
import type { CheckpointFormat } from './checkpoint-file.ts';
import { INT32_MAX, parseWholeNumber, wordsOf } from './log-dir-text.ts';
import { formatPartitionDirectory, isTopicName } from './log-names.ts';

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Up to where segments were synced: recovery after an unclean stop begins there. */
export const RECOVERY_POINT_CHECKPOINT_NAME = 'recovery-point-offset-checkpoint';
/** First offset, where it is above the first segment's (DeleteRecords) or the log is tiered. */
export const LOG_START_OFFSET_CHECKPOINT_NAME = 'log-start-offset-checkpoint';
/** High watermarks. */
export const REPLICATION_OFFSET_CHECKPOINT_NAME = 'replication-offset-checkpoint';
/** First offset that the cleaner has not cleaned yet. */
export const CLEANER_OFFSET_CHECKPOINT_NAME = 'cleaner-offset-checkpoint';

/** Under its file's name, the format of each. */
export const OFFSET_CHECKPOINT_FORMATS = {
  [RECOVERY_POINT_CHECKPOINT_NAME]: offsetFormat('the next start then checks every segment, which takes longer.'),
  [LOG_START_OFFSET_CHECKPOINT_NAME]: offsetFormat(
    'logs then start at their first segment, so records that were deleted (kafka-delete-records) may be seen again until ' +
      'retention removes them.',
  ),
  [REPLICATION_OFFSET_CHECKPOINT_NAME]: offsetFormat('high watermarks are then learnt again from the replicas.'),
  [CLEANER_OFFSET_CHECKPOINT_NAME]: offsetFormat('the cleaner then begins again at the start of each log.'),
} as const;

export type OffsetCheckpointName = keyof typeof OFFSET_CHECKPOINT_FORMATS;

function offsetFormat(consequence: string): CheckpointFormat<PartitionOffset> {
  return {
    version: 0,
    entryShape: 'TOPIC PARTITION OFFSET',
    cure: `Move the file away while the broker is stopped: ${consequence}`,
    formatEntry: ({ topic, partition, offset }) => `${topic} ${partition} ${offset}`,
    parseEntry: parsePartitionOffset,
  };
}

function parsePartitionOffset(line: string): PartitionOffset | null {
  const [topic = '', partitionText = '', offsetText = '', ...rest] = wordsOf(line);
  const partition = parseWholeNumber(partitionText, INT32_MAX);
  const offset = parseWholeNumber(offsetText, Number.MAX_SAFE_INTEGER);
  if (!isTopicName(topic) || partition === null || offset === null || rest.length > 0) return null;
  return { topic, partition, offset };
}

/** By the partition's directory name (`orders-0`). Of a partition that comes twice the last entry holds, as in Kafka. */
export function offsetsByDirectory(entries: readonly PartitionOffset[]): Map<string, number> {
  const offsets = new Map<string, number>();
  for (const { topic, partition, offset } of entries) offsets.set(formatPartitionDirectory(topic, partition), offset);
  return offsets;
}

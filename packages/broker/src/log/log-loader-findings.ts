/** What a log was found with as it was opened, and what was done about it: for the log's lines, and for whoever looks into it. */
import { escapeControls } from '@ottla/runtime/logger';

export type LogFindingKind =
  /** Of a deletion, a compaction or a split that a stop interrupted. */
  | 'leftover files'
  /** A compaction was complete but for its last renames. */
  | 'finished swap'
  | 'orphaned index'
  /** Its name says neither which offset nor what it is. */
  | 'foreign file'
  | 'missing index'
  | 'damaged transaction index'
  /** The log ended in the middle of a write. Normal after a crash. */
  | 'torn tail'
  /** No batch stands where one was: not normal. */
  | 'damaged batch'
  /** A segment's directory entry was lost with the power, so that what follows does not join. */
  | 'missing segment'
  | 'removed segments'
  /** The log ends below its start. */
  | 'end below start'
  | 'damaged snapshot'
  | 'missing epochs'
  | 'damaged epochs'
  /** A batch contradicts what is known of its producer. */
  | 'refused batch';

export interface LogFinding {
  readonly kind: LogFindingKind;
  /** Of the file, or of the partition's directory. */
  readonly path: string;
  /** In the file, in bytes; null where it is not about a place. */
  readonly position: number | null;
  /** Whole sentences for a person: what was found, what was done, and what is to do if anything is. */
  readonly sentence: string;
}

export class LogFindings {
  readonly list: LogFinding[] = [];
  /** As `orders-0`. */
  readonly #topicPartition: string;

  constructor(topicPartition: string) {
    this.#topicPartition = topicPartition;
  }

  has(kind: LogFindingKind, path: string): boolean {
    return this.list.some((finding) => finding.kind === kind && finding.path === path);
  }

  /** @param text without the partition's name, which is put before it. */
  add(kind: LogFindingKind, path: string, text: string, position: number | null = null): void {
    this.list.push({ kind, path, position, sentence: escapeControls(`${this.#topicPartition}: ${text}`) });
  }
}

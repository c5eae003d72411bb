/**
 * Which leader epoch wrote which offsets of a log: for each epoch the offset at which it began.
 *
 * Followers and consumers find out from it where histories parted (KIP-101, KIP-279, OffsetsForLeaderEpoch). It must never miss
 * an epoch that the log holds: an assignment is flushed before its records are. Entries that the log no longer holds do no
 * harm on disk: loading a log truncates the cache at both ends.
 *
 * Entries are few and change with leaders, so a change makes a new list, and a mark is just the list that was.
 */
import { assert } from '@ottla/runtime';
import type { CheckpointFile, CheckpointFormat } from './checkpoint-file.ts';
import { INT32_MAX, parseWholeNumber, wordsOf } from './log-dir-text.ts';

export interface EpochEntry {
  readonly epoch: number;
  /** Of the first record that was, or will be, written in the epoch. */
  readonly startOffset: number;
}

export interface EpochEndOffset {
  readonly epoch: number;
  readonly endOffset: number;
}

export const UNDEFINED_EPOCH = -1;
export const UNDEFINED_EPOCH_OFFSET = -1;

export const leaderEpochFormat: CheckpointFormat<EpochEntry> = {
  version: 0,
  entryShape: 'EPOCH START_OFFSET',
  cure: "Move the file away while the broker is stopped: epochs are then read from the log's batches again.",
  formatEntry: ({ epoch, startOffset }) => `${epoch} ${startOffset}`,
  parseEntry(line) {
    const [epochText = '', offsetText = '', ...rest] = wordsOf(line);
    const epoch = parseWholeNumber(epochText, INT32_MAX);
    const startOffset = parseWholeNumber(offsetText, Number.MAX_SAFE_INTEGER);
    return epoch === null || startOffset === null || rest.length > 0 ? null : { epoch, startOffset };
  },
};

/** Ascending in both. `cuts` counts how often entries were taken from the end: what was before cannot come back. */
export interface EpochMark {
  readonly entries: readonly EpochEntry[];
  readonly cuts: number;
}

export class LeaderEpochCache {
  #state: EpochMark = { entries: [], cuts: 0 };
  #flushed: EpochMark;
  /** Entries before it are gone for good, whatever is reverted. */
  #startOffset = 0;

  /** @param entries as the checkpoint has them. What is not ascending is put right as if it was assigned in that order. */
  constructor(entries: readonly EpochEntry[] = []) {
    for (const { epoch, startOffset } of entries) this.assign(epoch, startOffset);
    this.#flushed = this.#state;
  }

  // -------------------------------------------------------------------------------------------------------------- change

  /**
   * The epoch begins at that offset, unless it is the latest one and began before. Entries that are not below it in both
   * go: the log was truncated there, or nothing was written in them.
   *
   * @returns whether anything changed; then it is to be flushed.
   */
  assign(epoch: number, startOffset: number): boolean {
    assert(epoch >= 0 && startOffset >= 0, 'an epoch and the offset where it begins are not negative');
    const { entries } = this.#state;
    const latest = entries.at(-1);
    if (latest !== undefined && latest.epoch === epoch && latest.startOffset <= startOffset) return false;
    let kept = entries.length;
    while (kept > 0 && (entries[kept - 1]!.epoch >= epoch || entries[kept - 1]!.startOffset >= startOffset)) kept--;
    this.#replace([...entries.slice(0, kept), { epoch, startOffset }]);
    return true;
  }

  /** The log now ends there (exclusive): entries that begin there or later go. @returns whether there were any. */
  truncateFromEnd(endOffset: number): boolean {
    const { entries, cuts } = this.#state;
    const kept = entriesBefore(entries, endOffset);
    if (kept.length === entries.length) return false;
    this.#state = { entries: kept, cuts: cuts + 1 };
    return true;
  }

  /**
   * The log now starts there: epochs that ended before it go, and the one it falls into begins there from now on.
   *
   * @returns whether anything changed.
   */
  truncateFromStart(startOffset: number): boolean {
    const { entries } = this.#state;
    const kept = entriesFrom(entries, startOffset);
    this.#startOffset = Math.max(this.#startOffset, startOffset);
    if (kept === entries) return false;
    this.#replace(kept);
    return true;
  }

  /** The log starts anew, anywhere. */
  clear(): void {
    this.#startOffset = 0;
    this.#state = { entries: [], cuts: this.#state.cuts + 1 };
  }

  // ------------------------------------------------------------------------------------------------------------ rollback

  /** Taken before an append that may fail. Costs nothing. */
  mark(): EpochMark {
    return this.#state;
  }

  /** Takes back every assignment since the mark; truncations of the start stay. The end was not truncated since then. */
  revertTo(mark: EpochMark): void {
    assert(mark.cuts === this.#state.cuts, 'no end was truncated between a mark and its revert');
    if (mark === this.#state) return;
    const kept = entriesFrom(mark.entries, this.#startOffset);
    this.#state = kept === mark.entries ? mark : { ...mark, entries: kept };
  }

  // --------------------------------------------------------------------------------------------------------------- look

  /** Ascending. The list is never changed afterwards. */
  get entries(): readonly EpochEntry[] {
    return this.#state.entries;
  }

  get earliestEntry(): EpochEntry | null {
    return this.#state.entries[0] ?? null;
  }

  get latestEntry(): EpochEntry | null {
    return this.#state.entries.at(-1) ?? null;
  }

  get latestEpoch(): number | null {
    return this.latestEntry?.epoch ?? null;
  }

  entryOf(epoch: number): EpochEntry | null {
    return this.#state.entries.find((entry) => entry.epoch === epoch) ?? null;
  }

  /** The one with the largest epoch below. */
  previousEntry(epoch: number): EpochEntry | null {
    return this.#state.entries.findLast((entry) => entry.epoch < epoch) ?? null;
  }

  /** The one with the smallest epoch above. */
  nextEntry(epoch: number): EpochEntry | null {
    return this.#state.entries.find((entry) => entry.epoch > epoch) ?? null;
  }

  /** In which epoch a record at that offset was, or would be, written; null before the first one. */
  epochForOffset(offset: number): number | null {
    return this.#state.entries.findLast((entry) => entry.startOffset <= offset)?.epoch ?? null;
  }

  /**
   * The largest epoch up to the requested one, and the offset at which it ended: where the next one began. Of the latest
   * epoch that is the end of the log. Undefined (-1, -1) for the undefined epoch and for one above the latest. An epoch
   * before the first one "ended" where the first one begins: its records are gone, and a follower goes on from there.
   */
  endOffsetFor(requestedEpoch: number, logEndOffset: number): EpochEndOffset {
    if (requestedEpoch === UNDEFINED_EPOCH) return undefinedEnd;
    if (requestedEpoch === this.latestEpoch) return { epoch: requestedEpoch, endOffset: logEndOffset };
    const next = this.nextEntry(requestedEpoch);
    if (next === null) return undefinedEnd;
    const floor = this.previousEntry(requestedEpoch + 1);
    return { epoch: floor?.epoch ?? requestedEpoch, endOffset: next.startOffset };
  }

  /** Entries as the cache of a log with only those offsets would have them. @param endOffset exclusive. */
  entriesInRange(startOffset: number, endOffset: number): readonly EpochEntry[] {
    return entriesBefore(entriesFrom(this.#state.entries, startOffset), endOffset);
  }

  // ---------------------------------------------------------------------------------------------------------------- disk

  /** The disk may know less, or other entries. */
  get isDirty(): boolean {
    return this.#state !== this.#flushed;
  }

  /** Durable as it is now, once it resolves. @throws {DiskError} fatal for the log directory. */
  async flush(file: CheckpointFile<EpochEntry>): Promise<void> {
    const state = this.#state;
    await file.write(state.entries);
    this.#flushed = state;
  }

  #replace(entries: readonly EpochEntry[]): void {
    this.#state = { entries, cuts: this.#state.cuts };
  }
}

const undefinedEnd: EpochEndOffset = { epoch: UNDEFINED_EPOCH, endOffset: UNDEFINED_EPOCH_OFFSET };

function entriesBefore(entries: readonly EpochEntry[], endOffset: number): readonly EpochEntry[] {
  let kept = entries.length;
  while (kept > 0 && entries[kept - 1]!.startOffset >= endOffset) kept--;
  return kept === entries.length ? entries : entries.slice(0, kept);
}

function entriesFrom(entries: readonly EpochEntry[], startOffset: number): readonly EpochEntry[] {
  let gone = 0;
  while (gone < entries.length && entries[gone]!.startOffset <= startOffset) gone++;
  const into = entries[gone - 1];
  if (into === undefined || (gone === 1 && into.startOffset === startOffset)) return entries;
  return [{ epoch: into.epoch, startOffset }, ...entries.slice(gone)];
}

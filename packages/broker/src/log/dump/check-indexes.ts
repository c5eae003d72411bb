/**
 * Checks the indexes of a segment while its batches are walked: entries and batches ascend alike, so that neither has to be held
 * in memory as a whole.
 */
import type { Int64 } from './batch-facts.ts';
import { INDEX_CURE } from './cures.ts';
import type { Findings } from './findings.ts';
import {
  OFFSET_ENTRY_BYTES,
  offsetEntries,
  TIME_ENTRY_BYTES,
  timeEntries,
  TRANSACTION_ENTRY_BYTES,
  transactionEntries,
} from './index-entries.ts';

/** What the walk knows of a batch. */
export interface WalkedBatch {
  readonly position: number;
  /** The CRC is right, so that what follows can be believed. */
  readonly isIntact: boolean;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly maxTimestamp: Int64;
  readonly producerId: Int64;
  /** -1 for none. */
  readonly leaderEpoch: number;
  readonly isAbortMarker: boolean;
}

export interface IndexCheck {
  batch(batch: WalkedBatch): void;
  /** @param endOffset the one after the last record of the segment. */
  end(endOffset: number): void;
}

/** Entries of any kind, one after the other, and how far they have been found. */
abstract class EntryCheck<Entry extends object> implements IndexCheck {
  protected readonly entries: readonly Entry[];
  protected next = 0;
  readonly #file: string;
  readonly #entryBytes: number;
  readonly #findings: Findings;

  constructor(file: string, bytes: Uint8Array, entryBytes: number, entries: Entry[], findings: Findings) {
    this.entries = entries;
    this.#file = file;
    this.#entryBytes = entryBytes;
    this.#findings = findings;
    const rest = bytes.length % entryBytes;
    if (rest !== 0) {
      const reason = `it has ${bytes.length} bytes, expected a multiple of ${entryBytes}`;
      findings.add(file, { kind: 'index length', severity: 'repairable', position: null, reason, cure: INDEX_CURE });
    }
  }

  abstract batch(batch: WalkedBatch): void;
  abstract end(endOffset: number): void;

  /** From the first entry that does not ascend on, nothing of the index is to be believed. */
  protected keepAscending(isAbove: (entry: Entry, before: Entry) => boolean): void {
    const entries = this.entries as Entry[];
    const wrong = entries.findIndex((entry, i) => i > 0 && !isAbove(entry, entries[i - 1]!));
    if (wrong < 0) return;
    this.complain(wrong, `entry ${wrong} does not ascend: ${numbers(entries[wrong]!)}`);
    entries.length = wrong;
  }

  /** An index holds only zeros behind its entries: room for more of them. */
  protected checkRoom(bytes: Uint8Array): void {
    const at = this.entries.length * this.#entryBytes;
    const found = bytes.subarray(at, bytes.length - (bytes.length % this.#entryBytes)).findIndex((byte) => byte !== 0);
    const entry = this.entries.length + Math.floor(found / this.#entryBytes);
    if (found >= 0) this.complain(entry, `entry ${entry} stands behind one of zeros`);
  }

  protected complain(entry: number, reason: string): void {
    const position = entry * this.#entryBytes;
    this.#findings.add(this.#file, { kind: 'index entry', severity: 'repairable', position, reason, cure: INDEX_CURE });
  }
}

export class OffsetIndexCheck extends EntryCheck<{ readonly offset: number; readonly position: number }> {
  constructor(file: string, baseOffset: number, bytes: Uint8Array, findings: Findings) {
    const entries = offsetEntries(baseOffset, bytes);
    super(file, bytes, OFFSET_ENTRY_BYTES, entries, findings);
    if (isRoom(bytes, OFFSET_ENTRY_BYTES)) entries.length = 0;
    this.checkRoom(bytes);
    this.keepAscending((entry, before) => entry.offset > before.offset && entry.position > before.position);
  }

  batch({ position, lastOffset, isIntact }: WalkedBatch): void {
    for (let entry = this.entries[this.next]; entry !== undefined; entry = this.entries[this.next]) {
      if (entry.position > position) return;
      const at = this.next++;
      if (entry.position < position) this.#pointsNowhere(at);
      else if (isIntact && entry.offset !== lastOffset) {
        this.complain(at, `the entry says offset ${entry.offset}, the batch at byte ${position} ends at ${lastOffset}`);
      }
    }
  }

  end(): void {
    while (this.next < this.entries.length) this.#pointsNowhere(this.next++);
  }

  #pointsNowhere(at: number): void {
    const { offset, position } = this.entries[at]!;
    this.complain(at, `the entry of offset ${offset} points to byte ${position}, where no batch starts`);
  }
}

export class TimeIndexCheck extends EntryCheck<{ readonly timestamp: Int64; readonly offset: number }> {
  constructor(file: string, baseOffset: number, bytes: Uint8Array, findings: Findings) {
    const entries = timeEntries(baseOffset, bytes);
    super(file, bytes, TIME_ENTRY_BYTES, entries, findings);
    if (isRoom(bytes, TIME_ENTRY_BYTES)) entries.length = 0;
    this.checkRoom(bytes);
    this.keepAscending((entry, before) => entry.timestamp > before.timestamp && entry.offset >= before.offset);
  }

  batch({ baseOffset, lastOffset, maxTimestamp, isIntact }: WalkedBatch): void {
    if (!isIntact) return;
    for (let entry = this.entries[this.next]; entry !== undefined; entry = this.entries[this.next]) {
      // Brokers before 4.0 named a record inside the batch.
      if (entry.offset > lastOffset) return;
      const at = this.next++;
      if (entry.offset < baseOffset) this.#isNowhere(at);
      else if (entry.timestamp !== maxTimestamp) {
        const reason = `the entry of offset ${entry.offset} says timestamp ${entry.timestamp}, its batch ${maxTimestamp}`;
        this.complain(at, reason);
      }
    }
  }

  end(): void {
    while (this.next < this.entries.length) this.#isNowhere(this.next++);
  }

  #isNowhere(at: number): void {
    this.complain(at, `the entry names offset ${this.entries[at]!.offset}, which the segment does not have`);
  }
}

export class TransactionIndexCheck extends EntryCheck<ReturnType<typeof transactionEntries>[number]> {
  constructor(file: string, baseOffset: number, bytes: Uint8Array, findings: Findings) {
    super(file, bytes, TRANSACTION_ENTRY_BYTES, transactionEntries(bytes), findings);
    this.keepAscending((entry, before) => entry.lastOffset > before.lastOffset);
    for (const [i, entry] of this.entries.entries()) {
      const { version, producerId, firstOffset, lastOffset, lastStableOffset } = entry;
      if (version !== 0) this.complain(i, `entry ${i} has version ${version}, expected 0`);
      const isPossible = producerId >= 0 && firstOffset >= 0 && firstOffset <= lastOffset && lastStableOffset >= 0;
      if (!isPossible || lastOffset < baseOffset) this.complain(i, `entry ${i} cannot be: ${numbers(entry)}`);
    }
  }

  batch({ baseOffset, lastOffset, producerId, isAbortMarker, isIntact }: WalkedBatch): void {
    for (let entry = this.entries[this.next]; entry !== undefined; entry = this.entries[this.next]) {
      if (entry.lastOffset > lastOffset) return;
      const at = this.next++;
      // The marker itself may have been compacted away.
      if (!isIntact || entry.lastOffset < baseOffset) continue;
      if (isAbortMarker && entry.producerId === producerId) continue;
      this.complain(
        at,
        `entry ${at} names offset ${entry.lastOffset}, which is no abort marker of producer ${entry.producerId}`,
      );
    }
  }

  end(endOffset: number): void {
    for (; this.next < this.entries.length; this.next++) {
      const { lastOffset } = this.entries[this.next]!;
      if (lastOffset < endOffset) continue;
      this.complain(this.next, `entry ${this.next} names offset ${lastOffset}, and the segment ends at ${endOffset}`);
    }
  }
}

/** The first entry is no entry but the room for it: all zero, and the second too where there is one. */
function isRoom(bytes: Uint8Array, entryBytes: number): boolean {
  return bytes.length > entryBytes && bytes.subarray(0, 2 * entryBytes).every((byte) => byte === 0);
}

function numbers(entry: object): string {
  return Object.entries(entry)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

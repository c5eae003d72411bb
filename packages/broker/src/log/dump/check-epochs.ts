/** Checks the leader epochs of a log's checkpoint against those that its batches say. */
import type { EpochEntry } from '../leader-epoch-cache.ts';
import { LEADER_EPOCH_CHECKPOINT_NAME } from '../log-names.ts';
import type { IndexCheck, WalkedBatch } from './check-indexes.ts';
import type { Findings } from './findings.ts';

const CURE = "Move the file away while the broker is stopped: epochs are then read from the log's batches again.";

/** Of one partition, over all its segments. An epoch that the checkpoint lacks is normal after a crash: recovery adds it. */
export class EpochCheck implements IndexCheck {
  readonly #entries: readonly EpochEntry[];
  readonly #findings: Findings;
  /** The entry that the batches have reached. */
  #at = -1;
  #isRefuted = false;

  constructor(entries: readonly EpochEntry[], findings: Findings) {
    this.#entries = entries;
    this.#findings = findings;
    const wrong = entries.findIndex(({ epoch, startOffset }, i) => {
      const before = entries[i - 1];
      return before !== undefined && (epoch <= before.epoch || startOffset <= before.startOffset);
    });
    if (wrong >= 0)
      this.#refute(`epoch ${entries[wrong]!.epoch} comes after ${entries[wrong - 1]!.epoch}, out of order`);
  }

  batch({ isIntact, baseOffset, leaderEpoch }: WalkedBatch): void {
    if (!isIntact || leaderEpoch < 0 || this.#isRefuted) return;
    while (baseOffset >= (this.#entries[this.#at + 1]?.startOffset ?? Infinity)) this.#at++;
    const entry = this.#entries[this.#at];
    if (entry === undefined || leaderEpoch >= entry.epoch) return;
    const reason = `it says that epoch ${entry.epoch} began at offset ${entry.startOffset}, and offset ${baseOffset}`;
    this.#refute(`${reason} was written in epoch ${leaderEpoch}`);
  }

  end(): void {}

  #refute(reason: string): void {
    this.#isRefuted = true;
    const file = LEADER_EPOCH_CHECKPOINT_NAME;
    this.#findings.add(file, { kind: 'epoch order', severity: 'repairable', position: null, reason, cure: CURE });
  }
}

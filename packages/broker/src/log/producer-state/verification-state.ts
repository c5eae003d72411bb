/**
 * Transactional batches that the coordinator is being asked about (KIP-890): a partition takes the first batch of a
 * transaction only if the coordinator knows that the partition is part of it. Otherwise nobody would ever write the marker.
 */

/**
 * Handed out when the question is sent, shown when the batch is appended. Compared by identity: the answer to an earlier
 * question, from before an abort, opens no door.
 */
export interface VerificationGuard {
  readonly producerId: number;
}

export interface VerificationStateEntry {
  /** Unix milliseconds. */
  readonly createdMs: number;
  readonly guard: VerificationGuard;
  /** The client bumps its epoch with every transaction (transaction version 2). */
  readonly supportsEpochBump: boolean;
  readonly epoch: number;
  /**
   * The lowest sequence that was asked about in the epoch. A later batch that is answered first must wait for it: written, it
   * would make the lower one out of order for good.
   */
  readonly lowestSequence: number;
}

/** What a producer asks about. */
export interface VerificationQuestion {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly supportsEpochBump: boolean;
}

export class VerificationState {
  readonly #entries = new Map<number, VerificationStateEntry>();

  get size(): number {
    return this.#entries.size;
  }

  get(producerId: number): VerificationStateEntry | null {
    return this.#entries.get(producerId) ?? null;
  }

  /** One guard serves all questions of a producer until a batch, or a marker, of it is appended. */
  ask(question: VerificationQuestion, nowMs: number): VerificationGuard {
    const { producerId, producerEpoch, firstSequence, supportsEpochBump } = question;
    const entry = this.#entries.get(producerId);
    const asked: VerificationStateEntry =
      entry === undefined
        ? {
            createdMs: nowMs,
            guard: { producerId },
            supportsEpochBump,
            epoch: producerEpoch,
            lowestSequence: firstSequence,
          }
        : lowered(entry, producerEpoch, firstSequence);
    if (asked !== entry) this.#entries.set(producerId, asked);
    return asked.guard;
  }

  /** @returns what was there. */
  clear(producerId: number): VerificationStateEntry | null {
    const entry = this.get(producerId);
    this.#entries.delete(producerId);
    return entry;
  }

  /** Undoes `clear`, unless somebody asked anew since then: that guard is out. */
  restore(entry: VerificationStateEntry): void {
    if (!this.#entries.has(entry.guard.producerId)) this.#entries.set(entry.guard.producerId, entry);
  }

  removeExpired(nowMs: number, expirationMs: number): void {
    for (const [producerId, { createdMs }] of this.#entries) {
      if (nowMs - createdMs >= expirationMs) this.#entries.delete(producerId);
    }
  }
}

function lowered(entry: VerificationStateEntry, epoch: number, sequence: number): VerificationStateEntry {
  const isLower = epoch === entry.epoch && sequence < entry.lowestSequence;
  return isLower || epoch > entry.epoch ? { ...entry, epoch, lowestSequence: sequence } : entry;
}

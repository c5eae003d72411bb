/** Producer state against the naive one; snapshots against damage. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { fuzz, mutate } from '@ottla/testing';
import type { Prng } from '@ottla/runtime';
import type { AppendOrigin } from '../append-origin.ts';
import { dataBatch, markerBatch } from './producer-batches.fixture.ts';
import type { ProducerStateMark } from './producer-state-journal.ts';
import { ProducerStateManager } from './producer-state-manager.ts';
import {
  naiveAppend,
  naiveExpire,
  naiveFirstUnstable,
  naiveProducer,
  naiveVerdict,
  type NaiveBatch,
  type NaiveState,
} from './producer-state-naive.fixture.ts';
import { CorruptProducerSnapshotError, decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts';

const PRODUCERS = 4;
const STEPS = 80;
const SEQUENCE_MAX = 0x7fff_ffff;
const EXPIRATION_MS = 500;
const SETTINGS = {
  producerIdExpirationMs: EXPIRATION_MS,
  transactionMaxTimeoutMs: 1_000,
  transactionVerificationEnabled: false,
};

interface Fuzzed {
  readonly state: ProducerStateManager;
  naive: NaiveState;
  end: number;
  highWatermark: number;
  nowMs: number;
  /** What is not known to be written, from the oldest mark on. */
  pending: { readonly mark: ProducerStateMark; readonly naive: NaiveState; readonly end: number }[];
}

/** Mostly what a producer would send next; else one of the mistakes, and what it sent before. */
function drawBatch({ naive, end, nowMs }: Fuzzed, prng: Prng): NaiveBatch {
  const producerId = prng.below(PRODUCERS);
  const known = naiveProducer(naive, producerId);
  const last = known.data.at(-1);
  const drawn = prng.chance(0.15) ? known.all.at(-1 - prng.below(7)) : undefined;
  if (drawn !== undefined && drawn.marker === null) return { ...drawn, offset: end };
  const epoch = Math.max(0, known.epoch) + (prng.chance(0.1) ? 1 : prng.chance(0.05) ? -1 : 0);
  const isNew = known.epoch < 0 || epoch !== known.epoch;
  const next = last === undefined || isNew ? 0 : (last.sequence + last.count) % 2 ** 31;
  const first = known.epoch < 0 && prng.chance(0.3) ? SEQUENCE_MAX - prng.below(4) : next;
  const sequence = prng.chance(0.9) ? first : Math.min(SEQUENCE_MAX, Math.max(0, first + prng.between(-3, 3)));
  const marker = prng.chance(0.25)
    ? {
        isAbort: prng.chance(0.5),
        coordinatorEpoch: Math.max(0, known.coordinatorEpoch + prng.pick([0, 0, 0, 0, 1, -1])),
        version: prng.below(3),
      }
    : null;
  const isTransactional = marker !== null || (known.open === null ? prng.chance(0.6) : prng.chance(0.95));
  const timestamp = Math.max(0, nowMs - prng.below(400));
  const bumped = marker?.version === 2 && prng.chance(0.8) ? epoch + 1 : prng.chance(0.02) ? 32_767 : epoch;
  const count = marker === null ? 1 + prng.below(4) : 1;
  const offset = end + (prng.chance(0.1) ? prng.below(5) : 0);
  return {
    producerId,
    epoch: bumped,
    sequence: marker === null ? sequence : -1,
    count,
    offset,
    timestamp,
    isTransactional,
    marker,
  };
}

function append(fuzzed: Fuzzed, prng: Prng): void {
  const batch = drawBatch(fuzzed, prng);
  if (batch.epoch < 0 || batch.epoch > 32_767) return;
  const { state, naive } = fuzzed;
  const origin: AppendOrigin = prng.chance(0.15) ? 'replication' : batch.marker === null ? 'client' : 'coordinator';
  const wanted = naiveVerdict(naive, batch, origin);
  const { marker } = batch;
  const bytes =
    marker === null
      ? dataBatch(batch)
      : markerBatch({ ...batch, coordinatorEpoch: marker.coordinatorEpoch, type: marker.isAbort ? 'ABORT' : 'COMMIT' });
  const transactionVersion = marker === null || origin === 'replication' ? -1 : marker.version;
  fuzzed.pending.push({ mark: state.mark(), naive: structuredClone(naive), end: fuzzed.end });
  const verdict = state.append(bytes, 0, { origin, transactionVersion, verificationGuard: null });
  if (verdict.kind === 'refused') return strictEqual(verdict.errorCode, wanted, verdict.reason);
  if (verdict.kind === 'duplicate')
    return strictEqual(`duplicate ${verdict.firstOffset}-${verdict.lastOffset}`, wanted);
  strictEqual('accepted', wanted, JSON.stringify(batch));
  deepStrictEqual(verdict.completed, naiveAppend(naive, batch));
  fuzzed.end = batch.offset + batch.count;
  state.advanceTo(fuzzed.end);
}

/** Some appends are written; or one fails, with all that came after it. */
function settle(fuzzed: Fuzzed, prng: Prng): void {
  const { pending, state } = fuzzed;
  if (pending.length === 0) return;
  const at = prng.below(pending.length);
  const { mark, naive, end } = pending[at]!;
  if (prng.chance(0.4)) {
    state.revertTo(mark);
    fuzzed.naive = naive;
    fuzzed.end = end;
    fuzzed.pending = pending.slice(0, at);
  } else {
    state.release(mark);
    fuzzed.pending = pending.slice(at);
  }
}

function compare({ state, naive, highWatermark, end }: Fuzzed): void {
  const producers = new Set(naive.batches.map(({ producerId }) => producerId));
  deepStrictEqual(new Set([...state.activeProducers()].map(({ producerId }) => producerId)), producers);
  for (const producerId of producers) {
    const { epoch, open, coordinatorEpoch, all, data } = naiveProducer(naive, producerId);
    const entry = state.lastEntry(producerId)!;
    strictEqual(entry.producerEpoch, epoch);
    strictEqual(entry.currentTxnFirstOffset, open ?? -1);
    strictEqual(entry.coordinatorEpoch, coordinatorEpoch);
    strictEqual(entry.lastTimestamp, all.at(-1)!.timestamp);
    deepStrictEqual(
      entry.batches.map(({ lastOffset, offsetDelta, timestamp }) => [lastOffset, offsetDelta, timestamp]),
      data.slice(-5).map(({ offset, count, timestamp }) => [offset + count - 1, count - 1, timestamp]),
    );
  }
  strictEqual(state.firstUnstableOffset, naiveFirstUnstable(naive, highWatermark));
  strictEqual(state.firstUndecidedOffset, naiveFirstUnstable(naive, Infinity));
  strictEqual(state.mapEndOffset, end);
}

fuzz('producer state agrees with a naive one', { small: 250 }, (prng) => {
  const state = new ProducerStateManager(SETTINGS);
  const naive = { batches: [], transactions: [] };
  const fuzzed: Fuzzed = { state, naive, end: 0, highWatermark: 0, nowMs: 1_000, pending: [] };
  for (let step = 0; step < STEPS; step++) {
    const roll = prng.below(20);
    if (roll < 14) append(fuzzed, prng);
    else if (roll < 17) settle(fuzzed, prng);
    else if (roll < 18) {
      // The high watermark follows what is written.
      fuzzed.highWatermark = Math.max(
        fuzzed.highWatermark,
        prng.between(fuzzed.highWatermark, fuzzed.pending[0]?.end ?? fuzzed.end),
      );
      state.onHighWatermarkUpdated(fuzzed.highWatermark);
    } else if (roll < 19 && fuzzed.pending.length === 0) {
      fuzzed.nowMs += prng.below(300);
      state.removeExpired(fuzzed.nowMs);
      naiveExpire(fuzzed.naive, fuzzed.nowMs, EXPIRATION_MS);
    } else if (fuzzed.pending.length === 0) {
      reload(fuzzed);
    }
    compare(fuzzed);
  }
});

/** As after a restart, with nothing expired: of each producer only the last batch is known. */
function reload(fuzzed: Fuzzed): void {
  const { state, naive } = fuzzed;
  const entries = decodeProducerSnapshot(state.encodeSnapshot(), 'p');
  ok(entries.every(({ batches }) => batches.length <= 1));
  const expired = (timestamp: number): boolean => fuzzed.nowMs - timestamp >= EXPIRATION_MS;
  state.load(entries, fuzzed.end, fuzzed.nowMs);
  naiveExpire(naive, fuzzed.nowMs, EXPIRATION_MS);
  fuzzed.highWatermark = fuzzed.end;
  for (const { producerId, lastTimestamp, currentTxnFirstOffset } of entries) {
    strictEqual(state.lastEntry(producerId) === null, currentTxnFirstOffset < 0 && expired(lastTimestamp));
    const { data, all } = naiveProducer(naive, producerId);
    const kept = new Set<NaiveBatch>([...data.slice(-1), ...all.filter(({ marker }) => marker !== null).slice(-1)]);
    const isLast = all.at(-1);
    if (isLast !== undefined) kept.add(isLast);
    // The last timestamp stands for that of the last batch too: the snapshot has one only.
    naive.batches = naive.batches
      .filter((batch) => batch.producerId !== producerId || kept.has(batch))
      .map((batch) => (batch === data.at(-1) ? { ...batch, timestamp: isLast!.timestamp } : batch));
  }
}

fuzz('a damaged producer snapshot is refused, or says what it says', { small: 2_000 }, (prng) => {
  const entries = Array.from({ length: prng.below(4) }, (_, i) => ({
    producerId: i,
    producerEpoch: prng.below(100),
    coordinatorEpoch: prng.between(-1, 5),
    lastTimestamp: prng.between(-1, 2 ** 45),
    currentTxnFirstOffset: prng.between(-1, 2 ** 40),
    batches: [],
  }));
  const bytes = encodeProducerSnapshot(entries, entries.length);
  const damaged = mutate(bytes, prng);
  try {
    const decoded = decodeProducerSnapshot(damaged, 'p');
    deepStrictEqual(Buffer.from(encodeProducerSnapshot(decoded, decoded.length)), Buffer.from(damaged));
  } catch (error) {
    ok(error instanceof CorruptProducerSnapshotError, String(error));
  }
});

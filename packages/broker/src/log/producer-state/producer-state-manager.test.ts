/** What may be taken back, what readers may see, what is forgotten and what a snapshot brings back. */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@ottla/runtime';
import { markerBatch, PRODUCER } from './producer-batches.fixture.ts';
import { ProducerStateManager } from './producer-state-manager.ts';
import { append, marker, SETTINGS, shown, txn, v2 } from './producer-steps.fixture.ts';

void test('a refusal says who sent what, and changes nothing', () => {
  const state = new ProducerStateManager(SETTINGS);
  append(state, { offset: 0, sequence: 0, count: 3 });
  const before = state.encodeSnapshot();
  const refused = append(state, { offset: 3, sequence: 9 });
  ok(refused.kind === 'refused');
  ok(refused.reason.startsWith('producer 7 (epoch 0) sent sequence 9 for offset 3: the last was 2.'), refused.reason);
  deepStrictEqual(state.encodeSnapshot(), before);
});

void test('a producer id below 0 leaves no trace', () => {
  const state = new ProducerStateManager(SETTINGS);
  strictEqual(shown(append(state, { offset: 0, producerId: -1, sequence: -1 })), 'accepted');
  strictEqual(state.producerIdCount, 0);
});

void test('a control batch that is no marker is refused; an emptied one says nothing', () => {
  const state = new ProducerStateManager(SETTINGS);
  append(state, { offset: 0, sequence: 0, ...txn });
  const replication = { origin: 'replication', transactionVersion: -1, verificationGuard: null } as const;
  for (const [what, bytes] of [
    ['another type', Uint8Array.from(markerBatch({ offset: 1 }), (byte, at) => (at === 69 ? 3 : byte))],
    ['a record that is cut off', Uint8Array.from(markerBatch({ offset: 1 }), (byte, at) => (at === 61 ? 3 : byte))],
  ] as const) {
    const verdict = state.append(bytes, 0, replication);
    strictEqual(shown(verdict), 'INVALID_RECORD', what);
  }
  const emptied = markerBatch({ offset: 1 }).slice(0, 61);
  new DataView(emptied.buffer).setInt32(8, 49);
  new DataView(emptied.buffer).setInt32(57, 0);
  strictEqual(shown(state.append(emptied, 0, replication)), 'accepted');
  strictEqual(state.firstUndecidedOffset, 0);
});

void test('who writes a marker says its transaction version', () => {
  const state = new ProducerStateManager(SETTINGS);
  throws(() => append(state, { offset: 0, ...marker, transactionVersion: -1 }), AssertionError);
});

// ------------------------------------------------------------------------------------------------------- what readers see

void test('open and unreplicated transactions hold back the last stable offset', () => {
  const state = new ProducerStateManager(SETTINGS);
  append(state, { producerId: 1, offset: 0, sequence: 0, ...txn });
  append(state, { producerId: 2, offset: 1, sequence: 0, ...txn });
  strictEqual(state.lastStableOffset(2, 0), 0);
  const first = append(state, { producerId: 1, offset: 2, ...marker, type: 'ABORT' });
  deepStrictEqual(first, {
    kind: 'accepted',
    notice: null,
    completed: { producerId: 1, firstOffset: 0, lastOffset: 2, isAborted: true, lastStableOffset: 1 },
  });
  strictEqual(state.firstUndecidedOffset, 1);
  strictEqual(state.lastStableOffset(2, 0), 0, 'the marker may still be lost');
  strictEqual(state.lastStableOffset(2, 1), 1, 'but nobody reads before the log');
  state.onHighWatermarkUpdated(2);
  strictEqual(state.firstUnstableOffset, 0);
  state.onHighWatermarkUpdated(3);
  strictEqual(state.firstUnstableOffset, 1);
  const second = append(state, { producerId: 2, offset: 3, ...marker });
  ok(second.kind === 'accepted' && second.completed?.lastStableOffset === 4 && !second.completed.isAborted);
  strictEqual(state.isEmpty, false);
  state.onLogStartOffsetIncremented(4, null);
  strictEqual(state.firstUnstableOffset, null);
  strictEqual(state.lastStableOffset(4, 4), 4);
  strictEqual(state.mapEndOffset, 4);
});

void test('a marker without a transaction ends nothing', () => {
  const state = new ProducerStateManager(SETTINGS);
  deepStrictEqual(append(state, { offset: 0, ...marker }), { kind: 'accepted', completed: null, notice: null });
});

// --------------------------------------------------------------------------------------------------------------- rollback

void test('a failed write takes back batches, transactions and guards, and leaves what came before', () => {
  const state = new ProducerStateManager({ ...SETTINGS, transactionVerificationEnabled: true });
  append(state, { producerId: 1, offset: 0, sequence: 0 });
  const question = { producerId: 2, producerEpoch: 0, firstSequence: 0, supportsEpochBump: false };
  const asked = state.startVerification(question, 0);
  ok(asked.kind === 'started' && asked.guard !== null);
  state.advanceTo(1);
  const mark = state.mark();
  const before = state.encodeSnapshot();
  append(state, { producerId: 1, offset: 1, sequence: 1 });
  append(state, { producerId: 2, offset: 2, sequence: 0, ...txn, guard: asked.guard });
  append(state, { producerId: 2, offset: 3, ...marker });
  append(state, { producerId: 3, offset: 4, sequence: 0 });
  state.advanceTo(5);
  strictEqual(state.verificationCount, 0);
  state.revertTo(mark);
  deepStrictEqual(state.encodeSnapshot(), before);
  strictEqual(state.mapEndOffset, 1);
  strictEqual(state.firstUnstableOffset, null);
  strictEqual(shown(append(state, { producerId: 2, offset: 1, sequence: 0, ...txn, guard: asked.guard })), 'accepted');
});

void test('a guard that was given out after the batch that is taken back stays', () => {
  const state = new ProducerStateManager({ ...SETTINGS, transactionVerificationEnabled: true });
  const question = { producerId: 2, producerEpoch: 0, firstSequence: 0, supportsEpochBump: true };
  const first = state.startVerification(question, 0);
  ok(first.kind === 'started');
  const mark = state.mark();
  append(state, { producerId: 2, offset: 0, sequence: 0, ...txn, guard: first.guard });
  append(state, { producerId: 2, offset: 1, epoch: 1, ...v2 });
  const second = state.startVerification({ ...question, producerEpoch: 1 }, 0);
  ok(second.kind === 'started' && second.guard !== first.guard);
  state.revertTo(mark);
  const retried = { producerId: 2, offset: 0, epoch: 1, sequence: 0, ...txn };
  strictEqual(shown(append(state, { ...retried, guard: second.guard })), 'accepted');
});

void test('a producer that expired while its marker was being written is back when that fails', () => {
  const state = new ProducerStateManager({ ...SETTINGS, producerIdExpirationMs: 1_000 });
  append(state, { offset: 0, sequence: 0, ...txn });
  const mark = state.mark();
  append(state, { offset: 1, ...marker });
  state.removeExpired(1e12);
  strictEqual(state.producerIdCount, 0);
  state.revertTo(mark);
  strictEqual(state.lastEntry(PRODUCER)?.currentTxnFirstOffset, 0);
  strictEqual(state.firstUndecidedOffset, 0);
});

void test('what was released stays', () => {
  const state = new ProducerStateManager(SETTINGS);
  const mark = state.mark();
  append(state, { offset: 0, sequence: 0 });
  state.release(state.mark());
  throws(() => state.revertTo(mark), AssertionError);
  state.truncateFullyAndStartAt(0);
  throws(() => state.release(mark), AssertionError);
});

// ----------------------------------------------------------------------------------------------------- expiry, snapshots

void test('idle producers and questions are forgotten, open transactions are not', () => {
  const state = new ProducerStateManager({ ...SETTINGS, producerIdExpirationMs: 1_000 });
  append(state, { producerId: 1, offset: 0, sequence: 0, timestamp: 5_000 });
  append(state, { producerId: 2, offset: 1, sequence: 0, timestamp: 5_000, ...txn });
  append(state, { producerId: 3, offset: 2, sequence: 0, timestamp: 5_001 });
  state.startVerification({ producerId: 4, producerEpoch: 0, firstSequence: 0, supportsEpochBump: false }, 5_000);
  state.removeExpired(5_999);
  strictEqual(state.producerIdCount + state.verificationCount, 4);
  state.removeExpired(6_000);
  deepStrictEqual(
    [...state.activeProducers()].map(({ producerId }) => producerId),
    [2, 3],
  );
  strictEqual(state.verificationCount, 0);
  strictEqual(shown(append(state, { producerId: 1, offset: 3, sequence: 77 })), 'accepted', 'nothing is known of it');
});

void test('a transaction that was left behind is late after its longest timeout and five minutes', () => {
  const state = new ProducerStateManager({ ...SETTINGS, transactionMaxTimeoutMs: 1_000 });
  strictEqual(state.hasLateTransaction(9e12), false);
  append(state, { producerId: 1, offset: 0, sequence: 0, timestamp: 50_000, ...txn });
  append(state, { producerId: 2, offset: 1, sequence: 0, timestamp: 10_000, ...txn });
  strictEqual(state.hasLateTransaction(351_000), false);
  strictEqual(state.hasLateTransaction(351_001), true);
  append(state, { producerId: 1, offset: 2, timestamp: 60_000, ...marker });
  append(state, { producerId: 2, offset: 3, timestamp: 60_000, ...marker });
  strictEqual(state.hasLateTransaction(9e12), false);
});

void test('a snapshot brings back the last batch and the open transactions, but not who expired', () => {
  const state = new ProducerStateManager(SETTINGS);
  for (let i = 0; i < 3; i++) append(state, { producerId: 1, offset: i, sequence: i, timestamp: 1_000 });
  append(state, { producerId: 3, offset: 3, sequence: 0, timestamp: 100_000_000, ...txn });
  append(state, { producerId: 2, offset: 4, sequence: 0, timestamp: 1, ...txn });
  append(state, { producerId: 4, offset: 5, sequence: 0, timestamp: 1 });
  state.advanceTo(6);
  strictEqual(state.isSnapshotDue, true);
  state.onSnapshotTaken(6);
  strictEqual(state.isSnapshotDue, false);
  const entries = [...state.activeProducers()].map((entry) => ({ ...entry, batches: entry.batches.slice(-1) }));
  const loaded = new ProducerStateManager(SETTINGS);
  append(loaded, { producerId: 99, offset: 0, sequence: 0, ...txn });
  loaded.load([entries[2]!, entries[1]!, entries[3]!, entries[0]!], 6, 86_400_500);
  deepStrictEqual(
    [...loaded.activeProducers()].map(({ producerId }) => producerId),
    [2, 3, 1],
  );
  strictEqual(loaded.firstUnstableOffset, 3);
  strictEqual(loaded.mapEndOffset, 6);
  strictEqual(loaded.isSnapshotDue, false);
  strictEqual(shown(append(loaded, { producerId: 1, offset: 6, sequence: 2 })), 'duplicate 2-2');
  strictEqual(shown(append(loaded, { producerId: 1, offset: 6, sequence: 1 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
});

void test('truncated fully, nothing is known and any snapshot says more', () => {
  const state = new ProducerStateManager(SETTINGS);
  append(state, { offset: 0, sequence: 0, ...txn });
  append(state, { offset: 1, ...marker });
  state.truncateFullyAndStartAt(100);
  strictEqual(state.isEmpty, true);
  strictEqual(state.firstUnstableOffset, null);
  strictEqual(state.mapEndOffset, 100);
  strictEqual(state.isSnapshotDue, true);
});

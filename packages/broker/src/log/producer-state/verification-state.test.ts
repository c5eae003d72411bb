/** Transactional batches get in by an open transaction, or by the guard of a question that its coordinator answered (KIP-890). */
import { ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { PRODUCER } from './producer-batches.fixture.ts';
import { ProducerStateManager } from './producer-state-manager.ts';
import { append, marker, SETTINGS, shown, txn, v2 } from './producer-steps.fixture.ts';
import type { VerificationGuard } from './verification-state.ts';

void test('transactional data needs an open transaction or the guard of the last question', () => {
  const state = new ProducerStateManager({ ...SETTINGS, transactionVerificationEnabled: true });
  const batch = { offset: 0, sequence: 0, ...txn };
  strictEqual(shown(append(state, batch)), 'INVALID_TXN_STATE', 'nobody asked');
  const question = { producerId: PRODUCER, producerEpoch: 0, firstSequence: 0, supportsEpochBump: false };
  const guard = guardOf(state, question);
  strictEqual(shown(append(state, batch)), 'INVALID_TXN_STATE', 'no guard is shown');
  strictEqual(guardOf(state, question), guard, 'one guard serves all questions');
  append(state, { offset: 0, ...marker, type: 'ABORT' });
  strictEqual(shown(append(state, { ...batch, offset: 1, guard })), 'INVALID_TXN_STATE', 'an abort came between');
  const fresh = guardOf(state, question);
  strictEqual(shown(append(state, { ...batch, offset: 1, guard: fresh })), 'accepted');
  strictEqual(guardOf(state, question), null, 'it is open now');
  strictEqual(shown(append(state, { ...batch, offset: 2, sequence: 1 })), 'accepted');
  strictEqual(
    shown(append(state, { ...batch, offset: 3, sequence: 0, epoch: 1 })),
    'INVALID_TXN_STATE',
    'a later epoch',
  );
});

void test('an old epoch is refused before its coordinator is asked', () => {
  const state = new ProducerStateManager(SETTINGS);
  append(state, { offset: 0, epoch: 2, sequence: 0 });
  const question = { producerId: PRODUCER, producerEpoch: 1, firstSequence: 0, supportsEpochBump: false };
  const refused = state.startVerification(question, 0);
  strictEqual(refused.kind === 'refused' ? refused.errorCode : null, 'INVALID_PRODUCER_EPOCH');
});

void test('batches wait for the lowest sequence that was asked about', () => {
  const state = new ProducerStateManager({ ...SETTINGS, transactionVerificationEnabled: true });
  const question = { producerId: PRODUCER, producerEpoch: 0, firstSequence: 5, supportsEpochBump: false };
  const guard = guardOf(state, question);
  guardOf(state, { ...question, firstSequence: 3 });
  strictEqual(shown(append(state, { offset: 0, sequence: 5, ...txn, guard })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
  guardOf(state, { ...question, firstSequence: 8, producerEpoch: 1 });
  guardOf(state, { ...question, firstSequence: 2, producerEpoch: 0 });
  strictEqual(
    shown(append(state, { offset: 0, sequence: 8, epoch: 1, ...txn, guard })),
    'accepted',
    'a later epoch forgets the lowest of the one before, and the one before does not come back',
  );
});

void test('version 2 clients begin at 0 where nothing is known of them', () => {
  const state = new ProducerStateManager({ ...SETTINGS, transactionVerificationEnabled: true });
  const question = { producerId: PRODUCER, producerEpoch: 0, firstSequence: 4, supportsEpochBump: true };
  const guard = guardOf(state, question);
  strictEqual(shown(append(state, { offset: 0, sequence: 4, ...txn, guard })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
});

void test('the marker of the last transaction does not end the question about the next one (version 2)', () => {
  const state = new ProducerStateManager({ ...SETTINGS, transactionVerificationEnabled: true });
  const question = { producerId: PRODUCER, producerEpoch: 1, firstSequence: 0, supportsEpochBump: true };
  const guard = guardOf(state, question);
  append(state, { offset: 0, epoch: 1, ...v2 });
  strictEqual(shown(append(state, { offset: 1, epoch: 1, sequence: 0, ...txn, guard })), 'accepted');
});

function guardOf(
  state: ProducerStateManager,
  question: Parameters<ProducerStateManager['startVerification']>[0],
): VerificationGuard | null {
  const started = state.startVerification(question, 0);
  ok(started.kind === 'started');
  return started.guard;
}

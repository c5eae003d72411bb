/** Kafka's rules for producers, a row each. */
import { deepStrictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { ProducerStateManager } from './producer-state-manager.ts';
import { append, marker, SETTINGS, shown, txn, v2, type Step } from './producer-steps.fixture.ts';

const SEQUENCE_MAX = 0x7fff_ffff;

const RULES: readonly (readonly [reason: string, steps: readonly Step[], verdicts: readonly string[]])[] = [
  ['an unknown producer may begin anywhere (KIP-360)', [{ offset: 0, sequence: 40 }], ['accepted']],
  [
    'sequences go on',
    [
      { offset: 0, sequence: 0, count: 3 },
      { offset: 3, sequence: 3 },
    ],
    ['accepted', 'accepted'],
  ],
  [
    'a gap',
    [
      { offset: 0, sequence: 0, count: 3 },
      { offset: 3, sequence: 4 },
    ],
    ['accepted', 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  ],
  [
    'after 2^31 - 1 comes 0',
    [
      { offset: 0, sequence: SEQUENCE_MAX },
      { offset: 1, sequence: 0 },
    ],
    ['accepted', 'accepted'],
  ],
  [
    'a batch over the wrap, sent twice',
    [
      { offset: 0, sequence: SEQUENCE_MAX - 1, count: 4 },
      { offset: 4, sequence: SEQUENCE_MAX - 1, count: 4 },
    ],
    ['accepted', 'duplicate 0-3'],
  ],
  [
    'and the one after it',
    [
      { offset: 0, sequence: SEQUENCE_MAX - 1, count: 4 },
      { offset: 4, sequence: 2 },
    ],
    ['accepted', 'accepted'],
  ],
  [
    'a part of a batch is no duplicate',
    [
      { offset: 0, sequence: 0, count: 3 },
      { offset: 3, sequence: 0, count: 2 },
    ],
    ['accepted', 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  ],
  [
    'the fifth last batch is known, the sixth is not',
    [
      ...Array.from({ length: 6 }, (_, i) => ({ offset: i, sequence: i })),
      { offset: 6, sequence: 1 },
      { offset: 6, sequence: 0 },
    ],
    [...Array.from({ length: 6 }, () => 'accepted'), 'duplicate 1-1', 'OUT_OF_ORDER_SEQUENCE_NUMBER'],
  ],
  [
    'a new epoch begins at 0, and knows nothing of the last one',
    [
      { offset: 0, sequence: 0 },
      { offset: 1, epoch: 1, sequence: 1 },
      { offset: 1, epoch: 1, sequence: 0 },
    ],
    ['accepted', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'accepted'],
  ],
  [
    'an old epoch is fenced, even if it sends what was taken',
    [
      { offset: 0, epoch: 1, sequence: 0 },
      { offset: 1, epoch: 0, sequence: 0 },
    ],
    ['accepted', 'INVALID_PRODUCER_EPOCH'],
  ],
  [
    'coordinators have no sequences',
    [
      { offset: 0, sequence: -1, origin: 'coordinator' },
      { offset: 1, sequence: -1, origin: 'coordinator' },
    ],
    ['accepted', 'accepted'],
  ],
  [
    'but epochs',
    [
      { offset: 0, epoch: 2, sequence: -1, origin: 'coordinator' },
      { offset: 1, epoch: 1, sequence: -1, origin: 'coordinator' },
    ],
    ['accepted', 'INVALID_PRODUCER_EPOCH'],
  ],
  [
    'a replica takes gaps and repetitions, and notes an epoch that goes back',
    [
      { offset: 0, sequence: 0, epoch: 1, origin: 'replication' },
      { offset: 9, sequence: 9, epoch: 1, origin: 'replication' },
      { offset: 10, sequence: 9, epoch: 1, origin: 'replication' },
      { offset: 11, sequence: 0, epoch: 0, origin: 'replication' },
    ],
    ['accepted', 'accepted', 'accepted', 'epochWentBack'],
  ],
  [
    'a plain batch within a transaction',
    [
      { offset: 0, sequence: 0, ...txn },
      { offset: 1, sequence: 1 },
    ],
    ['accepted', 'INVALID_TXN_STATE'],
  ],
  [
    'after its end the sequences go on',
    [
      { offset: 0, sequence: 0, ...txn },
      { offset: 1, ...marker },
      { offset: 2, sequence: 1, ...txn },
    ],
    ['accepted', 'accepted', 'accepted'],
  ],
  [
    'a marker of a new epoch: sequences begin at 0',
    [
      { offset: 0, sequence: 0, ...txn },
      { offset: 1, epoch: 1, ...marker },
      { offset: 2, epoch: 1, sequence: 1, ...txn },
      { offset: 2, epoch: 1, sequence: 0, ...txn },
    ],
    ['accepted', 'accepted', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'accepted'],
  ],
  [
    'a marker of an old epoch',
    [
      { offset: 0, epoch: 1, sequence: 0, ...txn },
      { offset: 1, epoch: 0, ...marker },
    ],
    ['accepted', 'INVALID_PRODUCER_EPOCH'],
  ],
  [
    'a marker of an old coordinator',
    [
      { offset: 0, coordinatorEpoch: 3, ...marker },
      { offset: 1, coordinatorEpoch: 2, ...marker },
    ],
    ['accepted', 'TRANSACTION_COORDINATOR_FENCED'],
  ],
  [
    'an old coordinator after an unknown one: a replica notes it',
    [
      { offset: 0, coordinatorEpoch: 3, ...marker, origin: 'replication' },
      { offset: 1, coordinatorEpoch: 2, ...marker, origin: 'replication' },
    ],
    ['accepted', 'coordinatorEpochWentBack'],
  ],
  [
    'version 1 takes a marker of the current epoch, and again',
    [
      { offset: 0, sequence: 0, ...txn },
      { offset: 1, ...marker, transactionVersion: 1 },
      { offset: 2, ...marker, transactionVersion: 1 },
    ],
    ['accepted', 'accepted', 'accepted'],
  ],
  [
    'version 2 refuses a marker of the current epoch while a transaction is open: it is of the one before',
    [
      { offset: 0, sequence: 0, ...txn },
      { offset: 1, epoch: 0, ...v2 },
    ],
    ['accepted', 'INVALID_PRODUCER_EPOCH'],
  ],
  [
    'version 2 takes one of the next epoch, and the same again as long as nothing is open',
    [
      { offset: 0, sequence: 0, ...txn },
      { offset: 1, epoch: 1, ...v2 },
      { offset: 2, epoch: 1, ...v2 },
      { offset: 3, epoch: 1, sequence: 0, ...txn },
      { offset: 4, epoch: 1, ...v2 },
    ],
    ['accepted', 'accepted', 'markerRepeated', 'accepted', 'INVALID_PRODUCER_EPOCH'],
  ],
  [
    'version 2 at the last epoch of all: it cannot be bumped',
    [
      { offset: 0, epoch: 0x7fff, sequence: 0, ...txn },
      { offset: 1, epoch: 0x7fff, ...v2 },
    ],
    ['accepted', 'markerRepeated'],
  ],
  [
    'version 2, an epoch that goes back at the last epoch',
    [
      { offset: 0, epoch: 0x7fff, ...marker },
      { offset: 1, epoch: 0x7ffe, ...v2 },
    ],
    ['accepted', 'INVALID_PRODUCER_EPOCH'],
  ],
  [
    'raft leaders check epochs, not sequences',
    [
      { offset: 0, epoch: 1, sequence: 5, origin: 'raftLeader' },
      { offset: 1, epoch: 1, sequence: 9, origin: 'raftLeader' },
      { offset: 2, epoch: 0, sequence: 0, origin: 'raftLeader' },
    ],
    ['accepted', 'accepted', 'INVALID_PRODUCER_EPOCH'],
  ],
];

for (const [reason, steps, verdicts] of RULES) {
  void test(`producer state: ${reason}`, () => {
    const state = new ProducerStateManager(SETTINGS);
    deepStrictEqual(
      steps.map((step) => shown(append(state, step))),
      verdicts,
    );
  });
}

/**
 * Producer state as plainly as it can be said: every batch that was taken is kept, and each answer is looked up in them. Only
 * for comparison.
 */
import type { AppendOrigin } from '../append-origin.ts';

export interface NaiveBatch {
  readonly producerId: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly count: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly isTransactional: boolean;
  /** Null for data. */
  readonly marker: { readonly isAbort: boolean; readonly coordinatorEpoch: number; readonly version: number } | null;
}

interface NaiveTransaction {
  readonly producerId: number;
  readonly first: number;
  marker: number | null;
}

export interface NaiveState {
  /** Of each producer that is known, since it is known: oldest first. */
  batches: NaiveBatch[];
  transactions: NaiveTransaction[];
}

const WRAP = 2 ** 31;

const lastSequence = ({ sequence, count }: NaiveBatch): number => (sequence + count - 1) % WRAP;

/** What it knows of a producer: those batches, its epoch, what it wrote in that, and where its transaction began. */
export function naiveProducer(state: NaiveState, producerId: number) {
  const all = state.batches.filter((batch) => batch.producerId === producerId);
  const epoch = all.at(-1)?.epoch ?? -1;
  const start = all.findLastIndex((batch) => batch.epoch !== epoch) + 1;
  const data = all.slice(start).filter(({ marker }) => marker === null);
  const open = state.transactions.find((each) => each.producerId === producerId && each.marker === null);
  return {
    all,
    epoch,
    data,
    open: open?.first ?? null,
    coordinatorEpoch: all.findLast(({ marker }) => marker !== null)?.marker?.coordinatorEpoch ?? -1,
  };
}

/** What the answer has to be: an error code, the offsets of a duplicate, or that it is taken; nothing changes. */
export function naiveVerdict(state: NaiveState, batch: NaiveBatch, origin: AppendOrigin): string {
  const known = naiveProducer(state, batch.producerId);
  const duplicate = known.data
    .slice(-5)
    .find((each) => each.sequence === batch.sequence && lastSequence(each) === lastSequence(batch));
  if (origin === 'client' && batch.epoch === known.epoch && duplicate !== undefined) {
    return `duplicate ${duplicate.offset}-${duplicate.offset + duplicate.count - 1}`;
  }
  if (origin !== 'replication') {
    const isRetry = batch.epoch === known.epoch && (known.open === null || batch.epoch === 32_767);
    const isStale = batch.marker !== null && batch.marker.version >= 2 && batch.epoch <= known.epoch && !isRetry;
    if (isStale || batch.epoch < known.epoch) return 'INVALID_PRODUCER_EPOCH';
    if (batch.marker !== null && batch.marker.coordinatorEpoch < known.coordinatorEpoch) {
      return 'TRANSACTION_COORDINATOR_FENCED';
    }
  }
  if (origin === 'client' && known.epoch >= 0) {
    const previous = batch.epoch === known.epoch ? known.data.at(-1) : undefined;
    const expected = previous === undefined ? 0 : (lastSequence(previous) + 1) % WRAP;
    if (batch.sequence !== expected) return 'OUT_OF_ORDER_SEQUENCE_NUMBER';
  }
  if (batch.marker === null && known.open !== null && !batch.isTransactional) return 'INVALID_TXN_STATE';
  return 'accepted';
}

/** @returns the transaction that it ends, as the transaction index would have it. */
export function naiveAppend(state: NaiveState, batch: NaiveBatch) {
  const { open } = naiveProducer(state, batch.producerId);
  state.batches.push(batch);
  if (batch.marker === null) {
    if (batch.isTransactional && open === null) {
      state.transactions.push({ producerId: batch.producerId, first: batch.offset, marker: null });
    }
    return null;
  }
  const ended = state.transactions.find((each) => each.first === open);
  if (ended === undefined) return null;
  ended.marker = batch.offset;
  const others = state.transactions.filter(({ marker }) => marker === null).map(({ first }) => first);
  return {
    producerId: batch.producerId,
    firstOffset: ended.first,
    lastOffset: batch.offset,
    isAborted: batch.marker.isAbort,
    lastStableOffset: Math.min(batch.offset + 1, ...others),
  };
}

export function naiveFirstUnstable(state: NaiveState, highWatermark: number): number | null {
  const unstable = state.transactions.filter(({ marker }) => marker === null || marker >= highWatermark);
  return unstable.length === 0 ? null : Math.min(...unstable.map(({ first }) => first));
}

export function naiveExpire(state: NaiveState, nowMs: number, expirationMs: number): void {
  for (const producerId of new Set(state.batches.map((batch) => batch.producerId))) {
    const { all, open } = naiveProducer(state, producerId);
    if (open !== null || nowMs - all.at(-1)!.timestamp < expirationMs) continue;
    state.batches = state.batches.filter((batch) => batch.producerId !== producerId);
  }
}

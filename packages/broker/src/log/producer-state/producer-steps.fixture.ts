/** Appends to a producer state, a row each, and what comes of them in a word. */
import type { AppendOrigin } from '../append-origin.ts';
import { dataBatch, markerBatch, type DataSpec, type MarkerSpec } from './producer-batches.fixture.ts';
import type { ProducerStateManager, ProducerStateSettings, ProducerVerdict } from './producer-state-manager.ts';
import type { VerificationGuard } from './verification-state.ts';

export const SETTINGS: ProducerStateSettings = {
  producerIdExpirationMs: 86_400_000,
  transactionMaxTimeoutMs: 900_000,
  transactionVerificationEnabled: false,
};

/** One append, with the origin that its kind mostly has. */
export interface Step extends Omit<DataSpec, 'sequence'>, MarkerSpec {
  readonly sequence?: number;
  readonly marker?: true;
  readonly origin?: AppendOrigin;
  readonly transactionVersion?: number;
  readonly guard?: VerificationGuard | null;
}

export function append(state: ProducerStateManager, step: Step): ProducerVerdict {
  const bytes = step.marker ? markerBatch(step) : dataBatch({ sequence: 0, ...step });
  const origin = step.origin ?? (step.marker ? 'coordinator' : 'client');
  const transactionVersion = step.transactionVersion ?? (step.marker && origin !== 'replication' ? 0 : -1);
  return state.append(bytes, 0, { origin, transactionVersion, verificationGuard: step.guard ?? null });
}

/** `accepted`, `duplicate FIRST-LAST`, `notice …` or the error code. */
export function shown(verdict: ProducerVerdict): string {
  if (verdict.kind === 'refused') return verdict.errorCode;
  if (verdict.kind === 'duplicate') return `duplicate ${verdict.firstOffset}-${verdict.lastOffset}`;
  return verdict.notice ?? verdict.kind;
}

export const txn = { isTransactional: true } as const;
export const marker = { marker: true } as const;
export const v2 = { marker: true, transactionVersion: 2 } as const;

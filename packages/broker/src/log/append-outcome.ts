/** What is asked of an append, and what comes of it. */
import type { AppendOrigin } from './append-origin.ts';
import type { RefusedAppend } from './append-refusal.ts';
import type { VerificationGuard } from './producer-state/verification-state.ts';
import type { Backing } from './tail-cache.ts';

export interface AppendOptions {
  readonly origin: AppendOrigin;
  readonly leaderEpoch: number;
  /** Of the coordinator that decided the markers; -1 otherwise. */
  readonly transactionVersion?: number;
  readonly verificationGuard?: VerificationGuard | null;
  /** Where the bytes lie, if in memory that is recycled: the tail cache holds on to it. */
  readonly backing?: Backing;
}

/** Offsets are taken; nobody sees them before `written`. */
export interface AssignedAppend {
  readonly kind: 'assigned';
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** Resolves when the records are written, and flushed if that is due. @throws {LogWriteError} {LogOfflineError} */
  readonly written: Promise<void>;
}

/** The producer sent it before; nothing is appended. */
export interface DuplicateAppend {
  readonly kind: 'duplicate';
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly timestamp: number;
  /** As of the first time. */
  readonly written: Promise<void>;
}

export type AppendOutcome = AssignedAppend | DuplicateAppend | RefusedAppend;

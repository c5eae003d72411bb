/**
 * What travels between a compute pool and its threads. An error is taken apart on one side and put together on the other;
 * where no thread is involved it takes the same way, so that a caller never sees a difference.
 */
import { AssertionError } from './assert.ts';
import { ComputeError, RemoteError } from './compute-errors.ts';
import { isOperationalError, type OperationalErrorCode } from './errors.ts';

export interface JobRequest {
  readonly job: string;
  readonly module: string;
  readonly export: string;
  readonly movesOutput: boolean | undefined;
  readonly input: unknown;
}

export interface JobAnswer {
  readonly output?: unknown;
  readonly error?: FlatError;
}

/** An error without its class, for `structuredClone` knows only the language's own. */
export type FlatError =
  | {
      readonly kind: 'operational';
      readonly name: string;
      readonly code: OperationalErrorCode;
      readonly retriable: boolean;
      readonly message: string;
      readonly stack: string | undefined;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'assertion' | 'other'; readonly message: string; readonly stack: string | undefined };

export function flatten(error: unknown): FlatError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof AssertionError) return { kind: 'assertion', message, stack };
  if (!isOperationalError(error)) return { kind: 'other', message, stack };
  const { name, code, retriable } = error;
  return { kind: 'operational', name, code, retriable, message, stack, fields: sendableFields(error) };
}

/** Fields that cannot be sent are left out rather than hiding the error behind a second one. */
function sendableFields(error: object): Record<string, unknown> {
  const sendable: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(error)) {
    try {
      sendable[name] = structuredClone(value) as unknown;
    } catch {
      continue;
    }
  }
  return sendable;
}

export function revive(flat: FlatError, job: string): Error {
  const error = build(flat, job);
  if (flat.stack !== undefined) error.stack = flat.stack;
  return error;
}

function build(flat: FlatError, job: string): Error {
  if (flat.kind === 'operational') return new RemoteError(flat, flat.fields);
  if (flat.kind === 'assertion') return new AssertionError(flat.message);
  return new ComputeError('ERR_COMPUTE_JOB_FAILED', job, flat.message, { cause: new Error(flat.message) });
}

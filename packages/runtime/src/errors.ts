/** Operational errors: what can go wrong though the program is right. Each has a stable code. */

/** Brand, so that `isOperationalError` survives two copies of the package in one process. */
const operational = Symbol.for('ottla.OperationalError');

export type OperationalErrorCode = `ERR_${string}`;

/**
 * Root of every operational error. A programmer's mistake is an `assert` failure, never this.
 *
 * The message is for a person: what happened (with the values), the likely cause, how to fix it.
 */
export abstract class OperationalError extends Error {
  /** Stable across releases. */
  abstract readonly code: OperationalErrorCode;
  /** True when the same call, unchanged, may succeed later. */
  abstract readonly retriable: boolean;

  get [operational](): true {
    return true;
  }
}

export function isOperationalError(error: unknown): error is OperationalError {
  return typeof error === 'object' && error !== null && (error as { [operational]?: unknown })[operational] === true;
}

/** Invariants. A failed one is a bug in Ottla, never a user's mistake: those are `OperationalError`s. */

/** An invariant did not hold. The process should stop: what it knows can no longer be trusted. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** @throws {AssertionError} when `condition` is false. `invariant` says in words what must hold. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new AssertionError(`invariant broken: ${invariant}`);
}

/** For the branch that cannot be reached; the compiler proves that `value` has no cases left. */
export function unreachable(value: never): never {
  throw new AssertionError(`invariant broken: unreachable case ${String(value)}`);
}

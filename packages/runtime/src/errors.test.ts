/** What a failed invariant and an operational error are, and how they are told apart. */
import { ok, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { assert, AssertionError, unreachable } from './assert.ts';
import { isOperationalError, OperationalError } from './errors.ts';

class FullError extends OperationalError {
  override readonly name = 'FullError';
  readonly code = 'ERR_TEST_FULL';
  readonly retriable = true;
}

test('assert: passes what holds, and says the invariant in words where it does not', () => {
  assert(true, 'never said');
  throws(() => assert(false, 'offsets ascend'), {
    name: 'AssertionError',
    message: 'invariant broken: offsets ascend',
  });
  throws(() => unreachable('x' as never), AssertionError);
});

test('errors: operational ones are known by their brand, bugs are not among them', () => {
  const cause = new Error('deep');
  const error = new FullError('full', { cause });
  ok(error instanceof Error && isOperationalError(error));
  strictEqual(error.cause, cause);
  strictEqual(Object.keys(error).includes('code'), true);
  for (const other of [new AssertionError('bug'), new TypeError('bug'), null, undefined, 'text', {}]) {
    strictEqual(isOperationalError(other), false);
  }
});

test('errors: the brand survives a second copy of the package', () => {
  const foreign = Object.assign(new Error('from elsewhere'), { [Symbol.for('ottla.OperationalError')]: true });
  ok(isOperationalError(foreign));
});

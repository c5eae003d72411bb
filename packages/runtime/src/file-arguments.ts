/** What a caller of an open file must get right: both implementations look before they count a call or move anything. */
import { assert } from './assert.ts';

/** A place or size in a file, in bytes. @throws {AssertionError} */
export function checkPosition(what: 'position' | 'size', bytes: number): void {
  assert(Number.isSafeInteger(bytes) && bytes >= 0, `a ${what} is a whole number of bytes, not negative: ${bytes}`);
}

/** @throws {AssertionError} */
export function checkChunks(chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) checkBytes(chunk);
}

/** @throws {AssertionError} */
export function checkBytes(bytes: Uint8Array): void {
  assert(bytes instanceof Uint8Array, 'what a file reads into or writes is a Uint8Array');
}

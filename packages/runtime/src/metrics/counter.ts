/** A number that only grows. One per labelled series: whoever counts keeps it, and counting allocates nothing. */
import { assert } from '../assert.ts';

export class Counter {
  #value = 0;

  /** `by` is 0 or more. */
  inc(by = 1): void {
    assert(by >= 0, 'a counter only grows');
    this.#value += by;
  }

  get value(): number {
    return this.#value;
  }
}

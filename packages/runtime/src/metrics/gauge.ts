/** A number that goes up and down. */
export class Gauge {
  #value = 0;
  /** Of a series beyond the cap: the series that stands for all of those, which then shows their sum. */
  readonly #sum: Gauge | null;

  constructor(sum: Gauge | null = null) {
    this.#sum = sum;
  }

  set(value: number): void {
    this.add(value - this.#value);
    // The sum may have rounded; the gauge itself is what was set.
    this.#value = value;
  }

  add(by: number): void {
    this.#value += by;
    if (this.#sum !== null) this.#sum.add(by);
  }

  get value(): number {
    return this.#value;
  }
}

/** How values are spread: count, sum, least, greatest and quantiles within 2 %, in memory that does not grow. */
import type { HistogramLayout } from './histogram-layout.ts';

export interface HistogramSnapshot {
  readonly count: number;
  readonly sum: number;
  /** 0 without values. So are `max` and the quantiles. */
  readonly min: number;
  readonly max: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  /** Values that were no numbers or infinite, counted nowhere else. */
  readonly rejected: number;
  /** Cumulative; the last is that of +Inf. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

export class Histogram {
  readonly #layout: HistogramLayout;
  // Doubles: a 32-bit count overflows within hours at a million a second.
  readonly #counts: Float64Array;
  readonly #boundCounts: Float64Array;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #rejected = 0;

  constructor(layout: HistogramLayout) {
    this.#layout = layout;
    this.#counts = new Float64Array(layout.bucketCount);
    this.#boundCounts = new Float64Array(layout.bounds.length + 1);
  }

  /** A negative value (a clock that stepped back) counts as 0. */
  observe(value: number): void {
    if (!(value < Number.POSITIVE_INFINITY)) {
      this.#rejected++;
      return;
    }
    const counted = value > 0 ? value : 0;
    const bucket = this.#layout.bucketOf(counted);
    this.#counts[bucket]!++;
    this.#boundCounts[this.#layout.boundOf(bucket, counted)]!++;
    this.#count++;
    this.#sum += counted;
    if (counted < this.#min) this.#min = counted;
    if (counted > this.#max) this.#max = counted;
  }

  get count(): number {
    return this.#count;
  }

  /** @param share in [0, 1]: 0.99 is the value that 99 % do not exceed. 0 without values. */
  quantile(share: number): number {
    if (this.#count === 0) return 0;
    const rank = Math.min(this.#count, Math.max(1, Math.ceil(share * this.#count)));
    if (rank === this.#count) return this.#max;
    let seen = 0;
    let bucket = 0;
    while (seen + this.#counts[bucket]! < rank) seen += this.#counts[bucket++]!;
    const middle = (this.#layout.lowerEdge(bucket) + this.#layout.upperEdge(bucket)) / 2;
    return Math.min(this.#max, Math.max(this.#min, middle));
  }

  snapshot(): HistogramSnapshot {
    let count = 0;
    const buckets = Array.from(this.#boundCounts, (own, at) => {
      count += own;
      return { le: this.#layout.bounds[at] ?? Number.POSITIVE_INFINITY, count };
    });
    return {
      count: this.#count,
      sum: this.#sum,
      min: this.#count === 0 ? 0 : this.#min,
      max: this.#max,
      p50: this.quantile(0.5),
      p90: this.quantile(0.9),
      p95: this.quantile(0.95),
      p99: this.quantile(0.99),
      p999: this.quantile(0.999),
      rejected: this.#rejected,
      buckets,
    };
  }
}

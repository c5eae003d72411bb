/**
 * Which bucket a value falls into: log-linear, as in HdrHistogram. Every power of two is cut into 32 equal parts, so a bucket
 * is at most 1/32 of its value wide, and the bits of the double are the number of the bucket. Shared by the series of a metric.
 */
import { assert } from '../assert.ts';

/** 2^5 parts of each power of two. */
const PART_BITS = 5;
const PART_SHIFT = 20 - PART_BITS;
const PART_MASK = (1 << PART_SHIFT) - 1;

export interface HistogramRange {
  /** What is smaller counts as one. Rounded down to a power of two. */
  readonly lowest: number;
  /** What is larger is counted, without telling how much larger. Rounded up to a power of two. */
  readonly highest: number;
  /** Upper ends, inclusive, of the buckets that Prometheus is told of; ascending. */
  readonly bounds: readonly number[];
}

/** What fits a unit. Seconds: 1 us to 68 min. Bytes: 1 B to 1 TiB. */
export const RANGES: Readonly<Record<'seconds' | 'bytes', HistogramRange>> = {
  seconds: {
    lowest: 2 ** -20,
    highest: 2 ** 12,
    bounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  bytes: { lowest: 1, highest: 2 ** 40, bounds: Array.from({ length: 12 }, (_, power) => 4 ** (power + 4)) },
};

export class HistogramLayout {
  /** The first bucket holds all up to `lowest`, the last all above `highest`. */
  readonly bucketCount: number;
  readonly bounds: Float64Array;
  readonly #lowest: number;
  readonly #highest: number;
  readonly #firstCode: number;
  /** Of each bucket: the first of `bounds` that a value in it may be under. */
  readonly #boundOfBucket: Uint16Array;
  readonly #double = new Float64Array(1);
  readonly #words = new Uint32Array(this.#double.buffer);

  constructor({ lowest, highest, bounds }: HistogramRange) {
    assert(lowest > 0 && highest > lowest && Number.isFinite(highest), 'a histogram has a range');
    assert(bounds.length > 0 && bounds.every((bound, i) => i === 0 || bound > bounds[i - 1]!), 'bounds ascend');
    this.#lowest = 2 ** Math.floor(Math.log2(lowest));
    this.#highest = 2 ** Math.ceil(Math.log2(highest));
    this.#firstCode = this.#code(this.#lowest);
    this.bucketCount = this.#code(this.#highest) - this.#firstCode + 2;
    this.bounds = Float64Array.from(bounds);
    this.#boundOfBucket = Uint16Array.from({ length: this.bucketCount }, (_, bucket) => {
      const lower = this.lowerEdge(bucket);
      const first = bounds.findIndex((bound) => bound > lower);
      return first < 0 ? bounds.length : first;
    });
  }

  /** @param value finite, 0 or more. */
  bucketOf(value: number): number {
    if (value <= this.#lowest) return 0;
    if (value > this.#highest) return this.bucketCount - 1;
    this.#double[0] = value;
    const high = this.#words[1]!;
    // Upper ends belong to their bucket: a value without lower bits is the end of the bucket before.
    const isEdge = (high & PART_MASK) === 0 && this.#words[0] === 0;
    return (high >>> PART_SHIFT) - this.#firstCode + (isEdge ? 0 : 1);
  }

  /** Index into `bounds` of the first that is not under `value`; their number when there is none. */
  boundOf(bucket: number, value: number): number {
    let at = this.#boundOfBucket[bucket]!;
    while (at < this.bounds.length && value > this.bounds[at]!) at++;
    return at;
  }

  /** Exclusive. */
  lowerEdge(bucket: number): number {
    return bucket === 0 ? 0 : this.upperEdge(bucket - 1);
  }

  /** Inclusive. */
  upperEdge(bucket: number): number {
    if (bucket === this.bucketCount - 1) return Number.POSITIVE_INFINITY;
    this.#words[0] = 0;
    this.#words[1] = (this.#firstCode + bucket) << PART_SHIFT;
    return this.#double[0]!;
  }

  /** Exponent and the first bits of the mantissa: grows with the value. */
  #code(value: number): number {
    this.#double[0] = value;
    return this.#words[1]! >>> PART_SHIFT;
  }
}

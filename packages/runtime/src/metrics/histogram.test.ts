import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Histogram } from './histogram.ts';
import { HistogramLayout, RANGES } from './histogram-layout.ts';

const seconds = () => new Histogram(new HistogramLayout(RANGES.seconds));

describe('a bucket holds its upper end, and no value of another', () => {
  for (const [unit, range] of Object.entries(RANGES)) {
    test(unit, () => {
      const layout = new HistogramLayout(range);
      for (let bucket = 1; bucket < layout.bucketCount - 1; bucket++) {
        const [lower, upper] = [layout.lowerEdge(bucket), layout.upperEdge(bucket)];
        assert.equal(layout.bucketOf(upper), bucket, `the end ${upper}`);
        assert.equal(layout.bucketOf((lower + upper) / 2), bucket);
        assert.equal(layout.bucketOf(lower * (1 + Number.EPSILON)), bucket, `just above ${lower}`);
        assert.equal(layout.bucketOf(lower), bucket - 1);
        assert((upper - lower) / upper <= 1 / 32);
      }
      assert.equal(layout.bucketOf(0), 0);
      assert.equal(layout.bucketOf(5e-324), 0);
      assert.equal(layout.bucketOf(range.lowest), 0);
      assert.equal(layout.bucketOf(range.highest), layout.bucketCount - 2);
      assert.equal(layout.bucketOf(Number.MAX_VALUE), layout.bucketCount - 1);
    });
  }

  test('a range that is no power of two grows to the next', () => {
    const layout = new HistogramLayout({ lowest: 3, highest: 100, bounds: [10] });
    assert.equal(layout.upperEdge(0), 2);
    assert.equal(layout.upperEdge(layout.bucketCount - 2), 128);
  });

  const wrong: readonly (readonly [reason: string, lowest: number, highest: number, bounds: number[]])[] = [
    ['nothing to tell apart', 0, 1, [1]],
    ['ends before it starts', 2, 1, [1]],
    ['has no end', 1, Infinity, [1]],
    ['no bounds', 1, 2, []],
    ['bounds that fall', 1, 8, [2, 1]],
  ];
  for (const [reason, lowest, highest, bounds] of wrong) {
    test(`a range that ${reason} is a bug`, () => {
      assert.throws(() => new HistogramLayout({ lowest, highest, bounds }), { name: 'AssertionError' });
    });
  }
});

describe("Prometheus' buckets are exact", () => {
  const rows: readonly (readonly [reason: string, values: number[], counts: Record<string, number>])[] = [
    ['a bound belongs to its bucket', [0.1, 0.25], { 0.05: 0, 0.1: 1, 0.25: 2 }],
    ['just above it does not', [0.1 + 1e-16, 0.10000001], { 0.1: 0, 0.25: 2 }],
    ['zero and less are in the first', [0, -1], { 0.0005: 2, 60: 2 }],
    ['what is over the last is in +Inf', [61, 1e9], { 60: 0, Infinity: 2 }],
  ];
  for (const [reason, values, counts] of rows) {
    test(reason, () => {
      const histogram = seconds();
      for (const value of values) histogram.observe(value);
      const found = Object.fromEntries(histogram.snapshot().buckets.map(({ le, count }) => [String(le), count]));
      for (const [le, count] of Object.entries(counts)) assert.equal(found[le], count, `le ${le}`);
    });
  }

  test('several bounds within one fine bucket', () => {
    const histogram = new Histogram(
      new HistogramLayout({ lowest: 1, highest: 1024, bounds: [100, 100.1, 100.2, 101] }),
    );
    for (const value of [99.9, 100, 100.05, 100.15, 100.9, 102]) histogram.observe(value);
    assert.deepEqual(
      histogram.snapshot().buckets.map(({ count }) => count),
      [2, 3, 4, 5, 6],
    );
  });
});

test('without values all is 0', () => {
  const { buckets, ...rest } = seconds().snapshot();
  assert.deepEqual(rest, { count: 0, sum: 0, min: 0, max: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, rejected: 0 });
  assert(buckets.every(({ count }) => count === 0));
  assert.equal(buckets.at(-1)!.le, Number.POSITIVE_INFINITY);
});

test('what is no number is told apart and spoils nothing', () => {
  const histogram = seconds();
  for (const value of [Number.NaN, Infinity, 2, -Infinity]) histogram.observe(value);
  const { count, sum, rejected, min, max } = histogram.snapshot();
  assert.deepEqual({ count, sum, rejected, min, max }, { count: 2, sum: 2, rejected: 2, min: 0, max: 2 });
});

test('one value is every quantile, exactly', () => {
  const histogram = seconds();
  histogram.observe(0.123456);
  const { p50, p999, min, max } = histogram.snapshot();
  assert.deepEqual([p50, p999, min, max], [0.123456, 0.123456, 0.123456, 0.123456]);
});

test('the largest value is exact, and so is a quantile that reaches it', () => {
  const histogram = seconds();
  for (const value of [1, 2, 1e7]) histogram.observe(value);
  assert.equal(histogram.quantile(1), 1e7);
  assert.equal(histogram.snapshot().p99, 1e7);
  assert(histogram.quantile(0.5) >= 1.9 && histogram.quantile(0.5) <= 2.1);
  assert.equal(histogram.quantile(0), 1);
});

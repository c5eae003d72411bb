// Against the values themselves, sorted: quantiles within half a bucket, bounds and sums exact, for every shape of data.
import assert from 'node:assert/strict';
import { fuzz } from '@ottla/testing';
import type { Prng } from '../prng.ts';
import { Histogram } from './histogram.ts';
import { HistogramLayout } from './histogram-layout.ts';

fuzz('histogram', { small: 300 }, (prng) => {
  const lowest = 2 ** prng.between(-20, 4);
  const highest = lowest * 2 ** prng.between(1, 30);
  const bounds = [
    ...new Set(Array.from({ length: 1 + prng.below(12) }, () => drawValue(prng, lowest, highest))),
  ].toSorted((a, b) => a - b);
  const histogram = new Histogram(new HistogramLayout({ lowest, highest, bounds }));
  const values = Array.from({ length: 1 + prng.below(400) }, () =>
    prng.chance(0.1) ? prng.pick(bounds) : drawValue(prng, lowest, highest),
  );
  for (const value of values) histogram.observe(value);
  values.sort((a, b) => a - b);

  const { count, sum, min, max, buckets } = histogram.snapshot();
  assert.deepEqual([count, min, max], [values.length, values[0], values.at(-1)]);
  assert(Math.abs(sum - values.reduce((total, value) => total + value, 0)) <= 1e-9 * sum);
  for (const { le, count: upTo } of buckets)
    assert.equal(upTo, values.filter((value) => value <= le).length, `le ${le}`);
  for (const share of [0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
    const exact = values[Math.max(0, Math.ceil(share * count) - 1)]!;
    const found = histogram.quantile(share);
    if (exact > highest) assert(found > highest && found <= max);
    else assert(Math.abs(found - exact) <= Math.max(lowest, exact / 32), `${share}: ${found} for ${exact}`);
  }
});

/** Spread over all magnitudes, with ends of buckets, and some outside of the range. */
function drawValue(prng: Prng, lowest: number, highest: number): number {
  const magnitude = lowest * (highest / lowest) ** (prng.float() * 1.2 - 0.1);
  return prng.chance(0.2) ? 2 ** Math.round(Math.log2(magnitude)) : magnitude;
}

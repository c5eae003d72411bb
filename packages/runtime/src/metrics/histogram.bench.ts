import { bench } from '@ottla/testing';
import { Counter } from './counter.ts';
import { Histogram } from './histogram.ts';
import { HistogramLayout, RANGES } from './histogram-layout.ts';

/** Calls a round, so that the call into the contender does not count. */
const ROUND = 1_000;

bench('metrics', (b) => {
  const counter = new Counter();
  const histogram = new Histogram(new HistogramLayout(RANGES.seconds));
  const values = Float64Array.from({ length: ROUND }, (_, i) => 0.000_01 * 1.02 ** (i % 700));
  b.compare(
    {
      'counter.inc': () => {
        for (let i = 0; i < ROUND; i++) counter.inc();
        return counter.value;
      },
      'histogram.observe': () => {
        for (let i = 0; i < ROUND; i++) histogram.observe(values[i]!);
        return histogram.count;
      },
    },
    { perCall: { count: ROUND, unit: 'calls' } },
  );
});

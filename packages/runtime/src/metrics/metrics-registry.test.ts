import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Counter } from './counter.ts';
import { Gauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import { HistogramLayout, RANGES } from './histogram-layout.ts';
import type { MetricOptions } from './metric-name.ts';
import { MetricsRegistry } from './metrics-registry.ts';

const help = 'Help.';

/** `name{label=value}` to number, histograms as their count. */
function shown(registry: MetricsRegistry): Record<string, number> {
  const lines = registry.snapshot().flatMap(({ name, series }) =>
    series.map(({ labels, value }) => {
      const pairs = Object.entries(labels).map(([label, of]) => `${label}=${of}`);
      return [`${name}{${pairs.join(',')}}`, typeof value === 'number' ? value : value.count] as const;
    }),
  );
  return Object.fromEntries(lines);
}

test('counters, gauges and histograms, with labels and without', () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: 'a_total', help }).inc(5);
  const family = registry.counterFamily({ name: 'b_bytes_total', help, unit: 'bytes', labels: ['topic', 'partition'] });
  const handle = family.series('orders', '0');
  handle.inc();
  handle.inc(0.5);
  assert.equal(family.series('orders', '0'), handle, 'one handle a series');
  family.series('orders', '1').inc();
  const gauge = registry.gauge({ name: 'c', help });
  gauge.set(7);
  gauge.add(-9);
  registry.histogram({ name: 'd_seconds', help, unit: 'seconds' }).observe(0.1);
  registry.gaugeReader({ name: 'e', help }, () => 42);
  registry.gaugeCollector({ name: 'f', help, labels: ['listener'] }, (emit) => {
    emit(['A'], 1);
    emit(['B'], 2);
  });
  registry.counterFamily({ name: 'never_total', help, labels: ['x'] });
  assert.deepEqual(shown(registry), {
    'a_total{}': 5,
    'b_bytes_total{topic=orders,partition=0}': 1.5,
    'b_bytes_total{topic=orders,partition=1}': 1,
    'c{}': -2,
    'd_seconds{}': 1,
    'e{}': 42,
    'f{listener=A}': 1,
    'f{listener=B}': 2,
  });
  const [{ type, unit, help: text } = assert.fail()] = registry
    .snapshot()
    .filter(({ name }) => name === 'b_bytes_total');
  assert.deepEqual([type, unit, text], ['counter', 'bytes', 'Help.']);
});

test('two registries know nothing of each other', () => {
  const [one, other] = [new MetricsRegistry(), new MetricsRegistry()];
  one.counter({ name: 'a_total', help }).inc();
  other.counter({ name: 'a_total', help });
  assert.deepEqual([shown(one), shown(other)], [{ 'a_total{}': 1 }, { 'a_total{}': 0 }]);
});

describe('beyond the cap series are one, and that is counted', () => {
  test('counters and histograms share it', () => {
    const registry = new MetricsRegistry({ seriesMax: 2 });
    const counters = registry.counterFamily({ name: 'a_total', help, labels: ['x', 'y'] });
    const histograms = registry.histogramFamily({
      name: 'h_seconds',
      help,
      unit: 'seconds',
      labels: ['x'],
      seriesMax: 1,
    });
    for (const x of ['1', '2', '3', '4']) {
      counters.series(x, 'y').inc(Number(x));
      histograms.series(x).observe(1);
    }
    assert.deepEqual(shown(registry), {
      'a_total{x=1,y=y}': 1,
      'a_total{x=2,y=y}': 2,
      'a_total{x=other,y=other}': 7,
      'h_seconds{x=1}': 1,
      'h_seconds{x=other}': 3,
      'ottla_metrics_series_folded_total{metric=a_total}': 2,
      'ottla_metrics_series_folded_total{metric=h_seconds}': 3,
    });
  });

  test('gauges show their sum', () => {
    const registry = new MetricsRegistry({ seriesMax: 1 });
    const gauges = registry.gaugeFamily({ name: 'g', help, labels: ['x'] });
    gauges.series('a').set(100);
    const [b, c] = [gauges.series('b'), gauges.series('c')];
    b.set(5);
    c.set(7);
    b.set(3);
    c.add(1);
    assert.equal(shown(registry)['g{x=other}'], 11);
    assert.deepEqual([b.value, c.value], [3, 8]);
    c.set(0);
    assert.equal(shown(registry)['g{x=other}'], 3);
  });

  test('collected gauges as well, at every look', () => {
    const registry = new MetricsRegistry({ seriesMax: 2 });
    registry.gaugeCollector({ name: 'g', help, labels: ['x'] }, (emit) => {
      for (const x of ['1', '2', '3', '4', '1']) emit([x], Number(x));
    });
    const wanted = { 'g{x=1}': 1, 'g{x=2}': 2, 'g{x=other}': 7 };
    assert.deepEqual(shown(registry), { ...wanted, 'ottla_metrics_series_folded_total{metric=g}': 2 });
    assert.deepEqual(shown(registry), { ...wanted, 'ottla_metrics_series_folded_total{metric=g}': 4 });
  });

  test('a series that is really called other is the same one', () => {
    const registry = new MetricsRegistry({ seriesMax: 2 });
    const family = registry.counterFamily({ name: 'a_total', help, labels: ['x'] });
    for (const x of ['other', 'b', 'c']) family.series(x).inc();
    assert.deepEqual([shown(registry)['a_total{x=other}'], shown(registry)['a_total{x=b}']], [2, 1]);
  });
});

test('series of a deleted topic go, make room, and start anew', () => {
  const registry = new MetricsRegistry({ seriesMax: 3 });
  const counters = registry.counterFamily({ name: 'a_total', help, labels: ['topic', 'partition'] });
  const gauges = registry.gaugeFamily({ name: 'g', help, labels: ['topic'] });
  registry
    .counterFamily({ name: 'b_total', help, labels: ['listener'] })
    .series('orders')
    .inc();
  const stale = counters.series('orders', '0');
  stale.inc(9);
  counters.series('orders', '1').inc();
  counters.series('other topic', '0').inc();
  gauges.series('orders').set(1);
  assert.equal(registry.removeSeries('topic', 'orders'), 3);
  assert.equal(registry.removeSeries('topic', 'orders'), 0);
  stale.inc();
  assert.deepEqual(shown(registry), { 'b_total{listener=orders}': 1, 'a_total{topic=other topic,partition=0}': 1 });
  counters.series('orders', '0').inc();
  assert.equal(shown(registry)['a_total{topic=orders,partition=0}'], 1);
  assert.equal(counters.remove('orders', '0'), true);
  assert.equal(counters.remove('orders', '0'), false);
  assert.equal(registry.remove('a_total'), true);
  assert.equal(registry.remove('a_total'), false);
  assert.deepEqual(shown(registry), { 'b_total{listener=orders}': 1 });
  registry.counter({ name: 'a_total', help });
});

test('label values that look alike when joined are different series', () => {
  const registry = new MetricsRegistry();
  const family = registry.counterFamily({ name: 'a_total', help, labels: ['x', 'y'] });
  for (const [x, y] of [
    ['a,b', 'c'],
    ['a', 'b,c'],
    ['a","b', 'c'],
    ['', ''],
    ['\0', ''],
  ] as const)
    family.series(x, y).inc();
  assert.deepEqual([...new Set(Object.values(shown(registry)))], [1]);
  assert.equal(registry.snapshot()[0]!.series.length, 5);
});

test('a gauge that cannot be read does not hide the others', () => {
  const registry = new MetricsRegistry();
  registry.gaugeReader({ name: 'bad', help }, () => {
    throw new Error('closed');
  });
  registry.gauge({ name: 'good', help }).set(1);
  assert.deepEqual(shown(registry), { 'good{}': 1, 'ottla_metrics_read_errors_total{metric=bad}': 1 });
});

describe('a wrong name, label or use is a bug', () => {
  const registry = new MetricsRegistry();
  registry.histogram({ name: 'taken_seconds', help, unit: 'seconds' });
  registry.counter({ name: 'taken_total', help });
  const gauge = (options: MetricOptions) => () => registry.gauge(options);
  const rows: readonly (readonly [reason: string, use: () => unknown, message: RegExp])[] = [
    ['upper case', gauge({ name: 'Topics', help }), /snake case/],
    ['a colon', gauge({ name: 'a:b', help }), /snake case/],
    ['two underscores', gauge({ name: 'a__b', help }), /snake case/],
    ['nothing', gauge({ name: '', help }), /snake case/],
    ['no help', gauge({ name: 'a', help: '' }), /help text/],
    ['a gauge that says total', gauge({ name: 'a_total', help }), /only they, end in _total/],
    ['a counter that does not', () => registry.counter({ name: 'a', help }), /only they, end in _total/],
    ['a unit that the name lacks', gauge({ name: 'a', help, unit: 'bytes' }), /the unit bytes ends the name/],
    ['a name twice', () => registry.counter({ name: 'taken_total', help }), /name is its own: taken_total/],
    ["a histogram's line", gauge({ name: 'taken_seconds_count', help }), /name is its own: taken_seconds_count/],
    ['a label twice', () => registry.gaugeFamily({ name: 'a', help, labels: ['x', 'x'] }), /labels of a differ/],
    ['a label of Prometheus', () => registry.gaugeFamily({ name: 'a', help, labels: ['le'] }), /good name: le/],
    ['a private label', () => registry.gaugeFamily({ name: 'a', help, labels: ['__a'] }), /good name: __a/],
    ['a histogram of no range', () => registry.histogram({ name: 'a', help }), /has a range/],
    ['a counter that falls', () => new Counter().inc(-1), /only grows/],
    ['a counter of nothing', () => new Counter().inc(Number.NaN), /only grows/],
    [
      'a missing label value',
      () =>
        registry
          .counterFamily({ name: 'x_total', help, labels: ['a', 'b'] })
          .series(...(['1'] as unknown as ['1', '2'])),
      /one value per label/,
    ],
  ];
  for (const [reason, use, message] of rows)
    test(reason, () => assert.throws(use, { name: 'AssertionError', message }));

  test('also inside of a collector', () => {
    const own = new MetricsRegistry();
    own.gaugeCollector({ name: 'a', help, labels: ['x'] }, (emit) => emit([] as unknown as [string], 1));
    assert.throws(() => own.snapshot(), { name: 'AssertionError' });
  });
});

test('counting allocates nothing', () => {
  const counter = new Counter();
  const gauge = new Gauge();
  const histogram = new Histogram(new HistogramLayout(RANGES.seconds));
  const run = (times: number) => {
    for (let i = 0; i < times; i++) {
      counter.inc();
      counter.inc(2 ** 40);
      gauge.set(i + 0.5);
      histogram.observe(i * 0.001);
    }
  };
  run(50_000);
  // One number in a box each would be 16 bytes, 4.8 MB in all; a collection in between gives another try.
  const grown = Array.from({ length: 5 }, () => {
    const before = process.memoryUsage().heapUsed;
    run(300_000);
    return process.memoryUsage().heapUsed - before;
  });
  assert(
    grown.some((bytes) => bytes >= 0 && bytes < 500_000),
    `grew by ${grown.join(', ')} bytes`,
  );
});

/** All metrics of one broker or client. Nothing is global: two brokers in a process have two registries. */
import { assert, AssertionError } from '../assert.ts';
import { Counter } from './counter.ts';
import { Gauge } from './gauge.ts';
import { Histogram, type HistogramSnapshot } from './histogram.ts';
import { HistogramLayout, RANGES, type HistogramRange } from './histogram-layout.ts';
import { MetricFamily, OTHER, seriesKey, wellFormed, type LabelValues } from './metric-family.ts';
import { checkLabelNames, checkMetricName, sampleNames, type MetricOptions, type MetricType } from './metric-name.ts';

export interface FamilyMetricOptions<Labels extends readonly string[]> extends MetricOptions {
  readonly labels: Labels;
  /** In place of the registry's cap. */
  readonly seriesMax?: number;
}

/** Default: what fits the unit, `seconds` or `bytes`. */
export interface HistogramOptions extends MetricOptions {
  readonly range?: HistogramRange;
}

/** Tells the present value of each series. */
export type GaugeEmit<Labels extends readonly string[]> = (values: LabelValues<Labels>, value: number) => void;

export interface MetricSnapshot {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string | null;
  readonly series: readonly SeriesSnapshot[];
}

export interface SeriesSnapshot {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | HistogramSnapshot;
}

const SERIES_MAX = 1_000;
const FOLDED = 'ottla_metrics_series_folded_total';
const READ_ERRORS = 'ottla_metrics_read_errors_total';

interface Metric {
  readonly type: MetricType;
  readonly options: MetricOptions;
  readonly read: () => SeriesSnapshot[];
  readonly removeWhere: (label: string, value: string) => number;
}

export class MetricsRegistry {
  readonly #seriesMax: number;
  readonly #metrics = new Map<string, Metric>();
  readonly #sampleNames = new Set<string>();
  readonly #folded: MetricFamily<Counter, readonly ['metric']>;
  readonly #readErrors: MetricFamily<Counter, readonly ['metric']>;

  /** @param options.seriesMax series a metric; further ones are one series, `other`. */
  constructor(options: { readonly seriesMax?: number } = {}) {
    this.#seriesMax = options.seriesMax ?? SERIES_MAX;
    const own = { labels: ['metric'], seriesMax: Number.POSITIVE_INFINITY } as const;
    this.#folded = this.counterFamily({
      name: FOLDED,
      help: 'Times that a series beyond the cap was asked for and counted into the series other.',
      ...own,
    });
    this.#readErrors = this.counterFamily({
      name: READ_ERRORS,
      help: 'Times that a gauge could not be read.',
      ...own,
    });
  }

  counter(options: MetricOptions): Counter {
    return this.counterFamily({ ...options, labels: [] }).series();
  }

  counterFamily<const Labels extends readonly string[]>(
    options: FamilyMetricOptions<Labels>,
  ): MetricFamily<Counter, Labels> {
    return this.#family(
      'counter',
      options,
      (other) => other ?? new Counter(),
      ({ value }) => value,
    );
  }

  gauge(options: MetricOptions): Gauge {
    return this.gaugeFamily({ ...options, labels: [] }).series();
  }

  /** Beyond the cap `other` shows the sum; set what is given up to 0 first. */
  gaugeFamily<const Labels extends readonly string[]>(
    options: FamilyMetricOptions<Labels>,
  ): MetricFamily<Gauge, Labels> {
    return this.#family(
      'gauge',
      options,
      (other) => new Gauge(other),
      ({ value }) => value,
    );
  }

  /** A gauge that is asked when somebody looks. */
  gaugeReader(options: MetricOptions, read: () => number): void {
    this.gaugeCollector({ ...options, labels: [] }, (emit) => emit([], read()));
  }

  /** Labelled gauges that are told when somebody looks; nothing is kept between. Beyond the cap `other` shows the sum. */
  gaugeCollector<const Labels extends readonly string[]>(
    options: FamilyMetricOptions<Labels>,
    collect: (emit: GaugeEmit<Labels>) => void,
  ): void {
    checkLabelNames(options.name, options.labels);
    const read = () => this.#collect(options, collect as (emit: GaugeEmit<readonly string[]>) => void);
    this.#register({ type: 'gauge', options, read, removeWhere: () => 0 });
  }

  histogram(options: HistogramOptions): Histogram {
    return this.histogramFamily({ ...options, labels: [] }).series();
  }

  /** About 9 KB a series. */
  histogramFamily<const Labels extends readonly string[]>(
    options: FamilyMetricOptions<Labels> & HistogramOptions,
  ): MetricFamily<Histogram, Labels> {
    const range = options.range ?? RANGES[options.unit as keyof typeof RANGES];
    assert(range !== undefined, `${options.name} has a range, its own or its unit's`);
    const layout = new HistogramLayout(range);
    return this.#family(
      'histogram',
      options,
      (other) => other ?? new Histogram(layout),
      (histogram) => histogram.snapshot(),
    );
  }

  /** Removes the series of all metrics whose `label` is `value`. @returns how many. */
  removeSeries(label: string, value: string): number {
    let removed = 0;
    for (const metric of this.#metrics.values()) removed += metric.removeWhere(label, value);
    return removed;
  }

  /** @returns whether there was such a metric. Its handles count into nothing that is shown. */
  remove(name: string): boolean {
    const metric = this.#metrics.get(name);
    if (metric === undefined) return false;
    for (const sample of sampleNames(metric.type, name)) this.#sampleNames.delete(sample);
    return this.#metrics.delete(name);
  }

  /** Everything as it is now, in order of registration, the registry's own last. Metrics without series are left out. */
  snapshot(): MetricSnapshot[] {
    const isOwn = ({ options }: Metric) => options.name === FOLDED || options.name === READ_ERRORS;
    const metrics = [...this.#metrics.values()];
    // NOTE(order): reading the others may count into our own.
    return [...metrics.filter((metric) => !isOwn(metric)), ...metrics.filter(isOwn)]
      .map(({ type, options: { name, help, unit = null }, read }) => ({ name, type, help, unit, series: read() }))
      .filter(({ series }) => series.length > 0);
  }

  #family<Handle, Labels extends readonly string[]>(
    type: MetricType,
    options: FamilyMetricOptions<Labels>,
    create: (other: Handle | null) => Handle,
    valueOf: (handle: Handle) => number | HistogramSnapshot,
  ): MetricFamily<Handle, Labels> {
    checkLabelNames(options.name, options.labels);
    const family = new MetricFamily<Handle, Labels>({
      labels: options.labels,
      seriesMax: options.seriesMax ?? this.#seriesMax,
      create,
      onFold: () => this.#folded.series(options.name).inc(),
    });
    const read = () =>
      Array.from(family.all(), ({ values, handle }) => ({
        labels: labelsOf(options.labels, values),
        value: valueOf(handle),
      }));
    this.#register({ type, options, read, removeWhere: (label, value) => family.removeWhere(label, value) });
    return family;
  }

  #register(metric: Metric): void {
    const { type, options } = metric;
    checkMetricName(type, options);
    for (const sample of sampleNames(type, options.name)) {
      assert(!this.#sampleNames.has(sample), `a metric's name is its own: ${sample}`);
      this.#sampleNames.add(sample);
    }
    this.#metrics.set(options.name, metric);
  }

  #collect(
    options: FamilyMetricOptions<readonly string[]>,
    collect: (emit: GaugeEmit<readonly string[]>) => void,
  ): SeriesSnapshot[] {
    const { name, labels, seriesMax = this.#seriesMax } = options;
    const series = new Map<string, { labels: Record<string, string>; value: number }>();
    const emit = (given: readonly string[], value: number): void => {
      const values = wellFormed(given);
      assert(values.length === labels.length, 'a series has one value per label');
      const isKnown = series.has(seriesKey(values));
      if (isKnown || labels.length === 0 || series.size < seriesMax) {
        series.set(seriesKey(values), { labels: labelsOf(labels, values), value });
        return;
      }
      this.#folded.series(name).inc();
      const others = labels.map(() => OTHER);
      const sum = series.get(seriesKey(others))?.value ?? 0;
      series.set(seriesKey(others), { labels: labelsOf(labels, others), value: sum + value });
    };
    try {
      collect(emit);
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      this.#readErrors.series(name).inc();
    }
    return [...series.values()];
  }
}

function labelsOf(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, at) => [name, values[at]!]));
}

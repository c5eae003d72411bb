export { Counter } from './counter.ts';
export { Gauge } from './gauge.ts';
export { Histogram, type HistogramSnapshot } from './histogram.ts';
export type { HistogramRange } from './histogram-layout.ts';
export type { LabelValues, MetricFamily } from './metric-family.ts';
export type { MetricOptions, MetricType } from './metric-name.ts';
export {
  MetricsRegistry,
  type FamilyMetricOptions,
  type GaugeEmit,
  type HistogramOptions,
  type MetricSnapshot,
  type SeriesSnapshot,
} from './metrics-registry.ts';
export {
  formatOpenMetrics,
  formatPrometheus,
  OPEN_METRICS_CONTENT_TYPE,
  PROMETHEUS_CONTENT_TYPE,
} from './metrics-text.ts';

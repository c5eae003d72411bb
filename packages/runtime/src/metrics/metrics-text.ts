/** Metrics as text: Prometheus' format 0.0.4, and OpenMetrics 1.0. */
import type { HistogramSnapshot } from './histogram.ts';
import type { MetricSnapshot } from './metrics-registry.ts';

export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
export const OPEN_METRICS_CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** https://prometheus.io/docs/instrumenting/exposition_formats */
export function formatPrometheus(metrics: readonly MetricSnapshot[]): string {
  let text = '';
  for (const metric of metrics) {
    text += `# HELP ${metric.name} ${escapeHelp(metric.help)}\n# TYPE ${metric.name} ${metric.type}\n`;
    text += formatSamples(metric, String);
  }
  return text;
}

/** Counters lose `_total` in their head, units get a line, whole bounds a decimal point, and the end is marked. */
export function formatOpenMetrics(metrics: readonly MetricSnapshot[]): string {
  let text = '';
  for (const metric of metrics) {
    const family = metric.type === 'counter' ? metric.name.replace(/_total$/, '') : metric.name;
    text += `# TYPE ${family} ${metric.type}\n`;
    if (metric.unit !== null) text += `# UNIT ${family} ${metric.unit}\n`;
    text += `# HELP ${family} ${escapeHelp(metric.help).replaceAll('"', '\\"')}\n`;
    text += formatSamples(metric, (bound) => (Number.isInteger(bound) ? `${bound}.0` : String(bound)));
  }
  return `${text}# EOF\n`;
}

function formatSamples({ name, series }: MetricSnapshot, formatBound: (bound: number) => string): string {
  let text = '';
  for (const { labels, value } of series) {
    const pairs = Object.entries(labels).map(([label, of]) => `${label}="${escapeLabel(of)}"`);
    if (typeof value === 'number') text += `${name}${braced(pairs)} ${formatNumber(value)}\n`;
    else text += formatHistogram(name, pairs, value, formatBound);
  }
  return text;
}

function formatHistogram(
  name: string,
  pairs: readonly string[],
  { buckets, sum, count }: HistogramSnapshot,
  formatBound: (bound: number) => string,
): string {
  let text = '';
  for (const { le, count: upTo } of buckets) {
    const bound = le === Number.POSITIVE_INFINITY ? '+Inf' : formatBound(le);
    text += `${name}_bucket${braced([...pairs, `le="${bound}"`])} ${upTo}\n`;
  }
  return `${text}${name}_sum${braced(pairs)} ${formatNumber(sum)}\n${name}_count${braced(pairs)} ${count}\n`;
}

function braced(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

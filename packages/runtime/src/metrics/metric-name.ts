/** Names as Prometheus wants them. They stand in code, so a wrong one is a bug. */
import { assert } from '../assert.ts';

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricOptions {
  /** Snake case, the unit last; a counter's ends in `_total`: `ottla_network_received_bytes_total`. */
  readonly name: string;
  /** A sentence. */
  readonly help: string;
  /** Base units: `seconds`, `bytes`, `ratio`. */
  readonly unit?: string;
}

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const RESERVED_LABELS: ReadonlySet<string> = new Set(['le', 'quantile']);

export function checkMetricName(type: MetricType, { name, help, unit }: MetricOptions): void {
  assert(NAME.test(name), `a metric's name is in snake case: ${name}`);
  assert(name.endsWith('_total') === (type === 'counter'), `counters, and only they, end in _total: ${name}`);
  const base = name.replace(/_total$/, '');
  assert(unit === undefined || base.endsWith(`_${unit}`), `the unit ${unit} ends the name ${name}`);
  assert(help !== '', `a metric has a help text: ${name}`);
}

export function checkLabelNames(metric: string, names: readonly string[]): void {
  assert(new Set(names).size === names.length, `labels of ${metric} differ`);
  for (const name of names) {
    assert(NAME.test(name) && !RESERVED_LABELS.has(name), `a label of ${metric} has a good name: ${name}`);
  }
}

/** Names of the lines that a metric is told in; no two metrics may share one. */
export function sampleNames(type: MetricType, name: string): string[] {
  return type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

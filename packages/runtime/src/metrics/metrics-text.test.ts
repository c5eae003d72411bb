import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatOpenMetrics, formatPrometheus } from './metrics-text.ts';
import { MetricsRegistry } from './metrics-registry.ts';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly type: string;
  readonly help: string;
  readonly unit?: string;
  readonly samples: readonly Sample[];
}

const NUMBER = /^(?:[+-]?Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** Reads the text by the letter of the format; throws at whatever it does not allow. */
function parse(text: string, format: 'prometheus' | 'openmetrics'): Map<string, Family> {
  assert(text.isWellFormed());
  assert(text === '' || text.endsWith('\n'));
  const lines = text.split('\n').slice(0, -1);
  if (format === 'openmetrics') assert.equal(lines.pop(), '# EOF');
  const families = new Map<string, { type: string; help: string; unit?: string; samples: Sample[] }>();
  const seen = new Set<string>();
  let current = '';
  for (const line of lines) {
    const head = /^# (HELP|TYPE|UNIT) ([a-z_][a-z0-9_]*) (.*)$/s.exec(line);
    if (head !== null) {
      const [, keyword, name, rest] = head as unknown as [string, string, string, string];
      if (name !== current) {
        assert(!families.has(name), `${name} comes once`);
        families.set(name, { type: '', help: '', samples: [] });
        current = name;
      }
      const family = families.get(name)!;
      assert.equal(family.samples.length, 0, 'the head comes first');
      if (keyword === 'TYPE') family.type = rest;
      if (keyword === 'HELP') family.help = unescape(rest, format === 'openmetrics' ? /\\[\\n"]/g : /\\[\\n]/g);
      if (keyword === 'UNIT') {
        assert(format === 'openmetrics' && name.endsWith(`_${rest}`));
        family.unit = rest;
      }
      continue;
    }
    const sample = parseSample(line);
    const family = families.get(current)!;
    const suffixes = {
      counter: format === 'openmetrics' ? ['_total'] : [''],
      gauge: [''],
      histogram: ['_bucket', '_sum', '_count'],
    }[family.type];
    assert(
      suffixes?.some((suffix) => sample.name === current + suffix),
      `${sample.name} belongs to ${current}, a ${family.type}`,
    );
    const identity = JSON.stringify([sample.name, sample.labels]);
    assert(!seen.has(identity), `${identity} comes once`);
    seen.add(identity);
    family.samples.push(sample);
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family);
  return families;
}

function parseSample(line: string): Sample {
  const [, name, braces, value] =
    /^([a-z_][a-z0-9_]*)(\{.*\})? (\S+)$/s.exec(line) ?? assert.fail(`no sample: ${line}`);
  assert.match(value!, NUMBER);
  const labels: Record<string, string> = {};
  let rest = braces?.slice(1, -1) ?? '';
  assert.notEqual(braces, '{}');
  while (rest !== '') {
    const [all, label, text] =
      /^([a-z_][a-z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(?:,(?=[a-z_])|$)/.exec(rest) ?? assert.fail(`no label: ${rest}`);
    assert(!Object.hasOwn(labels, label!));
    labels[label!] = unescape(text!, /\\[\\n"]/g);
    rest = rest.slice(all.length);
  }
  return { name: name!, labels, value: Number(value!.replace('Inf', 'Infinity')) };
}

function unescape(text: string, allowed: RegExp): string {
  assert(!text.replace(allowed, '').includes('\\'), `unknown escape in ${text}`);
  return text.replace(allowed, (escape) => (escape === '\\n' ? '\n' : escape[1]!));
}

/** Bounds rise, counts never fall, +Inf is there and is the count. */
function checkHistogram(name: string, { samples }: Family): void {
  const series = Map.groupBy(samples, ({ labels: { le: _, ...others } }) => JSON.stringify(others));
  for (const group of series.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels['le']!.replace('Inf', 'Infinity')));
    assert(bounds.every((bound, at) => at === 0 || bound > bounds[at - 1]!));
    assert(buckets.every(({ value }, at) => at === 0 || value >= buckets[at - 1]!.value));
    assert.equal(bounds.at(-1), Number.POSITIVE_INFINITY);
    assert.equal(buckets.at(-1)!.value, group.find((sample) => sample.name === `${name}_count`)!.value);
    assert(group.some((sample) => sample.name === `${name}_sum`));
  }
}

function example(): MetricsRegistry {
  const registry = new MetricsRegistry({ seriesMax: 50 });
  const received = registry.counterFamily({
    name: 'ottla_received_bytes_total',
    help: 'Bytes with a \\ and "quotes"\nand a second line.',
    unit: 'bytes',
    labels: ['topic'],
  });
  for (const topic of HOSTILE) received.series(topic);
  for (const topic of new Set(HOSTILE.map((one) => one.toWellFormed()))) received.series(topic).inc(3);
  const gauges = registry.gaugeFamily({ name: 'ottla_lag', help: 'Lag.', labels: ['partition', 'group'] });
  [0, -1.5, 1e21, 5e-324, 2 ** 53].forEach((value, at) => gauges.series(String(at), 'g').set(value));
  registry.gaugeReader({ name: 'ottla_nan', help: 'None.' }, () => Number.NaN);
  registry.gaugeReader({ name: 'ottla_inf', help: 'All.' }, () => Number.NEGATIVE_INFINITY);
  const latency = registry.histogramFamily({
    name: 'ottla_request_seconds',
    help: 'Time.',
    unit: 'seconds',
    labels: ['api'],
  });
  for (const value of [0.0001, 0.001, 0.3, 7, 1e6]) latency.series('Produce').observe(value);
  latency.series('Fetch').observe(0.5);
  return registry;
}

const HOSTILE = [
  'orders',
  '',
  'a"b',
  'a\\',
  'a\\nb',
  'a\nb',
  '}',
  '{x="y"} 5',
  ',',
  'a,b="c',
  '\ud800',
  '\ud801',
  '\u00e9\u{1f600}',
  '# HELP x',
  'a\rb',
  '\0',
];

for (const format of ['prometheus', 'openmetrics'] as const) {
  describe(`${format} text`, () => {
    const registry = example();
    const metrics = registry.snapshot();
    const families = parse(format === 'prometheus' ? formatPrometheus(metrics) : formatOpenMetrics(metrics), format);
    const name = format === 'prometheus' ? 'ottla_received_bytes_total' : 'ottla_received_bytes';

    test('every series is there, with its labels as they were', () => {
      const topics = families.get(name)!.samples.map(({ labels }) => labels['topic']);
      assert.deepEqual(topics, [...new Set(HOSTILE.map((topic) => topic.toWellFormed()))]);
      assert(
        families
          .get(name)!
          .samples.every((sample) => sample.name === 'ottla_received_bytes_total' && sample.value === 3),
      );
    });

    test('help and unit are read back', () => {
      assert.equal(families.get(name)!.help, 'Bytes with a \\ and "quotes"\nand a second line.');
      assert.equal(families.get(name)!.unit, format === 'openmetrics' ? 'bytes' : undefined);
      assert.equal(families.get(name)!.type, 'counter');
    });

    test('values of every kind', () => {
      assert.deepEqual(
        families.get('ottla_lag')!.samples.map(({ value }) => value),
        [0, -1.5, 1e21, 5e-324, 2 ** 53],
      );
      assert.deepEqual(families.get('ottla_lag')!.samples[0]!.labels, { partition: '0', group: 'g' });
      assert(Number.isNaN(families.get('ottla_nan')!.samples[0]!.value));
      assert.equal(families.get('ottla_inf')!.samples[0]!.value, Number.NEGATIVE_INFINITY);
    });

    test('a histogram', () => {
      const samples = families
        .get('ottla_request_seconds')!
        .samples.filter(({ labels }) => labels['api'] === 'Produce');
      const one = format === 'openmetrics' ? '1.0' : '1';
      const at = (le: string) => samples.find(({ labels }) => labels['le'] === le)?.value;
      assert.deepEqual([at('0.0005'), at('0.001'), at(one), at('10' + one.slice(1)), at('+Inf')], [1, 2, 3, 4, 5]);
      assert.equal(samples.find((sample) => sample.name.endsWith('_sum'))!.value, 0.0001 + 0.001 + 0.3 + 7 + 1e6);
    });
  });
}

test('an empty registry is valid text', () => {
  assert.equal(formatPrometheus(new MetricsRegistry().snapshot()), '');
  assert.equal(formatOpenMetrics(new MetricsRegistry().snapshot()), '# EOF\n');
});

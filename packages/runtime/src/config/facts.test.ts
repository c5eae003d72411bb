/** The DSL can say every kind of row that Apache Kafka 4.4 has: built from the facts, a row accepts and refuses what they say. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeConfig } from './config-docs.ts';
import { boolean, className, double, int, list, long, password, short, string, type ConfigRow } from './config-row.ts';
import { defineConfig } from './config-table.ts';
import { parseText, type ConfigValue } from './config-value.ts';
import brokerFacts from './facts/broker-subset.json' with { type: 'json' };
import topicFacts from './facts/topic.json' with { type: 'json' };
import { parseValue } from './parse-value.ts';
import { refusal, type Bound, type Validity } from './validity.ts';

interface ValidFact {
  readonly kind: string;
  readonly min?: Bound;
  readonly max?: Bound;
  readonly valid?: readonly string[];
  readonly empty?: boolean;
  readonly null?: boolean;
  readonly entry?: string;
  readonly accepts?: unknown;
}

interface Fact {
  readonly name: string;
  readonly type: string;
  readonly default?: string | null;
  readonly required?: boolean;
  readonly valid?: ValidFact;
  readonly importance: string;
  readonly updateMode?: string;
  readonly server?: readonly { readonly name: string; readonly times?: number }[];
  readonly synonyms?: readonly string[];
  readonly listenerPrefix?: string;
  readonly internal?: boolean;
  readonly deprecated?: boolean;
  readonly dynamicOnly?: boolean;
  readonly sensitive?: boolean;
}

const BUILDERS = {
  BOOLEAN: boolean,
  SHORT: short,
  INT: int,
  LONG: long,
  DOUBLE: double,
  STRING: string,
  LIST: list,
  CLASS: className,
  PASSWORD: password,
};

/** Forms that Kafka checks in code, with the entries that the facts name. */
const ENTRY_FORMS: Readonly<Record<string, { pattern: RegExp; alone?: string[]; good: string; bad: string }>> = {
  throttledReplicas: { pattern: /^\d+:\d+$/, alone: ['*'], good: '0:1,1:1', bad: '*,0:1' },
  endpoints: { pattern: /^[^@:]*:\d+$/, good: 'a:1,b:2', bad: 'a' },
  voters: { pattern: /^\d+@[^@]*:\d+$/, good: '1@a:1', bad: 'a:1' },
};

function validityOf(valid: ValidFact): Validity {
  const form = ENTRY_FORMS[valid.kind];
  if (form !== undefined) {
    const { pattern, alone } = form;
    return { kind: 'entries', entry: valid.entry!, pattern, ...(alone && { alone }), empty: true };
  }
  if (valid.kind === 'code') return { kind: 'ranges', accepts: valid.accepts as [Bound, Bound | null][] };
  return valid as Validity;
}

function rowOf(fact: Fact): ConfigRow {
  const build = BUILDERS[fact.type as keyof typeof BUILDERS] as unknown as (options: object) => ConfigRow;
  const parsed =
    fact.default === null || fact.default === undefined
      ? null
      : parseText(build({ key: 'x', doc: '' }).type, fact.default);
  assert(typeof parsed !== 'string', `${fact.name}: default ${fact.default}`);
  const row = build({
    key: fact.name,
    doc: 'From the facts.',
    default: parsed?.value ?? null,
    required: fact.required,
    importance: fact.importance.toLowerCase(),
    update: fact.updateMode,
    brokerSynonyms: fact.server?.map(({ name, times }) => ({ key: name, ...(times !== undefined && { times }) })),
    listenerPrefix: fact.listenerPrefix,
    internal: fact.internal,
    deprecated: fact.deprecated === true ? 'gone one day' : undefined,
    dynamicOnly: fact.dynamicOnly,
    duplicates: 'kept',
    validity: fact.valid && validityOf(fact.valid),
  });
  const isFirst = fact.synonyms?.[0] === fact.name;
  return isFirst ? { ...row, synonyms: fact.synonyms!.slice(1).map((key) => ({ key })) } : row;
}

/** Texts that the facts say are accepted, and texts that they say are not. */
function examples(fact: Fact): { good: string[]; bad: string[] } {
  const good: string[] = typeof fact.default === 'string' ? [fact.default, ` ${fact.default}\t`] : [];
  const { valid } = fact;
  const bad: string[] = [];
  if (isWhole(fact.type)) {
    bad.push(
      '',
      'ten',
      '1.5',
      '1e3',
      '0x10',
      `${limits(fact.type).max + 1n}`,
      `${limits(fact.type).min - 1n}`,
      '9'.repeat(1000),
    );
  }
  if (fact.type === 'DOUBLE') bad.push('', 'NaN', 'Infinity', 'half', '1e999', '0x1p3');
  if (fact.type === 'BOOLEAN') {
    good.push('true', 'FALSE');
    bad.push('', 'yes', '1');
  }
  if (fact.type === 'CLASS') bad.push('', '  ');
  if (valid === undefined) return { good, bad };
  const form = ENTRY_FORMS[valid.kind];
  if (form !== undefined) {
    good.push('', form.good, ...(form.alone ?? []));
    bad.push(form.bad, `${form.good},`);
  }
  if (valid.kind === 'range' || valid.kind === 'code') {
    const ranges =
      valid.kind === 'range' ? [[valid.min ?? null, valid.max ?? null] as const] : (valid.accepts as [Bound, Bound][]);
    for (const [min, max] of ranges) {
      if (min !== null) good.push(edge(fact.type, min, 0));
      if (max !== null) good.push(edge(fact.type, max, 0));
    }
    const outside = ranges.flatMap(([min, max]) => [
      ...(min === null ? [] : [edge(fact.type, min, -1)]),
      ...(max === null ? [] : [edge(fact.type, max, 1)]),
    ]);
    bad.push(...outside.filter((text) => !good.includes(text)));
  }
  if (valid.kind === 'string' || valid.kind === 'stringIgnoreCase') {
    good.push(...valid.valid!);
    bad.push(`${valid.valid![0]}x`, '');
    (valid.kind === 'string' ? bad : good).push(swapCase(valid.valid![0]!));
  }
  if (valid.kind === 'nonEmpty') bad.push('', '  ');
  if (valid.kind === 'list') {
    const [first = 'a', second = 'b'] = valid.valid ?? [];
    good.push(first, `${first} , ${second}`);
    bad.push(
      `${first},${first}`,
      `${first},,${second}`,
      `${first},`,
      ...(valid.valid === undefined ? [] : [`${first},other`]),
    );
    (valid.empty === true ? good : bad).push('');
  }
  return { good, bad };
}

function isWhole(type: string): boolean {
  return type === 'SHORT' || type === 'INT' || type === 'LONG';
}

function limits(type: string): { min: bigint; max: bigint } {
  const bits = { SHORT: 15n, INT: 31n }[type] ?? 63n;
  return { min: -(1n << bits), max: (1n << bits) - 1n };
}

function edge(type: string, bound: Bound, beyond: -1 | 0 | 1): string {
  return type === 'DOUBLE' ? String(Number(bound) + beyond * 0.01) : (BigInt(bound) + BigInt(beyond)).toString();
}

function swapCase(word: string): string {
  const upper = word.toUpperCase();
  return word === upper ? word.toLowerCase() : upper;
}

for (const [file, facts] of Object.entries({
  topic: topicFacts as readonly Fact[],
  broker: brokerFacts as readonly Fact[],
})) {
  describe(`Kafka's ${file} keys`, () => {
    for (const fact of facts) {
      test(`${fact.name} accepts and refuses what Kafka does`, () => {
        const row = rowOf(fact);
        const { good, bad } = examples(fact);
        for (const text of good) assert.equal(parseValue(row, text).ok, true, `"${text}" is accepted`);
        for (const text of bad) assert.equal(parseValue(row, text).ok, false, `"${text}" is refused`);
        if (fact.valid?.null !== undefined) {
          assert.equal(refusal(row.validity!, null) === null, fact.valid.null, 'no value');
        }
      });
    }

    test('the description of the rows is the facts again', () => {
      const rows = Object.fromEntries(facts.map((fact) => [fact.name, rowOf(fact)]));
      const table = defineConfig(file, rows, file === 'topic' ? { dynamic: true } : {});
      const expected = facts.map((fact) => ({
        ...fact,
        ...(fact.valid && { valid: validityOf(fact.valid) }),
        // One row of a group of synonyms tells of them all; which topic or group key takes a default is that key's row.
        synonyms: fact.synonyms?.[0] === fact.name ? fact.synonyms : undefined,
        topicConfig: undefined,
        groupConfig: undefined,
      }));
      assert.deepEqual(JSON.parse(JSON.stringify(describeConfig(table))), JSON.parse(JSON.stringify(expected)));
    });
  });
}

test('every default of a long is the very text of the facts, also beyond 2^53', () => {
  const unlimited = [...topicFacts, ...brokerFacts].filter(({ default: text }) => text === '9223372036854775807');
  assert(unlimited.length >= 4);
  for (const fact of unlimited as Fact[]) {
    const parsed = parseValue(rowOf(fact), fact.default!);
    assert.deepEqual(parsed, { ok: true, value: Number.POSITIVE_INFINITY as ConfigValue, text: '9223372036854775807' });
  }
});

/** What a dump finds, as it finds it; and its two forms: the lines of Kafka's dump tool, and one JSON object a line. */
import type { Facts, Int64 } from './batch-facts.ts';
import { formatJson, type JsonValue } from './java-json.ts';

/** How an entry of an index and the log, or two neighbours, disagree. */
export type MismatchKind =
  | 'index offset'
  | 'index timestamp'
  | 'index timestamp order'
  | 'indexed offset not found'
  | 'offsets not consecutive';

/** Something is wrong with the file; what can be read of it is still dumped. */
export interface DumpProblem {
  /** Bytes from the start of the file; null where it is the file as a whole. */
  readonly position: number | null;
  readonly reason: string;
  /** Whole sentences. */
  readonly cure: string;
}

export type DumpItem =
  | { readonly kind: 'file' }
  /** A line of Kafka's about the file as a whole. */
  | { readonly kind: 'says'; readonly says: string }
  /** The same, for people alone. */
  | { readonly kind: 'remark'; readonly says: string }
  | { readonly kind: 'batch'; readonly batch: Facts; readonly records: readonly Facts[] | null }
  | { readonly kind: 'entry'; readonly entry: Facts }
  /** The first is what the index says (or the offset before), the second what the log says. */
  | { readonly kind: 'mismatch'; readonly mismatch: MismatchKind; readonly values: readonly [Int64, Int64] }
  | { readonly kind: 'problem'; readonly problem: DumpProblem };

export interface DumpOutput {
  write(file: string, item: DumpItem): void;
  /** After the last file. */
  end(): void;
}

export type WriteLine = (line: string) => void;

// ---------------------------------------------------------------------------------------------------------------- text

export interface TextOptions {
  /** Leave out what is known of a record beside its key and value. */
  readonly skipRecordMetadata: boolean;
  /** As the summary at the end names files. */
  readonly absolutePath: (file: string) => string;
}

interface Summary {
  readonly kind: MismatchKind;
  readonly title: string;
  readonly line: (first: Int64, second: Int64) => string;
  /** Kafka keeps one pair for each first value, in this order; null: all, as they came. */
  readonly sorted: 'ascending' | 'descending' | null;
}

const SUMMARIES: readonly Summary[] = [
  {
    kind: 'index offset',
    title: 'Mismatches in :',
    line: (index, log) => `  Index offset: ${index}, log offset: ${log}`,
    sorted: 'descending',
  },
  {
    kind: 'index timestamp',
    title: 'Found timestamp mismatch in :',
    line: (index, log) => `  Index timestamp: ${index}, log timestamp: ${log}`,
    sorted: null,
  },
  {
    kind: 'index timestamp order',
    title: 'Found out of order timestamp in :',
    line: (index, previous) => `  Index timestamp: ${index}, Previously indexed timestamp: ${previous}`,
    sorted: null,
  },
  {
    kind: 'indexed offset not found',
    title: 'The following indexed offsets are not found in :',
    line: (index, log) => `Indexed offset: ${index}, found log offset: ${log}`,
    sorted: null,
  },
  {
    kind: 'offsets not consecutive',
    title: 'Non-consecutive offsets in ',
    line: (before, after) => `  ${before} is followed by ${after}`,
    sorted: 'ascending',
  },
];

/** The lines of Kafka's DumpLogSegments, and in its order. @param out stdout @param err stderr */
export function createTextOutput(options: TextOptions, out: WriteLine, err: WriteLine): DumpOutput {
  const mismatches = new Map<MismatchKind, Map<string, [Int64, Int64][]>>();
  return {
    write(file, item) {
      if (item.kind === 'mismatch') {
        const ofKind = mismatches.get(item.mismatch) ?? new Map<string, [Int64, Int64][]>();
        mismatches.set(item.mismatch, ofKind);
        const pairs = ofKind.get(file) ?? [];
        ofKind.set(file, pairs);
        pairs.push([...item.values]);
      } else if (item.kind === 'problem') {
        err(formatProblem(file, item.problem));
      } else {
        for (const line of textLines(file, item, options)) out(line);
      }
    },
    end() {
      for (const { kind, title, line, sorted } of SUMMARIES) {
        for (const [file, pairs] of mismatches.get(kind) ?? []) {
          err(title + options.absolutePath(file));
          for (const [first, second] of sorted === null ? pairs : onePerFirst(pairs, sorted)) err(line(first, second));
        }
      }
    },
  };
}

type Printed = Exclude<DumpItem, { kind: 'mismatch' | 'problem' }>;

function textLines(file: string, item: Printed, options: TextOptions): string[] {
  switch (item.kind) {
    case 'file':
      return [`Dumping ${file}`];
    case 'says':
    case 'remark':
      return [item.says];
    case 'entry':
      return [factsText(item.entry)];
    case 'batch':
      return [factsText(item.batch), ...(item.records ?? []).map((record) => recordText(record, options))];
  }
}

function onePerFirst(pairs: readonly [Int64, Int64][], order: 'ascending' | 'descending'): [Int64, Int64][] {
  const sign = order === 'ascending' ? 1 : -1;
  return [...new Map(pairs)].toSorted(([a], [b]) => (a < b ? -sign : a > b ? sign : 0));
}

function factsText(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${valueText(name, value)}`)
    .join(' ');
}

/** Fields that Kafka holds in an OptionalLong. */
const OPTIONAL_FIELDS: readonly string[] = ['deleteHorizonMs', 'currentTxnFirstOffset'];

function valueText(name: string, value: JsonValue): string {
  if (OPTIONAL_FIELDS.includes(name))
    return value === null ? 'OptionalLong.empty' : `OptionalLong[${formatJson(value)}]`;
  if (Array.isArray(value)) return `[${value.join(',')}]`;
  return typeof value === 'string' ? value : formatJson(value);
}

function recordText(record: Facts, { skipRecordMetadata }: TextOptions): string {
  const { key, payload, control, ...metadata } = record;
  const parts: string[] = [];
  if (!skipRecordMetadata) parts.push(factsText(metadata));
  if (control !== undefined) {
    if (skipRecordMetadata) return '';
    // Kafka has a colon behind the first of its kind alone.
    const name = control === 'LeaderChange' ? 'LeaderChange:' : contentText(control);
    return `| ${parts.join(' ')} ${name} ${formatJson(payload ?? null)}`;
  }
  if (skipRecordMetadata && metadata['endTxnMarker'] !== undefined) return '';
  if (key !== undefined) parts.push(`key: ${contentText(key)}`);
  if (payload !== undefined) parts.push(`payload: ${contentText(payload)}`);
  return parts.length === 0 ? '' : `| ${parts.join(' ')}`;
}

function contentText(value: JsonValue): string {
  return typeof value === 'string' ? value : formatJson(value);
}

export function formatProblem(file: string, { position, reason, cure }: DumpProblem): string {
  const where = position === null ? file : `${file} at byte ${position}`;
  return `${where}: ${reason}. ${cure}`;
}

// ---------------------------------------------------------------------------------------------------------------- JSON

/** One object a line: `{file, says}`, `{file, batch, records}`, `{file, entry}`, `{file, mismatch, …}`, `{file, problem}`. */
export function createJsonOutput(out: WriteLine): DumpOutput {
  return {
    write(file, item) {
      const json = itemJson(item);
      if (json !== null) out(formatJson({ file, ...json }));
    },
    end() {},
  };
}

function itemJson(item: DumpItem): Facts | null {
  switch (item.kind) {
    case 'file':
    case 'remark':
      return null;
    case 'says':
      return { says: item.says };
    case 'batch':
      return item.records === null ? { batch: item.batch } : { batch: item.batch, records: item.records };
    case 'entry':
      return { entry: item.entry };
    case 'mismatch':
      return { mismatch: item.mismatch, values: [...item.values] };
    case 'problem':
      return { problem: { ...item.problem } };
  }
}

/** Varints and UUIDs exactly as Kafka's own classes write, read and refuse them. */
import { ok, strictEqual, throws } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ByteReader, ByteReaderError, ByteWriter, formatUuid } from '@ottla/runtime';

const GOLDEN = new URL('../golden/codecs/', import.meta.url);

function lines<T>(file: string): T[] {
  return readFileSync(new URL(file, GOLDEN), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

type Form = 'varint' | 'unsignedVarint' | 'varlong' | 'unsignedVarlong';
type Row = { value?: string; decode?: string } & Partial<Record<Form, string>>;

const rows = lines<Row>('varints.ndjson');

test('golden: varints of every width', () => {
  let checked = 0;
  for (const row of rows) {
    if (row.value === undefined) continue;
    const value = Number(row.value);
    if (row.varint !== undefined) checked += roundTrip('varint', value, row.varint);
    if (row.unsignedVarint !== undefined) checked += roundTrip('uvarint', value >>> 0, row.unsignedVarint);
    if (row.varlong === undefined) continue;
    if (Number.isSafeInteger(value)) checked += roundTrip('varlong53', value, row.varlong);
    else throws(() => new ByteReader(Buffer.from(row.varlong!, 'hex')).varlong53(), ByteReaderError, row.value);
  }
  ok(checked > 500, `${checked} checked`);
});

function roundTrip(kind: 'varint' | 'uvarint' | 'varlong53', value: number, hex: string): number {
  const writer = new ByteWriter();
  writer[kind](value);
  strictEqual(Buffer.from(writer.toBytes()).toString('hex'), hex, `${kind} ${value}`);
  const reader = new ByteReader(Buffer.from(hex, 'hex'));
  strictEqual(reader[kind](), value, `${kind} ${hex}`);
  strictEqual(reader.remaining, 0);
  return 1;
}

test('golden: malformed varints read or fail as in Kafka', () => {
  for (const row of rows) {
    if (row.decode === undefined) continue;
    outcome('varint', row.decode, row.varint!);
    outcome('uvarint', row.decode, row.unsignedVarint!);
    outcome('varlong53', row.decode, row.varlong!);
  }
});

function outcome(kind: 'varint' | 'uvarint' | 'varlong53', hex: string, want: string): void {
  const reader = new ByteReader(Buffer.from(hex, 'hex'));
  const read = /^(-?\d+) after (\d+)$/.exec(want);
  if (read === null) {
    throws(() => reader[kind](), ByteReaderError, `${kind} ${hex}`);
    return;
  }
  const value = reader[kind]();
  // Kafka's unsigned varint is a Java int.
  strictEqual(kind === 'uvarint' ? value | 0 : value, Number(read[1]), `${kind} ${hex}`);
  strictEqual(reader.offset, Number(read[2]), `${kind} ${hex}`);
}

test('golden: UUIDs', () => {
  for (const { hex, string } of lines<{ hex: string; string: string }>('uuids.ndjson')) {
    const bytes = Buffer.from(hex, 'hex');
    strictEqual(formatUuid(bytes), string);
    strictEqual(new ByteReader(bytes).uuid(), string);
    const writer = new ByteWriter();
    ok(writer.uuid(string));
    strictEqual(Buffer.from(writer.toBytes()).toString('hex'), hex);
  }
});

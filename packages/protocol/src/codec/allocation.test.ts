/**
 * What a hostile message may cost: memory bounded by a small multiple of its bytes, for the worst message that can be built.
 *
 * For each request and response, and each array in it, a message is made whose bytes are almost all elements of that array,
 * each as small as it can be: nothing decodes to more memory per byte.
 */
import { ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ByteReader, ByteWriter } from '@ottla/runtime';
import { APIS } from '../every-api.ts';
import type { AnyMessage } from '../message.ts';
import { CodecError } from './codec-error.ts';
import { elementMemoryBytes, fixedBytes, type FieldLayout, type StructLayout, type TypeLayout } from './layout.ts';

/** Measured: see docs/proof/wire.md. A structure of empty lists takes a byte each on the wire and 16 in memory. */
const MULTIPLE_MAX = 64;
const ELEMENTS = 50_000;
/** Arrays that are really measured, those that should cost most first. */
const MEASURED = 12;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Candidate {
  readonly message: AnyMessage;
  readonly version: number;
  readonly path: readonly string[];
  /** Guessed bytes of memory a byte read, to choose what to measure. */
  readonly guess: number;
}

test('codec: no message decodes to more than a small multiple of its bytes', () => {
  const candidates = APIS.flatMap((api) => [api.request, api.response]).flatMap(candidatesOf);
  candidates.sort((a, b) => b.guess - a.guess);
  const measured = candidates.slice(0, MEASURED).map((candidate) => {
    return { multiple: retainedMultiple(candidate), what: `${candidate.message.name} ${candidate.path.join('.')}` };
  });
  const worst = measured.reduce((a, b) => (b.multiple > a.multiple ? b : a));
  console.log(`# worst: ${worst.multiple.toFixed(1)} bytes kept a byte read, ${worst.what}`);
  ok(worst.multiple < MULTIPLE_MAX, `${worst.what} keeps ${worst.multiple} bytes a byte`);
  ok(worst.multiple > 10, 'the measure sees memory at all');
});

function candidatesOf(message: AnyMessage): Candidate[] {
  const version = message.versions.to;
  return arraysOf(message.layout(version)).map(({ path, element }) => {
    return { message, version, path, guess: elementMemoryBytes(element) / Math.max(1, bytesOf(element)) };
  });
}

function bytesOf(type: TypeLayout): number {
  return type.kind === 'struct' ? type.struct.bytesMin : fixedBytes(type) || 1;
}

test('codec: nested arrays cannot add up to more than a message may take', () => {
  // 40,000 topics of 60 partitions of six bytes each: 14 MB that would decode to 360 MB.
  const produce = APIS.find(({ name }) => name === 'Produce')!;
  const writer = new ByteWriter(1 << 20);
  writer.uvarint(0);
  writer.int16(1);
  writer.int32(0);
  writer.uvarint(40_001);
  const partition = Buffer.from('000000000100', 'hex');
  const topic = Buffer.concat([Buffer.of(1, 61), ...Array.from({ length: 60 }, () => partition), Buffer.of(0)]);
  for (let i = 0; i < 40_000; i++) writer.bytes(topic);
  writer.uvarint(0);
  const decode = (): unknown => produce.request.decode(new ByteReader(writer.written()), 12);
  throws(
    decode,
    /topicData\[\d+\]\.partitionData at byte \d+: with this array of 60 the message would take too much memory/,
  );
});

test('codec: a count that the bytes do not pay for allocates nothing', () => {
  const api = APIS.find(({ name }) => name === 'Metadata')!;
  for (const count of [1_000_000, 0x7fffffff]) {
    const writer = new ByteWriter();
    writer.int32(count);
    const bytes = writer.toBytes();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 50; i++) {
      try {
        api.request.decode(new ByteReader(bytes), 4);
        ok(false, 'refused');
      } catch (error) {
        ok(error instanceof CodecError, String(error));
      }
    }
    const grown = process.memoryUsage().heapUsed - before;
    ok(grown < 4_000_000, `50 refusals took ${grown} bytes`);
  }
});

/** All arrays in the body, through arrays and structures. */
function arraysOf(struct: StructLayout, prefix: readonly string[] = []): { path: string[]; element: TypeLayout }[] {
  return struct.fields.flatMap((field) => {
    if (field.presence === 'absent') return [];
    const path = [...prefix, field.name];
    const inner = innerStruct(field.type);
    const below = inner === null ? [] : arraysOf(inner, path);
    return field.type.kind === 'array' ? [{ path, element: field.type.element }, ...below] : below;
  });
}

function innerStruct(type: TypeLayout): StructLayout | null {
  if (type.kind === 'array') return innerStruct(type.element);
  return type.kind === 'struct' ? type.struct : null;
}

/** The smallest value with `ELEMENTS` elements in the array at `path`, one in each array above it. */
function dense(struct: StructLayout, path: readonly string[]): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const field of struct.fields) {
    if (field.presence === 'absent') continue;
    if (field.name === path[0]) value[field.name] = denseField(field, path);
    else if (field.presence === 'inline') value[field.name] = smallest(field.type, field.nullable);
  }
  return value;
}

function denseField(field: FieldLayout, path: readonly string[]): unknown {
  const rest = path.slice(1);
  if (field.type.kind === 'struct') return dense(field.type.struct, rest);
  const { element } = field.type as TypeLayout & { kind: 'array' };
  if (rest.length > 0) return [dense((element as TypeLayout & { kind: 'struct' }).struct, rest)];
  return Array.from({ length: ELEMENTS }, () => smallest(element, false));
}

/** The value that takes the fewest bytes; an empty list costs more memory than null, and no more bytes. */
function smallest(type: TypeLayout, nullable: boolean): unknown {
  switch (type.kind) {
    case 'array':
      return [];
    case 'struct':
      return nullable ? null : dense(type.struct, []);
    case 'bool':
      return false;
    case 'int64':
      return 0n;
    case 'string':
      return '';
    case 'uuid':
      return 'SWIpq67KlxYjFNkcPSOgEw';
    case 'bytes':
    case 'records':
      return new Uint8Array(0);
    default:
      return 0;
  }
}

function retainedMultiple({ message, version, path }: Candidate): number {
  const writer = new ByteWriter();
  message.encode(writer, dense(message.layout(version), path), version);
  const bytes = writer.toBytes();
  message.decode(new ByteReader(bytes), version); // compiled before it is measured
  collectGarbage();
  const before = memoryInUse();
  const decoded = message.decode(new ByteReader(bytes), version);
  collectGarbage();
  const kept = memoryInUse() - before;
  ok(decoded !== null);
  return kept / bytes.length;
}

function memoryInUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

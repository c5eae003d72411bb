/**
 * The decoder as generated code: one straight function a (message, version), with one bounds check for each run of fields
 * of fixed size and no call for the common cases.
 *
 * In the code: `r` reader, `m` its memory, `v` DataView, `b` bytes, `p` position, `end`, `n` a length, `x` a number; `C` constants. What
 * does not fit throws whatever is at hand: `Message` then asks the closures for the reason.
 */
import { formatUuid, ZERO_UUID, type ByteReader } from '@ottla/runtime';
import type { UnknownTaggedField } from '../schema/field.ts';
import { CodeText } from './code-text.ts';
import type { Decode } from './codec.ts';
import { ARRAY_ELEMENTS_MAX, STRING_BYTES_MAX, TAGGED_FIELDS_MAX } from './limits.ts';
import {
  elementBytesMin,
  elementMemoryBytes,
  fixedBytes,
  type FieldLayout,
  type StructLayout,
  type TypeLayout,
} from './layout.ts';

/** @throws {EvalError} where code generation from strings is forbidden. */
export function generateDecoder(struct: StructLayout): Decode {
  const code = new CodeText();
  code.block('return function decode(r)', () => {
    code.line('const v = r.view, b = r.bytes, m = v.buffer, end = r.end;');
    code.line('let p = r.position, n = 0, x = 0;');
    const value = emitStruct(code, struct);
    code.line('r.position = p;');
    code.line(`return ${value};`);
  });
  // oxlint-disable-next-line typescript/no-implied-eval -- the code is made from our own schemas, never from input
  const make = new Function('C', 'F', 'uuid', 'sorted', code.toString());
  return make(code.constants, misfit, readUuid, sortedByTag) as Decode;
}

function misfit(): never {
  throw new Error('misfit');
}

/** Senders write tags in rising order, so that there is seldom anything to do. */
function sortedByTag(unknown: UnknownTaggedField[]): UnknownTaggedField[] {
  let isSorted = true;
  for (let i = 1; i < unknown.length; i++) isSorted &&= unknown[i - 1]!.tag < unknown[i]!.tag;
  if (isSorted) return unknown;
  unknown.sort((a, b) => a.tag - b.tag);
  for (let i = 1; i < unknown.length; i++) if (unknown[i - 1]!.tag === unknown[i]!.tag) misfit();
  return unknown;
}

function readUuid(reader: ByteReader, at: number): string {
  const view = reader.view;
  if (view.getInt32(at + 12) === 0 && view.getInt32(at) === 0 && view.getInt32(at + 4) === 0) {
    if (view.getInt32(at + 8) === 0) return ZERO_UUID;
  }
  return formatUuid(reader.bytes, at);
}

/** Emits what reads a structure and returns the name of the variable that holds it. */
function emitStruct(code: CodeText, struct: StructLayout): string {
  const values = new Map<string, string>();
  emitInline(code, struct, values);
  for (const field of struct.fields) {
    if (field.presence !== 'inline') values.set(field.name, code.constant(field.default));
  }
  const unknown = struct.flexible ? emitTagged(code, struct, values) : null;
  const value = code.name('o');
  const properties = struct.fields.map((field) => `${field.name}: ${values.get(field.name)}`);
  code.line(`const ${value} = { ${properties.join(', ')} };`);
  if (unknown !== null) code.line(`if (${unknown} !== undefined) ${value}.unknownTaggedFields = ${unknown};`);
  return value;
}

function emitInline(code: CodeText, struct: StructLayout, values: Map<string, string>): void {
  const fields = struct.fields.filter((field) => field.presence === 'inline');
  for (let i = 0; i < fields.length;) {
    let run = i;
    while (run < fields.length && fixedBytes(fields[run]!.type) > 0) run++;
    if (run > i) {
      emitRun(code, fields.slice(i, run), values);
      i = run;
    } else {
      values.set(fields[i]!.name, emitVariable(code, fields[i]!, false));
      i++;
    }
  }
}

/** Neighbours of fixed size: one check, then plain reads at fixed distances. */
function emitRun(code: CodeText, fields: readonly FieldLayout[], values: Map<string, string>): void {
  const size = fields.reduce((sum, field) => sum + fixedBytes(field.type), 0);
  code.line(`if (end - p < ${size}) F();`);
  let distance = 0;
  for (const field of fields) {
    const name = code.name('f');
    emitFixed(code, `const ${name}`, field.type, distance === 0 ? 'p' : `p + ${distance}`, field.saturates);
    values.set(field.name, name);
    distance += fixedBytes(field.type);
  }
  code.line(`p += ${size};`);
}

function emitFixed(code: CodeText, target: string, type: TypeLayout, at: string, saturates: boolean): void {
  if (type.kind === 'int53') {
    code.line(`x = v.getInt32(${at}) * 4294967296 + v.getUint32(${at} + 4);`);
    if (saturates) {
      code.line(`${target} = x > 9007199254740991 ? Infinity : x < -9007199254740991 ? -Infinity : x;`);
    } else {
      code.line('if (x > 9007199254740991 || x < -9007199254740991) F();');
      code.line(`${target} = x;`);
    }
    return;
  }
  code.line(`${target} = ${fixedExpression(type, at)};`);
}

function fixedExpression(type: TypeLayout, at: string): string {
  switch (type.kind) {
    case 'bool':
      return `b[${at}] !== 0`;
    case 'int8':
      return `v.getInt8(${at})`;
    case 'int16':
      return `v.getInt16(${at})`;
    case 'uint16':
      return `v.getUint16(${at})`;
    case 'int32':
      return `v.getInt32(${at})`;
    case 'uint32':
      return `v.getUint32(${at})`;
    case 'int64':
      return `v.getBigInt64(${at})`;
    case 'float64':
      return `v.getFloat64(${at})`;
    default:
      return `uuid(r, ${at})`;
  }
}

/** A field of any type, alone; returns the variable. */
function emitVariable(code: CodeText, field: FieldLayout, tagged: boolean): string {
  const { type } = field;
  const name = code.name('f');
  switch (type.kind) {
    case 'struct':
      emitStructField(code, name, type.struct, field.nullable, tagged);
      return name;
    case 'array':
      emitArray(code, name, type.element, field);
      return name;
    case 'string':
    case 'bytes':
    case 'records':
      code.line(`let ${name};`);
      emitSized(code, name, type, field.nullable, field.compact);
      return name;
    default:
      code.line(`if (end - p < ${fixedBytes(type)}) F();`);
      emitFixed(code, `const ${name}`, type, 'p', field.saturates);
      code.line(`p += ${fixedBytes(type)};`);
      return name;
  }
}

function emitStructField(code: CodeText, name: string, struct: StructLayout, nullable: boolean, tagged: boolean): void {
  code.line(`let ${name} = null;`);
  const read = (): void => code.line(`${name} = ${emitStruct(code, struct)};`);
  if (!nullable) return code.block('', read);
  if (tagged) {
    emitUvarint(code);
    return code.block('if (n !== 0)', read);
  }
  code.line('if (p >= end) F();');
  code.block('if (v.getInt8(p++) >= 0)', read);
}

/** Reads an unsigned varint into `n`. */
function emitUvarint(code: CodeText): void {
  code.line('if (p >= end) F();');
  code.line('n = b[p++];');
  code.line('if (n > 127) { r.position = p - 1; n = r.uvarint(); p = r.position; }');
}

/** Reads a length or count into `n`; negative means null. */
function emitLength(code: CodeText, kind: string, compact: boolean): void {
  if (compact) {
    emitUvarint(code);
    code.line('n -= 1;');
  } else {
    const size = kind === 'string' ? 2 : 4;
    code.line(`if (end - p < ${size}) F();`);
    code.line(`n = v.getInt${size * 8}(p);`);
    code.line(`p += ${size};`);
  }
}

/** A string, bytes or records into the declared variable `name`. */
function emitSized(code: CodeText, name: string, type: TypeLayout, nullable: boolean, compact: boolean): void {
  emitLength(code, type.kind, compact);
  code.block('if (n < 0)', () => code.line(nullable ? `${name} = null;` : 'F();'));
  code.block('else', () => {
    const tooLong = type.kind === 'string' ? ` || n > ${STRING_BYTES_MAX}` : '';
    code.line(`if (n > end - p${tooLong}) F();`);
    code.line(
      type.kind === 'string' ? `${name} = n === 0 ? '' : r.utf8At(p, n);` : `${name} = new Uint8Array(m, p, n);`,
    );
    code.line('p += n;');
  });
}

function emitArray(code: CodeText, name: string, element: TypeLayout, { nullable, compact }: FieldLayout): void {
  code.line(`let ${name} = null;`);
  emitLength(code, 'array', compact);
  if (!nullable) code.line('if (n < 0) F();');
  code.block('if (n >= 0)', () => {
    const count = code.name('c');
    const index = code.name('i');
    code.line(`const ${count} = n;`);
    code.line(`if (n > ${ARRAY_ELEMENTS_MAX} || n * ${elementBytesMin(element, compact)} > end - p) F();`);
    code.line(`if ((r.memoryLeft -= n * ${elementMemoryBytes(element)}) < 0) F();`);
    code.line(`${name} = new Array(n);`);
    code.block(`for (let ${index} = 0; ${index} < ${count}; ${index}++)`, () => {
      emitElement(code, `${name}[${index}]`, element, compact);
    });
  });
}

function emitElement(code: CodeText, target: string, element: TypeLayout, compact: boolean): void {
  if (element.kind === 'struct') {
    code.line(`${target} = ${emitStruct(code, element.struct)};`);
    return;
  }
  const size = fixedBytes(element);
  if (size > 0) {
    // The count was checked against the bytes left, so each element is there.
    emitFixed(code, target, element, 'p', false);
    code.line(`p += ${size};`);
    return;
  }
  const name = code.name('e');
  code.line(`let ${name};`);
  emitSized(code, name, element, false, compact);
  code.line(`${target} = ${name};`);
}

/** The tagged section; returns the variable of the unknown fields, undefined where there were none. */
function emitTagged(code: CodeText, struct: StructLayout, values: Map<string, string>): string {
  const unknown = code.name('u');
  const count = code.name('c');
  const index = code.name('i');
  code.line(`let ${unknown};`);
  for (const field of struct.tagged) {
    const name = code.name('t');
    code.line(`let ${name} = ${code.constant(field.default)};`);
    code.line(`let ${name}s = false;`);
    values.set(field.name, name);
  }
  emitUvarint(code);
  code.line(`if (n > ${TAGGED_FIELDS_MAX}) F();`);
  code.line(`const ${count} = n;`);
  code.block(`for (let ${index} = 0; ${index} < ${count}; ${index}++)`, () => {
    const tag = code.name('g');
    const size = code.name('s');
    const start = code.name('q');
    emitUvarint(code);
    code.line(`const ${tag} = n;`);
    emitUvarint(code);
    code.line(`const ${size} = n, ${start} = p;`);
    code.line(`if (${size} > end - p) F();`);
    code.block(`switch (${tag})`, () => {
      for (const field of struct.tagged) {
        code.block(`case ${field.tag}:`, () => {
          const name = values.get(field.name)!;
          code.line(`if (${name}s) F();`);
          code.line(`${name}s = true;`);
          code.line(`${name} = ${emitVariable(code, field, true)};`);
          code.line(`if (p - ${start} !== ${size}) F();`);
          code.line('break;');
        });
      }
      code.block('default:', () => {
        code.line(`(${unknown} ??= []).push({ tag: ${tag}, bytes: new Uint8Array(m, p, ${size}) });`);
        code.line(`p += ${size};`);
      });
    });
  });
  code.line(`if (${unknown} !== undefined) ${unknown} = sorted(${unknown});`);
  return unknown;
}

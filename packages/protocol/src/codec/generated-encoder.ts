/**
 * The encoder as generated code: one straight function a (message, version), one `reserve` for each run of fields of fixed
 * size, every value checked before it is written.
 *
 * In the code: `w` writer, `v` its DataView, `p` a reserved position, `x` a value; `C` constants. What does not fit throws
 * whatever is at hand: `Message` then asks the closures for the reason.
 */
import type { ByteWriter } from '@ottla/runtime';
import type { UnknownTaggedField } from '../schema/field.ts';
import { CodeText } from './code-text.ts';
import type { Encode } from './codec.ts';
import { ARRAY_ELEMENTS_MAX, TAGGED_FIELDS_MAX } from './limits.ts';
import {
  areUnknownTaggedFields,
  fixedBytes,
  isDefault,
  type FieldLayout,
  type StructLayout,
  type TypeLayout,
} from './layout.ts';

/** @throws {EvalError} where code generation from strings is forbidden. */
export function generateEncoder(struct: StructLayout): Encode {
  const code = new CodeText();
  code.block('return function encode(w, o)', () => {
    code.line('let v = w.view, p = 0, x;');
    emitStruct(code, struct, 'o', false);
  });
  // oxlint-disable-next-line typescript/no-implied-eval -- the code is made from our own schemas, never from input
  const make = new Function('C', 'F', 'isDefault', 'areUnknown', 'unknownBelow', code.toString());
  return make(code.constants, misfit, isDefault, areUnknownTaggedFields, unknownBelow) as Encode;
}

function misfit(): never {
  throw new Error('misfit');
}

/** Writes the unknown fields from `next` on whose tag is below `tag`; returns the next one. */
function unknownBelow(writer: ByteWriter, unknown: readonly UnknownTaggedField[], next: number, tag: number): number {
  let at = next;
  while (at < unknown.length && unknown[at]!.tag < tag) {
    writer.uvarint(unknown[at]!.tag);
    writer.uvarint(unknown[at]!.bytes.length);
    writer.bytes(unknown[at]!.bytes);
    at++;
  }
  return at;
}

/** @param copies records are copied, since what stands in a tagged section may still be moved. */
function emitStruct(code: CodeText, struct: StructLayout, value: string, copies: boolean): void {
  // Only where no field must be there does something that has no fields pass for a structure.
  if (struct.fields.every((field) => field.optional)) {
    code.line(`if (typeof ${value} !== 'object' || ${value} === null) F();`);
  }
  for (const field of struct.fields) {
    if (field.presence !== 'absent' || field.ignorable) continue;
    code.line(`if (!(${isDefaultExpression(code, field, `${value}.${field.name}`)})) F();`);
  }
  const fields = struct.fields.filter((field) => field.presence === 'inline');
  for (let i = 0; i < fields.length;) {
    let run = i;
    while (run < fields.length && fixedBytes(fields[run]!.type) > 0) run++;
    if (run > i) {
      emitRun(code, fields.slice(i, run), value);
      i = run;
    } else {
      emitVariable(code, fields[i]!, value, false, copies);
      i++;
    }
  }
  if (struct.flexible) emitTagged(code, struct, value);
  else code.line(`x = ${value}.unknownTaggedFields; if (x !== undefined && (!areUnknown(x, []) || x.length > 0)) F();`);
}

function emitRun(code: CodeText, fields: readonly FieldLayout[], value: string): void {
  const size = fields.reduce((sum, field) => sum + fixedBytes(field.type), 0);
  code.line(`p = w.reserve(${size}); v = w.view;`);
  let distance = 0;
  for (const field of fields) {
    code.line(`x = ${value}.${field.name};`);
    if (field.optional) code.line(`if (x === undefined) x = ${code.constant(field.default)};`);
    emitFixed(code, field.type, 'x', distance === 0 ? 'p' : `p + ${distance}`, field.saturates);
    distance += fixedBytes(field.type);
  }
}

/** Checks and writes the value of fixed size in the variable `x`. */
function emitFixed(code: CodeText, type: TypeLayout, x: string, at: string, saturates: boolean): void {
  switch (type.kind) {
    case 'bool':
      code.line(`if (typeof ${x} !== 'boolean') F();`);
      code.line(`v.setUint8(${at}, ${x} ? 1 : 0);`);
      return;
    case 'int8':
      code.line(`if ((${x} << 24 >> 24) !== ${x}) F();`);
      code.line(`v.setInt8(${at}, ${x});`);
      return;
    case 'int16':
      code.line(`if ((${x} << 16 >> 16) !== ${x}) F();`);
      code.line(`v.setInt16(${at}, ${x});`);
      return;
    case 'uint16':
      code.line(`if ((${x} & 65535) !== ${x}) F();`);
      code.line(`v.setUint16(${at}, ${x});`);
      return;
    case 'int32':
      code.line(`if ((${x} | 0) !== ${x}) F();`);
      code.line(`v.setInt32(${at}, ${x});`);
      return;
    case 'uint32':
      code.line(`if ((${x} >>> 0) !== ${x}) F();`);
      code.line(`v.setUint32(${at}, ${x});`);
      return;
    case 'int53':
      emitInt53(code, x, at, saturates);
      return;
    case 'int64':
      code.line(`if (typeof ${x} !== 'bigint' || BigInt.asIntN(64, ${x}) !== ${x}) F();`);
      code.line(`v.setBigInt64(${at}, ${x});`);
      return;
    case 'float64':
      code.line(`if (typeof ${x} !== 'number') F();`);
      code.line(`v.setFloat64(${at}, ${x});`);
      return;
    default:
      // uuid: the writer checks the text.
      code.line(`if (typeof ${x} !== 'string' || !w.uuidAt(${x}, ${at})) F();`);
  }
}

function emitInt53(code: CodeText, x: string, at: string, saturates: boolean): void {
  const write = (): void => {
    code.line(`if (!Number.isSafeInteger(${x})) F();`);
    code.line(`v.setInt32(${at}, Math.floor(${x} / 4294967296));`);
    code.line(`v.setUint32(${at} + 4, ${x} >>> 0);`);
  };
  if (!saturates) return write();
  code.line(`if (${x} === Infinity) v.setBigInt64(${at}, 9223372036854775807n);`);
  code.line(`else if (${x} === -Infinity) v.setBigInt64(${at}, -9223372036854775808n);`);
  code.block('else', write);
}

function emitVariable(code: CodeText, field: FieldLayout, struct: string, tagged: boolean, copies: boolean): void {
  const value = code.name('f');
  code.line(`let ${value} = ${struct}.${field.name};`);
  if (field.optional) code.line(`if (${value} === undefined) ${value} = ${code.constant(field.default)};`);
  const { type, nullable, compact } = field;
  if (type.kind === 'struct') return emitStructField(code, type.struct, value, nullable, tagged, copies);
  const write = (): void => {
    if (type.kind === 'array') emitArray(code, type.element, value, compact, copies);
    else emitSized(code, type, value, compact, copies);
  };
  if (!nullable) return write();
  code.block(`if (${value} === null)`, () => emitNull(code, type.kind, compact));
  code.block('else', write);
}

function emitNull(code: CodeText, kind: string, compact: boolean): void {
  code.line(compact ? 'w.uvarint(0);' : kind === 'string' ? 'w.int16(-1);' : 'w.int32(-1);');
}

function emitStructField(
  code: CodeText,
  struct: StructLayout,
  value: string,
  nullable: boolean,
  tagged: boolean,
  copies: boolean,
): void {
  if (!nullable) return code.block('', () => emitStruct(code, struct, value, copies));
  const announce = (present: boolean): string =>
    tagged ? `w.uvarint(${present ? 1 : 0});` : `w.int8(${present ? 1 : -1});`;
  code.block(`if (${value} === null)`, () => code.line(announce(false)));
  code.block('else', () => {
    code.line(announce(true));
    emitStruct(code, struct, value, copies);
  });
}

/** A string, bytes or records that is not null. */
function emitSized(code: CodeText, type: TypeLayout, value: string, compact: boolean, copies: boolean): void {
  if (type.kind === 'string') {
    const write = compact ? 'compactString' : 'string';
    code.line(`if (typeof ${value} !== 'string' || !w.${write}(${value})) F();`);
    return;
  }
  code.line(`if (!(${value} instanceof Uint8Array)) F();`);
  code.line(compact ? `w.uvarint(${value}.length + 1);` : `w.int32(${value}.length);`);
  code.line(type.kind === 'records' && !copies ? `w.splice(${value});` : `w.bytes(${value});`);
}

function emitArray(code: CodeText, element: TypeLayout, value: string, compact: boolean, copies: boolean): void {
  const index = code.name('i');
  code.line(`if (!Array.isArray(${value}) || ${value}.length > ${ARRAY_ELEMENTS_MAX}) F();`);
  code.line(compact ? `w.uvarint(${value}.length + 1);` : `w.int32(${value}.length);`);
  const size = fixedBytes(element);
  if (size > 0) code.line(`p = w.reserve(${size} * ${value}.length); v = w.view;`);
  code.block(`for (let ${index} = 0; ${index} < ${value}.length; ${index}++)`, () => {
    const item = code.name('e');
    code.line(`const ${item} = ${value}[${index}];`);
    if (element.kind === 'struct') {
      emitStruct(code, element.struct, item, copies);
    } else if (size > 0) {
      emitFixed(code, element, item, 'p', false);
      code.line(`p += ${size};`);
    } else {
      emitSized(code, element, item, compact, copies);
    }
  });
}

function emitTagged(code: CodeText, struct: StructLayout, value: string): void {
  const unknown = code.name('u');
  const count = code.name('c');
  code.line(`const ${unknown} = ${value}.unknownTaggedFields;`);
  code.line(`if (${unknown} !== undefined && !areUnknown(${unknown}, ${code.constant(struct.tagged)})) F();`);
  code.line(`let ${count} = ${unknown} === undefined ? 0 : ${unknown}.length;`);
  const set = struct.tagged.map((field) => {
    const given = code.name('t');
    code.line(`const ${given} = !(${isDefaultExpression(code, field, `${value}.${field.name}`)});`);
    code.line(`if (${given}) ${count}++;`);
    return { field, given };
  });
  code.line(`if (${count} > ${TAGGED_FIELDS_MAX}) F();`);
  code.line(`w.uvarint(${count});`);
  code.block(`if (${count} > 0)`, () => {
    const next = code.name('n');
    code.line(`let ${next} = 0;`);
    const unknownBefore = (tag: number): void =>
      code.line(`if (${unknown} !== undefined) ${next} = unknownBelow(w, ${unknown}, ${next}, ${tag});`);
    for (const { field, given } of set) {
      code.block(`if (${given})`, () => {
        unknownBefore(field.tag);
        emitTaggedField(code, field, value);
      });
    }
    unknownBefore(Infinity);
  });
}

function emitTaggedField(code: CodeText, field: FieldLayout, struct: string): void {
  code.line(`w.uvarint(${field.tag});`);
  const size = fixedBytes(field.type);
  if (size > 0) {
    code.line(`w.uvarint(${size});`);
    emitRun(code, [field], struct);
    return;
  }
  const at = code.name('q');
  code.line(`const ${at} = w.beginSized();`);
  emitVariable(code, field, struct, true, true);
  code.line(`w.endSized(${at});`);
}

/** An expression that is true when `value` says no more than leaving the field out. */
function isDefaultExpression(code: CodeText, field: FieldLayout, value: string): string {
  const fallback = code.constant(field.default);
  const same = `${value} === undefined || ${value} === ${fallback}`;
  switch (field.type.kind) {
    case 'array':
    case 'bytes':
    case 'struct':
      return `${same} || isDefault(${value}, ${code.constant(field)})`;
    default:
      return same;
  }
}

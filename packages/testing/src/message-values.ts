/**
 * Values for any message, drawn from its own layout: what a generator of requests, a round trip or a differential run needs.
 */
import type { AnyMessage, AnyValue } from '@ottla/protocol';
import { ZERO_UUID, type Prng } from '@ottla/runtime';

type Layout = ReturnType<AnyMessage['layout']>;
type FieldLayout = Layout['fields'][number];
type TypeLayout = FieldLayout['type'];

/** Texts that codecs trip over: empty, ASCII, two to four bytes a character, at the borders of the short form, long. */
const TEXTS = [
  '',
  'a',
  'topic-1',
  'x'.repeat(41),
  'x'.repeat(42),
  'x'.repeat(43),
  'é',
  '€'.repeat(42),
  '😀 grin',
  'y'.repeat(300),
];

/**
 * A value that `message` can carry in `version`: fields that the version lacks are left at their defaults, optional ones are
 * left out now and then, unknown tagged fields are added now and then.
 */
export function messageValue(message: AnyMessage, version: number, prng: Prng): AnyValue {
  return structValue(message.layout(version), prng, 0);
}

function structValue(struct: Layout, prng: Prng, depth: number): AnyValue {
  const value: Record<string, unknown> = {};
  for (const field of struct.fields) {
    if (field.presence === 'absent') {
      if (field.ignorable && prng.chance(0.2)) value[field.name] = fieldValue(field, prng, depth);
      continue;
    }
    if (field.optional && prng.chance(0.3)) continue;
    value[field.name] = fieldValue(field, prng, depth);
  }
  if (struct.flexible && prng.chance(0.1)) value['unknownTaggedFields'] = unknownTaggedFields(struct, prng);
  return value;
}

function unknownTaggedFields(struct: Layout, prng: Prng): { tag: number; bytes: Uint8Array }[] {
  const known = new Set(struct.tagged.map((field) => field.tag));
  const tags = [3, 4, 9, 127, 128, 20_000].filter((tag) => !known.has(tag) && prng.chance(0.4));
  return tags.map((tag) => ({ tag, bytes: prng.bytes(prng.pick([0, 1, 5, 130])) }));
}

function fieldValue(field: FieldLayout, prng: Prng, depth: number): unknown {
  if (field.nullable && prng.chance(0.2)) return null;
  if (field.saturates && prng.chance(0.1)) return prng.pick([Infinity, -Infinity]);
  return typedValue(field.type, prng, depth);
}

function typedValue(type: TypeLayout, prng: Prng, depth: number): unknown {
  switch (type.kind) {
    case 'array': {
      const count = prng.chance(0.2) ? 0 : 1 + prng.below(depth > 2 ? 2 : 3);
      return Array.from({ length: count }, () => typedValue(type.element, prng, depth + 1));
    }
    case 'struct':
      return structValue(type.struct, prng, depth + 1);
    case 'bool':
      return prng.chance(0.5);
    case 'int8':
      return integer(prng, 8);
    case 'int16':
      return integer(prng, 16);
    case 'uint16':
      return prng.pick([0, 1, 0xffff, prng.below(0x1_0000)]);
    case 'int32':
      return integer(prng, 32);
    case 'uint32':
      return prng.pick([0, 1, 0xffff_ffff, prng.uint32()]);
    case 'int53':
      return prng.chance(0.5)
        ? integer(prng, 32)
        : prng.pick([
            Number.MAX_SAFE_INTEGER,
            Number.MIN_SAFE_INTEGER,
            2 ** 32,
            -(2 ** 32),
            2 ** 32 - 1,
            1_700_000_000_000,
          ]);
    case 'int64':
      return prng.pick([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), BigInt(prng.uint32())]);
    case 'float64':
      return prng.pick([0, -0.5, 1e300, Infinity, prng.float()]);
    case 'uuid':
      return prng.chance(0.2) ? ZERO_UUID : Buffer.from(prng.bytes(16)).toString('base64url');
    case 'string':
      return prng.pick(TEXTS);
    default:
      return prng.bytes(prng.pick([0, 1, 7, 126, 127, 128, 1023, 1024, 1500]));
  }
}

function integer(prng: Prng, bits: number): number {
  const max = 2 ** (bits - 1) - 1;
  return prng.pick([0, 1, -1, max, -max - 1, prng.between(-max - 1, max)]);
}

/**
 * Kafka's fixed-width integers at a position of a byte array. Plain byte loads: batches lie at any offset of any slab, and
 * a `DataView` for each would cost more than it saves.
 *
 * The caller has checked that the bytes are there.
 */

const TWO_32 = 4_294_967_296;

export function int16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!;
}

export function int32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

export function uint32At(bytes: Uint8Array, at: number): number {
  return int32At(bytes, at) >>> 0;
}

/** An int64 as a number: exact when it is a safe integer, else only near (so test the result). */
export function int64At(bytes: Uint8Array, at: number): number {
  return int32At(bytes, at) * TWO_32 + uint32At(bytes, at + 4);
}

export function putInt16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}

export function putInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 24;
  bytes[at + 1] = value >> 16;
  bytes[at + 2] = value >> 8;
  bytes[at + 3] = value;
}

/** An int64 from a safe integer. */
export function putInt64(bytes: Uint8Array, at: number, value: number): void {
  putInt32(bytes, at, Math.floor(value / TWO_32));
  putInt32(bytes, at + 4, value | 0);
}

/**
 * A second reader of record batches, for fuzzing alone: straight from the format's description, with BigInt, an object a
 * record and no thought of speed. What it and `RecordIterator` say of the same bytes must be equal, refusals included.
 */

export interface NaiveReading {
  /** One text a record, of all that the record says. */
  readonly records: readonly string[];
  /** Whether something was wrong after them. */
  readonly isBroken: boolean;
}

export interface NaiveRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Null when they cannot be read. */
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[] | null;
}

class Broken extends Error {}

/** @param content the records, when they were decompressed before. */
export function readNaively(batch: Uint8Array, content?: Uint8Array): NaiveReading {
  const records: string[] = [];
  try {
    for (const record of recordsOf(batch, content)) records.push(describeRecord(record));
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { records, isBroken: true };
  }
  return { records, isBroken: false };
}

export function describeRecord({ offset, timestamp, key, value, headers }: NaiveRecord): string {
  const all = headers?.map((header) => `${JSON.stringify(header.key)}=${hex(header.value)}`).join() ?? 'broken';
  return `${offset} @${timestamp} ${hex(key)} ${hex(value)} [${all}]`;
}

function* recordsOf(batch: Uint8Array, given?: Uint8Array): Generator<NaiveRecord> {
  demand(batch.length >= 61);
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  const size = view.getInt32(8) + 12;
  demand(size >= 61 && size <= batch.length && view.getInt8(16) === 2);
  const [baseOffset, baseTimestamp, maxTimestamp] = [0, 27, 35].map((at) => safe(view.getBigInt64(at)));
  demand(baseOffset! >= 0 && baseOffset! <= Number.MAX_SAFE_INTEGER - 2 ** 31);
  const count = view.getInt32(57);
  const content = given !== undefined && count !== 0 ? given : batch.subarray(61, size);
  demand(count >= 0 && count * 7 <= content.length && (count > 0 || content.length === 0));
  const bytes = new Bytes(content);
  for (let i = 0; i < count; i++) {
    const record = new Bytes(bytes.take(Number(bytes.varint(5))));
    demand(record.left >= 6);
    record.take(1);
    const timestamp = safe(BigInt(baseTimestamp!) + BigInt(safe(record.varint(10))));
    const offsetDelta = Number(record.varint(5));
    demand(offsetDelta >= 0);
    const key = record.sized();
    const value = record.sized();
    const headerCount = Number(record.varint(5));
    demand(headerCount >= 0 && headerCount * 2 <= record.left && (headerCount > 0 || record.left === 0));
    if (i === count - 1) demand(bytes.left === 0);
    yield {
      offset: baseOffset! + offsetDelta,
      timestamp: (view.getInt16(21) & 8) === 0 ? timestamp : maxTimestamp!,
      key,
      value,
      headers: headersOf(record, headerCount),
    };
  }
}

function headersOf(record: Bytes, count: number): NaiveRecord['headers'] {
  const headers = [];
  try {
    for (let i = 0; i < count; i++) {
      const key = record.sized();
      demand(key !== null);
      headers.push({ key: Buffer.from(key!).toString('utf8'), value: record.sized() });
    }
    demand(record.left === 0);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return null;
  }
  return headers;
}

class Bytes {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Uint8Array {
    demand(count >= 0 && count <= this.left);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  sized(): Uint8Array | null {
    const length = Number(this.varint(5));
    demand(length >= -1);
    return length === -1 ? null : this.take(length);
  }

  /** Zigzag, of 32 bits in at most 5 bytes, or of 64 in at most 10. */
  varint(bytesMax: 5 | 10): bigint {
    let raw = 0n;
    for (let i = 0; ; i++) {
      demand(i < bytesMax);
      const byte = this.take(1)[0]!;
      raw |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) break;
    }
    raw = BigInt.asUintN(bytesMax === 5 ? 32 : 64, raw);
    return (raw >> 1n) ^ -(raw & 1n);
  }
}

function safe(value: bigint): number {
  demand(Number.isSafeInteger(Number(value)));
  return Number(value);
}

function demand(condition: boolean): void {
  if (!condition) throw new Broken();
}

function hex(content: Uint8Array | null): string {
  return content === null ? 'null' : `<${Buffer.from(content).toString('hex')}>`;
}

/**
 * What the index files of a segment have in common: fixed entries, appended, held in memory exactly as they stand in the file,
 * so that writing them is handing out a view and reading them is keeping what was read.
 *
 * Indexes say where to begin to look. Nothing is lost with one: it is built anew from the segment. But a wrong one would hide
 * records, so what cannot be is refused as it is read, and what can be is checked against the batch that it points to.
 */
import { assert, OperationalError } from '@ottla/runtime';

/** An index file says what cannot be. */
export class CorruptIndexError extends OperationalError {
  override readonly name = 'CorruptIndexError';
  readonly code = 'ERR_LOG_INDEX_CORRUPT';
  readonly retriable = false;
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(
      `index file ${path} is damaged: ${reason}. A crash of the machine or a failing disk does that; it is built anew from ` +
        'its segment when the log is recovered. Should it come back, check the disk. [ERR_LOG_INDEX_CORRUPT]',
      options,
    );
    this.path = path;
    this.reason = reason;
  }
}

/** Largest relative offset and largest position that an index can hold. */
export const INT32_MAX = 0x7fff_ffff;

const GROWING_ENTRIES_MIN = 64;
const WASTED_BYTES_MAX = 4_096;
const NOTHING = new DataView(new ArrayBuffer(0));

/** Entries of one size, in a buffer that grows. Big-endian, as in the file. */
export class IndexEntries {
  readonly entryBytes: number;
  view: DataView;
  count = 0;

  /** @param bytes whole entries, kept and not copied. Most segments of an idle broker never have an entry. */
  constructor(entryBytes: number, bytes: Uint8Array | null = null) {
    this.entryBytes = entryBytes;
    this.view = bytes === null ? NOTHING : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes !== null) this.count = Math.floor(bytes.byteLength / entryBytes);
  }

  /** Where the next entry's bytes go in `view`; it is counted from now on. */
  add(): number {
    const at = this.count * this.entryBytes;
    if (at + this.entryBytes > this.view.byteLength) this.#grow();
    this.count++;
    return at;
  }

  /** A view, valid until the next entry is added. */
  bytes(fromEntry = 0): Uint8Array {
    const { buffer, byteOffset } = this.view;
    assert(fromEntry <= this.count, 'entries are asked for that there are');
    return new Uint8Array(buffer, byteOffset + fromEntry * this.entryBytes, (this.count - fromEntry) * this.entryBytes);
  }

  /** Forgets what follows the first `count` entries; a buffer that was read with much room behind them is given up. */
  keep(count: number): void {
    this.count = count;
    const usedBytes = count * this.entryBytes;
    if (this.view.byteLength > 2 * usedBytes + WASTED_BYTES_MAX) this.view = new DataView(this.bytes().slice().buffer);
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return this.view.byteLength;
  }

  #grow(): void {
    const entries = Math.max(GROWING_ENTRIES_MIN, 2 * this.count);
    const grown = new Uint8Array(entries * this.entryBytes);
    grown.set(this.bytes());
    this.view = new DataView(grown.buffer);
  }
}

const TWO_32 = 4_294_967_296;

/** Exact where it is a safe integer, else only near: so test the result. */
export function int64At(view: DataView, at: number): number {
  return view.getInt32(at) * TWO_32 + view.getUint32(at + 4);
}

/** @param value a safe integer. */
export function putInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / TWO_32));
  view.setInt32(at + 4, value | 0);
}

/** Whether the rest of a file is what Kafka preallocates for entries to come. */
export function isZeros(bytes: Uint8Array, start: number): boolean {
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  // Comparing with itself, one byte on, is a memcmp: nothing is read byte by byte here.
  return rest.length === 0 || (rest[0] === 0 && rest.subarray(1).equals(rest.subarray(0, -1)));
}

/** @throws {CorruptIndexError} Kafka's check of an index file's length. */
export function checkIndexLength(path: string, sizeBytes: number, entryBytes: number): void {
  if (sizeBytes % entryBytes === 0) return;
  throw new CorruptIndexError(path, `${sizeBytes} bytes, expected a multiple of ${entryBytes}`);
}

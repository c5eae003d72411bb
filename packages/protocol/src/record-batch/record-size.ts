/** What a record is made of, and how many bytes that takes. */
import { uvarintBytes } from '@ottla/runtime';
import { RecordBatchError } from './record-batch-error.ts';

/** What a key or value may be; a text is written as UTF-8. */
export type RecordContent = Uint8Array | string | null;

/** A header to append. */
export interface NewRecordHeader {
  readonly key: string;
  readonly value: RecordContent;
}

export const NO_HEADERS: readonly NewRecordHeader[] = [];
/** A header count of 0. */
export const NO_HEADERS_BYTES = 1;
/** Length, attributes, timestamp delta and offset delta. */
const OVERHEAD_BYTES_MAX = 5 + 1 + 10 + 5;

/**
 * Bytes that a record may come to at most, whatever its offset and timestamp: for choosing a buffer or a limit.
 *
 * @throws {RecordBatchError} INVALID_RECORD: a key, value or header is something else than its type says.
 */
export function recordBytesMax(
  key: RecordContent,
  value: RecordContent,
  headers: readonly NewRecordHeader[] = NO_HEADERS,
): number {
  const contents = sizedBytes(contentLength(key, true)) + sizedBytes(contentLength(value, true));
  return OVERHEAD_BYTES_MAX + contents + headersBytes(headers, true);
}

/** Bytes of a length and what it counts; a length of -1, null, counts nothing. */
export function sizedBytes(length: number): number {
  return length < 0 ? 1 : uvarintBytes(length * 2) + length;
}

/**
 * Bytes of a key or value, -1 for null.
 *
 * @param isExact when false a text is taken to be ASCII: the result is a lower bound, and free of counting.
 * @throws {RecordBatchError} INVALID_RECORD: neither null nor text nor bytes, whatever the compiler was told.
 */
export function contentLength(content: RecordContent, isExact: boolean): number {
  if (content === null) return -1;
  if (typeof content === 'string') return isExact ? Buffer.byteLength(content) : content.length;
  if (content instanceof Uint8Array) return content.length;
  throw invalidRecord('a key or value is null, a string or a Uint8Array', content);
}

/** Bytes of the header count and the headers; `isExact` as above. @throws {RecordBatchError} INVALID_RECORD. */
export function headersBytes(headers: readonly NewRecordHeader[], isExact: boolean): number {
  if (!Array.isArray(headers)) throw invalidRecord('headers are an array', headers);
  let bytes = uvarintBytes(headers.length * 2);
  for (const header of headers as readonly Partial<NewRecordHeader>[]) {
    const key = header?.key;
    if (typeof key !== 'string') throw invalidRecord('the key of a header is a string', key);
    bytes +=
      sizedBytes(contentLength(key, isExact)) + sizedBytes(contentLength(header.value as RecordContent, isExact));
  }
  return bytes;
}

function invalidRecord(wanted: string, found: unknown): RecordBatchError {
  const shown = Object.prototype.toString.call(found).slice(8, -1);
  return new RecordBatchError('INVALID_RECORD', `${wanted}, not ${shown}`, 0);
}

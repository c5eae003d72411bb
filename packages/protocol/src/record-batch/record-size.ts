/** What a record is made of, and how many bytes that takes. */
import { uvarintBytes } from '@ottla/runtime';

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

/** Bytes that a record may come to at most, whatever its offset and timestamp: for choosing a buffer or a limit. */
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
 */
export function contentLength(content: RecordContent, isExact: boolean): number {
  if (content === null) return -1;
  return isExact && typeof content === 'string' ? Buffer.byteLength(content) : content.length;
}

/** Bytes of the header count and the headers; `isExact` as above. */
export function headersBytes(headers: readonly NewRecordHeader[], isExact: boolean): number {
  let bytes = uvarintBytes(headers.length * 2);
  for (const { key, value } of headers) {
    bytes += sizedBytes(contentLength(key, isExact)) + sizedBytes(contentLength(value, isExact));
  }
  return bytes;
}

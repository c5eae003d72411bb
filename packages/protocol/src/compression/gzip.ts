/** gzip (RFC 1952) by node:zlib. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ByteWriter } from '@ottla/runtime';
import type { OutputLimit } from './output-limit.ts';
import { appendInflated } from './zlib-decode.ts';

/** Appends `source` as one member to `output`. Level -1 is zlib's own choice (6), else 1 to 9. */
export function encodeGzip(source: Uint8Array, output: ByteWriter, level: number): void {
  output.bytes(gzipSync(source, { level }));
}

/** Appends the content of one or more members to `output`. @throws {CompressionError} as `appendInflated` does. */
export function decodeGzip(source: Uint8Array, output: ByteWriter, limit: OutputLimit): void {
  // The last member ends with the length of its content.
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const declared = source.length < 4 ? 0 : view.getUint32(source.length - 4, true);
  appendInflated(gunzipSync, source, declared, output, limit, 0);
}

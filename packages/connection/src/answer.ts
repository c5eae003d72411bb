/** Bytes of one answer to a body. */
import { ApiKey, decodeResponseFrame, ErrorCode, type Api } from '@ottla/protocol';
import { ByteReader } from '@ottla/runtime';

const ERROR_CODE_POSITION = 4; // behind the correlation id; ApiVersions answers have no tagged fields in their header

export interface DecodedAnswer {
  readonly body: object;
  /** Of the body; below the request's when a broker does not know that version of ApiVersions (KIP-511). */
  readonly version: number;
}

/** @param frame a whole response frame without its size, at least as long as a correlation id. @throws {CodecError} */
export function decodeAnswer(api: Api, requestVersion: number, frame: Uint8Array): DecodedAnswer {
  const version = refusesVersion(api, frame) ? 0 : requestVersion;
  return { body: decodeResponseFrame(new ByteReader(frame), api, version).body, version };
}

/** A broker that cannot answer ApiVersions in the asked version answers in version 0, which anyone can read. */
function refusesVersion(api: Api, frame: Uint8Array): boolean {
  if (api.key !== ApiKey.API_VERSIONS || frame.length < ERROR_CODE_POSITION + 2) return false;
  return int16At(frame, ERROR_CODE_POSITION) === ErrorCode.UNSUPPORTED_VERSION;
}

function int16At(bytes: Uint8Array, position: number): number {
  return (bytes[position]! << 8) | bytes[position + 1]!;
}

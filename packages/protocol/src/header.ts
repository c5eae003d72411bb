/**
 * Request and response headers, and whole frames: header plus body.
 *
 * A request's header is v1 before the API's flexible versions and v2 from them on (v0, without a client id, was
 * ControlledShutdown v0's alone and is only read); a response's is v0, v1 when flexible. ApiVersions is the exception: its
 * response header is always v0, since the client does not yet know what the broker speaks (KIP-511).
 */
import type { ByteReader, ByteWriter, WriterMark } from '@ottla/runtime';
import type { Fields, InferFields, InferFieldsInput } from './schema/field.ts';
import { int16, int32, string } from './schema/field.ts';
import { message, type Api, type Infer } from './message.ts';

export const requestHeader = message('RequestHeader', { versions: '0-2', flexible: '2+' }, () => ({
  requestApiKey: int16('0+', 'Which API is asked.'),
  requestApiVersion: int16('0+', 'In which version the body is written, and the answer is wanted.'),
  correlationId: int32('0+', 'The answer repeats it.'),
  // The client id kept its int16 length in v2, so that a broker can read any header that far.
  clientId: string('1+', 'Whom the client says to be; for logs and quotas.', {
    nullable: '1+',
    default: '',
    ignorable: true,
    compact: false,
  }),
}));
export type RequestHeader = Infer<typeof requestHeader>;

export const responseHeader = message('ResponseHeader', { versions: '0-1', flexible: '1+' }, () => ({
  correlationId: int32('0+', 'That of the request.'),
}));
export type ResponseHeader = Infer<typeof responseHeader>;

const API_VERSIONS_KEY = 18;

/** The part of an `Api` that decides its header versions. */
type Flexibility = Pick<Api, 'key'> & { readonly request: { isFlexible(version: number): boolean } };

export function requestHeaderVersion(api: Flexibility, version: number): number {
  return api.request.isFlexible(version) ? 2 : 1;
}

export function responseHeaderVersion(api: Flexibility, version: number): number {
  return api.key !== API_VERSIONS_KEY && api.request.isFlexible(version) ? 1 : 0;
}

/** What the first four bytes of any request say. */
export interface RequestPrefix {
  readonly apiKey: number;
  readonly apiVersion: number;
}

/** Api key and version of the request at the reader, which stays where it is; null when even these bytes are missing. */
export function peekRequest(reader: ByteReader): RequestPrefix | null {
  if (reader.remaining < 4) return null;
  const at = reader.position;
  return { apiKey: reader.view.getInt16(at), apiVersion: reader.view.getInt16(at + 2) };
}

export interface RequestMeta {
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string | null;
}

const SIZE_BYTES = 4;

/**
 * Appends a whole request frame: size, header, body.
 *
 * @throws {CodecError} see `Message.encode`; the writer is as before.
 */
export function encodeRequestFrame<Request extends Fields, Response extends Fields>(
  writer: ByteWriter,
  api: Api<Request, Response>,
  { version, correlationId, clientId }: RequestMeta,
  body: InferFieldsInput<Request>,
): void {
  const mark = beginFrame(writer);
  try {
    const header = { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId };
    requestHeader.encode(writer, header, requestHeaderVersion(api, version));
    api.request.encode(writer, body, version);
  } catch (error) {
    writer.rewind(mark);
    throw error;
  }
  endFrame(writer, mark);
}

/** Appends a whole response frame: size, header, body. @throws {CodecError} as `encodeRequestFrame`. */
export function encodeResponseFrame<Request extends Fields, Response extends Fields>(
  writer: ByteWriter,
  api: Api<Request, Response>,
  { version, correlationId }: Pick<RequestMeta, 'version' | 'correlationId'>,
  body: InferFieldsInput<Response>,
): void {
  const mark = beginFrame(writer);
  try {
    responseHeader.encode(writer, { correlationId }, responseHeaderVersion(api, version));
    api.response.encode(writer, body, version);
  } catch (error) {
    writer.rewind(mark);
    throw error;
  }
  endFrame(writer, mark);
}

/** Leaves room for the frame's size. */
function beginFrame(writer: ByteWriter): WriterMark {
  const mark = writer.mark();
  writer.reserve(SIZE_BYTES);
  return mark;
}

function endFrame(writer: ByteWriter, mark: WriterMark): void {
  writer.view.setInt32(mark.position, writer.sizeSince(mark) - SIZE_BYTES);
}

/** Reads the header of a request whose `Api` is known; the reader then stands at the body. @throws {CodecError} */
export function decodeRequestHeader(reader: ByteReader, api: Flexibility, version: number): RequestHeader {
  return requestHeader.decode(reader, requestHeaderVersion(api, version));
}

/** Reads header and body of a response frame (without its size). @throws {CodecError} */
export function decodeResponseFrame<Request extends Fields, Response extends Fields>(
  reader: ByteReader,
  api: Api<Request, Response>,
  version: number,
): { readonly header: ResponseHeader; readonly body: InferFields<Response> } {
  const header = responseHeader.decode(reader, responseHeaderVersion(api, version));
  return { header, body: api.response.decode(reader, version) };
}

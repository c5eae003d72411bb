/**
 * A captured frame as a table: where each field stands, its bytes and what they mean. For people with a hex dump in hand.
 */
import { ByteReader } from '@ottla/runtime';
import { CodecError } from './codec/codec-error.ts';
import { APIS, type AnyApi } from './every-api.ts';
import { peekRequest, requestHeader, requestHeaderVersion, responseHeader, responseHeaderVersion } from './header.ts';
import type { AnyMessage } from './message.ts';

export interface ExplainedField {
  /** Bytes from the start of the frame, the size prefix included when there was one. */
  readonly position: number;
  readonly bytes: Uint8Array;
  /** `header.correlationId`, `topics[0].name`; empty for what is not a field. */
  readonly field: string;
  readonly value: string;
}

export interface ExplainedFrame {
  readonly title: string;
  readonly fields: readonly ExplainedField[];
  /** Where the bytes stopped being the message, or null. */
  readonly problem: string | null;
}

/** A response does not say what it answers: the caller must. */
export interface ResponseTo {
  readonly apiKey: number;
  readonly apiVersion: number;
}

/**
 * Explains a request, or with `responseTo` a response, with or without its size prefix.
 *
 * Never throws on bad bytes: what could be read is in `fields`, the rest is `problem`.
 */
export function explainFrame(frame: Uint8Array, responseTo: ResponseTo | null = null): ExplainedFrame {
  const reader = new ByteReader(frame);
  const rows: ExplainedField[] = [];
  if (hasSizePrefix(reader)) {
    reader.take(4);
    rows.push({ position: 0, bytes: frame.subarray(0, 4), field: 'size', value: String(frame.length - 4) });
  }
  const asked = responseTo ?? peekRequest(reader);
  const api = APIS.find(({ key }) => key === asked?.apiKey);
  if (asked === null || api === undefined) {
    const problem = asked === null ? 'fewer than 4 bytes' : `there is no API with key ${asked.apiKey}`;
    return { title: 'not a Kafka request', fields: rows, problem };
  }
  const kind = responseTo === null ? 'request' : 'response';
  const title = `${api.name} ${kind}, version ${asked.apiVersion}`;
  const problem = explainMessages(reader, api, asked.apiVersion, kind, rows);
  if (problem === null && reader.remaining > 0) {
    const surplus = frame.subarray(frame.length - reader.remaining);
    rows.push({
      position: reader.offset,
      bytes: surplus,
      field: '',
      value: `${surplus.length} surplus bytes, ignored`,
    });
  }
  return { title, fields: rows, problem };
}

function hasSizePrefix(reader: ByteReader): boolean {
  return reader.remaining >= 4 && reader.view.getInt32(reader.position) === reader.remaining - 4;
}

function explainMessages(
  reader: ByteReader,
  api: AnyApi,
  version: number,
  kind: 'request' | 'response',
  rows: ExplainedField[],
): string | null {
  try {
    if (kind === 'request') explain(reader, requestHeader, requestHeaderVersion(api, version), 'header.', rows);
    else explain(reader, responseHeader, responseHeaderVersion(api, version), 'header.', rows);
    explain(reader, api[kind], version, '', rows);
    return null;
  } catch (error) {
    if (error instanceof CodecError) return error.message;
    throw error;
  }
}

function explain(
  reader: ByteReader,
  message: AnyMessage,
  version: number,
  prefix: string,
  rows: ExplainedField[],
): void {
  message.trace(reader, version, (walk, start, end, value) => {
    if (!isLeaf(value)) return;
    const bytes = reader.bytes.subarray(start, end);
    rows.push({ position: start - reader.start, bytes, field: `${prefix}${walk.toString()}`, value: shown(value) });
  });
}

/** Structures and filled lists are told by what they hold. */
function isLeaf(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  return Array.isArray(value) && value.length === 0;
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return '[]';
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

/** The frame as lines of text: position, bytes in hex (the first 12), field, value. */
export function formatExplainedFrame({ title, fields, problem }: ExplainedFrame): string {
  const cells = fields.map(({ position, bytes, field, value }) => [String(position), hex(bytes), field, value]);
  const rows = [['byte', 'bytes', 'field', 'value'], ...cells];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(([position, bytes, field, value]) =>
    [position!.padStart(widths[0]!), bytes!.padEnd(widths[1]!), field!.padEnd(widths[2]!), value].join('  ').trimEnd(),
  );
  return [title, ...lines, ...(problem === null ? [] : [`stopped: ${problem}`])].join('\n');
}

function hex(bytes: Uint8Array): string {
  const shownBytes = Buffer.from(bytes.subarray(0, 12)).toString('hex').replace(/../g, '$& ').trim();
  return bytes.length > 12 ? `${shownBytes} …` : shownBytes;
}

/**
 * Kafka's UUIDs: 16 bytes on the wire, 22 characters of unpadded base64url (RFC 4648, section 5) as text.
 *
 * In memory they are that text: it compares, keys a Map and reads in a log as every Kafka tool prints it.
 */
import type { Random } from './io.ts';

/** "No id": all bits zero. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';
/** Kafka's reserved ids: the metadata topic's, and the log directory that is not known or lost (KIP-858). */
export const METADATA_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
export const LOST_LOG_DIR_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
/** Ids whose number is below this are never handed out (Kafka reserves the first hundred). */
const RESERVED_BELOW = 100;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SEXTETS = sextets();

function sextets(): Uint8Array {
  const table = new Uint8Array(128).fill(255);
  for (let i = 0; i < 64; i++) table[ALPHABET.charCodeAt(i)] = i;
  return table;
}

/** The text of the 16 bytes at `position`. The caller has checked that they are there. */
export function formatUuid(bytes: Uint8Array, position = 0): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + position, 16).toString('base64url');
}

/** True for the canonical text of any 16 bytes: 22 characters, unused bits zero. */
export function isUuid(text: string): boolean {
  return parseUuidInto(text, new Uint8Array(16), 0);
}

/** Writes the 16 bytes of `text` at `position`; false (with `into` undefined there) when it is not a UUID's text. */
export function parseUuidInto(text: string, into: Uint8Array, position: number): boolean {
  if (text.length !== 22) return false;
  let seen = 0;
  let p = position;
  for (let i = 0; i < 20; i += 4) {
    const a = sextet(text, i);
    const b = sextet(text, i + 1);
    const c = sextet(text, i + 2);
    const d = sextet(text, i + 3);
    seen |= a | b | c | d;
    into[p] = (a << 2) | (b >> 4);
    into[p + 1] = (b << 4) | (c >> 2);
    into[p + 2] = (c << 6) | d;
    p += 3;
  }
  const y = sextet(text, 20);
  const z = sextet(text, 21);
  into[p] = (y << 2) | (z >> 4);
  return ((seen | y | z) & 128) === 0 && (z & 15) === 0;
}

function sextet(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? SEXTETS[code]! : 255;
}

/** A random (version 4, RFC 9562) UUID that Kafka would hand out too: not reserved, and not starting with a dash. */
export function randomUuid(random: Random): string {
  const bytes = new Uint8Array(16);
  for (;;) {
    random.fill(bytes);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const text = formatUuid(bytes);
    if (!text.startsWith('-') && !isReservedUuid(text)) return text;
  }
}

/** The first hundred ids are Kafka's own; a topic never has one. */
export function isReservedUuid(text: string): boolean {
  const bytes = new Uint8Array(16);
  if (!parseUuidInto(text, bytes, 0)) return false;
  return bytes.subarray(0, 15).every((byte) => byte === 0) && bytes[15]! < RESERVED_BELOW;
}

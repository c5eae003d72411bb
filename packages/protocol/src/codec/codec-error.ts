/** What a codec says when bytes or values do not fit a message. */
import { OperationalError } from '@ottla/runtime';

/** Names, in a message's own words, the place where it went wrong. */
export interface CodecErrorPlace {
  /** `FetchRequest` … */
  readonly message: string;
  readonly version: number;
  /** `topics[3].partitions[0].fetchOffset`; empty where no field is to blame. */
  readonly path: string;
  /** Bytes from the start of the message's body when decoding; -1 when encoding. */
  readonly position: number;
}

/**
 * Bytes that are not the message they claim to be, or a value that the message cannot carry.
 *
 * Decoding: the peer speaks another protocol, another version, or its bytes were damaged. Encoding: a caller's value is
 * missing, of the wrong type, out of range, or has no place in the chosen version.
 */
export class CodecError extends OperationalError {
  override readonly name = 'CodecError';
  readonly code = 'ERR_PROTOCOL_CODEC';
  readonly retriable = false;
  readonly place: CodecErrorPlace;
  /** What is wrong and what was expected, without the place. */
  readonly reason: string;

  constructor(place: CodecErrorPlace, reason: string, options?: ErrorOptions) {
    const field = place.path === '' ? '' : ` ${place.path}`;
    const at = place.position < 0 ? '' : ` at byte ${place.position}`;
    super(`${place.message} v${place.version}${field}${at}: ${reason}`, options);
    this.place = place;
    this.reason = reason;
  }
}

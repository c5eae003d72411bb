/** The shape of a codec, made twice from one layout: generated code that is fast, and closures that explain. */
import type { ByteReader, ByteWriter } from '@ottla/runtime';

/** Reads one message body from `reader.position` to wherever it ends; surplus bytes are left alone. */
export type Decode = (reader: ByteReader) => object;
/** Appends one message body. What it had written when it throws is for the caller to take back. */
export type Encode = (writer: ByteWriter, value: object) => void;

/**
 * Where the closures stand while they work, so that an error names its field: `['topics', 3, 'partitions', 0]`. Left as it
 * was when they throw.
 */
export class Walk {
  readonly path: (string | number)[] = [];
  /** Told of every value that was read: where it stood, in absolute positions. */
  readonly trace: Trace | null;

  /** The encoder refuses keys that are no fields. */
  readonly isStrict: boolean;

  constructor(trace: Trace | null = null, isStrict = false) {
    this.trace = trace;
    this.isStrict = isStrict;
  }

  /** `topics[3].partitions[0]`. */
  toString(): string {
    let text = '';
    for (const step of this.path) {
      if (typeof step === 'number') text += `[${step}]`;
      else text += text === '' ? step : `.${step}`;
    }
    return text;
  }
}

export type Trace = (walk: Walk, start: number, end: number, value: unknown) => void;

/** What a closure throws: `Message` adds the place and makes it a `CodecError`. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
  /** Absolute position in the reader; -1 when encoding. */
  readonly position: number;

  constructor(reason: string, position: number) {
    super(reason);
    this.position = position;
  }
}

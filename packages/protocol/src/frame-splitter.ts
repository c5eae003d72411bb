/**
 * Splits a stream into Kafka's frames: an int32 size, then that many bytes.
 *
 * Bytes are copied once at most: a frame that lies within one chunk is a view on it, a frame that spans chunks is gathered
 * in memory of its own. A size is believed only as far as bytes arrive: memory grows with what was received.
 */
import { assert, KiB, OperationalError } from '@ottla/runtime';
import { recogniseProtocol, WrongProtocolError } from './wrong-protocol.ts';

/** How large a frame may be, and what people call that limit. */
export interface FrameLimit {
  readonly maxBytes: number;
  /** A setting, or the phase of the connection. */
  readonly name: string;
}

/** Limits of a listener that authenticates, until it has. Afterwards: `socket.request.max.bytes`. */
export const FRAME_LIMIT_BEFORE_AUTHENTICATION: FrameLimit = { maxBytes: 64 * KiB, name: 'before authentication' };
export const FRAME_LIMIT_SASL: FrameLimit = { maxBytes: 512 * KiB, name: 'sasl.server.max.receive.size' };

/** Memory that a frame which spans chunks is gathered in. A `SlabLease` is one. */
export interface FrameMemory {
  /** At least what was asked for; what is in it does not matter. */
  readonly bytes: Uint8Array;
  release(): void;
}

/** An `allocate` whose memory is left to the garbage collector. */
export function allocateFrame(bytes: number): FrameMemory {
  return { bytes: Buffer.allocUnsafeSlow(bytes), release: () => {} };
}

/** The declared size of a frame is negative or above the limit. The stream cannot be read any further. */
export class FrameSizeError extends OperationalError {
  override readonly name = 'FrameSizeError';
  readonly code = 'ERR_PROTOCOL_FRAME_SIZE';
  readonly retriable = false;
  readonly declaredBytes: number;
  readonly limit: FrameLimit;

  constructor(declaredBytes: number, limit: FrameLimit) {
    super(
      declaredBytes < 0
        ? `A frame declares a negative size (${declaredBytes}). The peer does not speak the Kafka protocol, or has a bug.`
        : `A frame declares ${declaredBytes} bytes; at most ${limit.maxBytes} are taken (${limit.name}). ` +
            'Send less at a time or raise that limit; if nobody sends that much, the peer does not speak the Kafka protocol.',
    );
    this.declaredBytes = declaredBytes;
    this.limit = limit;
  }
}

export interface FrameSplitterOptions<Memory extends FrameMemory> {
  readonly limit: FrameLimit;
  /**
   * Gives memory of at least `bytes`: `(bytes) => pool.acquire(bytes)`. What it throws leaves `next` without effect, to be
   * called again. The splitter releases what it outgrows; memory of a whole frame is the receiver's to release.
   */
  readonly allocate: (bytes: number) => Memory;
  /**
   * A frame up to this size gets all its memory at once. A larger one gets this much or four times what has arrived, and
   * moves when that is full, which costs a second copy of what was there. Default 256 KiB.
   */
  readonly eagerBytes?: number;
}

// NOTE(constant): empty, so there is nothing in it to change.
const NOTHING = new Uint8Array(0);
const PREFIX_BYTES = 4;
const GROWTH = 4;

/**
 * One per connection and direction. For each chunk: `push` it, then call `next` until it gives null; then the chunk is
 * used up and nothing here refers to it any more.
 *
 * A frame of zero bytes is handed out as such: as in Kafka it is legal here, and no header can be read from it.
 */
export class FrameSplitter<Memory extends FrameMemory = FrameMemory> {
  readonly #allocate: (bytes: number) => Memory;
  readonly #eagerBytes: number;
  #limit: FrameLimit;

  #chunk: Uint8Array = NOTHING;
  #position = 0;
  /** Bytes of the size prefix that have arrived, and their value. */
  #prefixBytes = 0;
  #prefix = 0;
  /** The frame that is being gathered: its memory and the bytes there; null while none of its bytes needed keeping. */
  #gathered: Memory | null = null;
  #gatheredBytes = 0;
  #startedMs = 0;
  #pushedMs = 0;
  #frameMemory: Memory | null = null;
  #frameCount = 0;
  /** Thrown by every `next` from then on: what follows in the stream means nothing. */
  #failure: OperationalError | null = null;

  constructor({ limit, allocate, eagerBytes = 256 * KiB }: FrameSplitterOptions<Memory>) {
    assert(eagerBytes > 0, 'a frame can start in some memory');
    this.#limit = limit;
    this.#allocate = allocate;
    this.#eagerBytes = eagerBytes;
  }

  get limit(): FrameLimit {
    return this.#limit;
  }

  /** Holds for frames whose size has not been read yet: switch it while the frame that allows it is being handled. */
  set limit(limit: FrameLimit) {
    this.#limit = limit;
  }

  /**
   * What the frame that `next` gave last lies in. Null when the frame is a view on the pushed chunk: it lives as long as
   * that, so copy what has to stay.
   */
  get frameMemory(): Memory | null {
    return this.#frameMemory;
  }

  /** Frames handed out so far. */
  get frameCount(): number {
    return this.#frameCount;
  }

  /** Bytes of an unfinished frame that have arrived, its size prefix included; 0 between frames. */
  get pendingBytes(): number {
    return this.#prefixBytes + this.#gatheredBytes;
  }

  /** When the first byte of the unfinished frame arrived, on the clock of `push`; null between frames. */
  get pendingSinceMs(): number | null {
    return this.pendingBytes === 0 ? null : this.#startedMs;
  }

  /** @param nowMs monotonic; for `pendingSinceMs` alone. */
  push(chunk: Uint8Array, nowMs: number): void {
    assert(
      this.#position === this.#chunk.length || this.#failure !== null,
      'the chunk before is used up before the next is pushed',
    );
    this.#chunk = chunk;
    this.#position = 0;
    this.#pushedMs = nowMs;
  }

  /**
   * The next frame without its size prefix, or null when more bytes are needed.
   *
   * @throws {WrongProtocolError} the stream starts with something that is not Kafka.
   * @throws {FrameSizeError} negative or above the limit. Both are thrown again by every later call.
   */
  next(): Uint8Array | null {
    if (this.#prefixBytes < PREFIX_BYTES && !this.#readPrefix()) return this.#useUp();
    if (this.#failure !== null) throw this.#failure;
    if (this.#gathered === null) {
      const end = this.#position + this.#prefix;
      if (end <= this.#chunk.length) {
        const frame = this.#chunk.subarray(this.#position, end);
        this.#position = end;
        return this.#hand(frame, null);
      }
      if (this.#position === this.#chunk.length) return this.#useUp();
    }
    return this.#gather();
  }

  /** Gives memory of an unfinished frame back. The splitter is of no use afterwards. */
  close(): void {
    this.#gathered?.release();
    this.#gathered = null;
    this.#useUp();
  }

  /** False when the chunk ends before the prefix does. */
  #readPrefix(): boolean {
    const chunk = this.#chunk;
    let position = this.#position;
    if (position === chunk.length) return false;
    if (this.#prefixBytes === 0) this.#startedMs = this.#pushedMs;
    while (this.#prefixBytes < PREFIX_BYTES && position < chunk.length) {
      this.#prefix = (this.#prefix << 8) | chunk[position++]!;
      this.#prefixBytes++;
    }
    this.#position = position;
    if (this.#prefixBytes < PREFIX_BYTES) return false;
    this.#checkPrefix();
    return true;
  }

  #checkPrefix(): void {
    const declaredBytes = this.#prefix;
    const protocol = this.#frameCount === 0 ? recogniseProtocol(declaredBytes) : null;
    if (protocol !== null) {
      this.#failure = new WrongProtocolError(protocol);
    } else if (declaredBytes < 0 || declaredBytes > this.#limit.maxBytes) {
      this.#failure = new FrameSizeError(declaredBytes, this.#limit);
    }
  }

  #gather(): Uint8Array | null {
    const frameBytes = this.#prefix;
    const available = Math.min(this.#chunk.length - this.#position, frameBytes - this.#gatheredBytes);
    const memory = this.#room(this.#gatheredBytes + available);
    memory.bytes.set(this.#chunk.subarray(this.#position, this.#position + available), this.#gatheredBytes);
    this.#position += available;
    this.#gatheredBytes += available;
    if (this.#gatheredBytes < frameBytes) return this.#useUp();
    this.#gathered = null;
    this.#gatheredBytes = 0;
    return this.#hand(memory.bytes.subarray(0, frameBytes), memory);
  }

  /** Memory of the frame under way with room for its first `neededBytes`. */
  #room(neededBytes: number): Memory {
    const present = this.#gathered;
    if (present !== null && present.bytes.length >= neededBytes) return present;
    const memory = this.#allocate(Math.min(this.#prefix, Math.max(this.#eagerBytes, neededBytes * GROWTH)));
    if (present !== null) {
      memory.bytes.set(present.bytes.subarray(0, this.#gatheredBytes));
      present.release();
    }
    return (this.#gathered = memory);
  }

  #hand(frame: Uint8Array, memory: Memory | null): Uint8Array {
    this.#prefixBytes = 0;
    this.#prefix = 0;
    this.#frameMemory = memory;
    this.#frameCount++;
    return frame;
  }

  #useUp(): null {
    this.#chunk = NOTHING;
    this.#position = 0;
    return null;
  }
}

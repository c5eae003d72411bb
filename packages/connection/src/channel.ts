/**
 * Requests and answers over one socket: pipelined within bounds, matched in order, each settled exactly once.
 *
 * A Kafka broker answers the requests of a connection in the order in which they came; correlation ids are checked, not
 * searched. Knows nothing of versions or credentials: that is `Connection`.
 */
import {
  allocateFrame,
  CodecError,
  describeForeignServer,
  encodeRequestFrame,
  FrameSizeError,
  FrameSplitter,
  WrongProtocolError,
  type FrameLimit,
  type FrameMemory,
} from '@ottla/protocol';
import {
  assert,
  isOperationalError,
  type Clock,
  type OperationalError,
  type Socket,
  type TimerWheel,
} from '@ottla/runtime';
import { decodeAnswer } from './answer.ts';
import {
  ConnectionClosedError,
  ConnectionFullError,
  InvalidResponseError,
  NotKafkaError,
  RequestTimeoutError,
  type RequestOutcome,
} from './errors.ts';
import { Exchange, type Answer, type Ask } from './exchange.ts';
import { Outgoing } from './outgoing.ts';

const CORRELATION_ID_BYTES = 4;
/** Of the peer's first bytes, as many are kept to be quoted. */
const GREETING_BYTES_MAX = 48;
const NO_GREETING: Buffer = Buffer.alloc(0);

export interface ChannelOptions {
  /** `host:port`, for messages. */
  readonly peer: string;
  readonly clientId: string | null;
  /** Requests sent and not answered. */
  readonly maxInFlight: number;
  /** Their bytes; one request may pass it, so that a large one is never stuck. */
  readonly maxInFlightBytes: number;
  /** Requests that wait for their turn; above it `send` refuses. */
  readonly maxWaiting: number;
  readonly responseLimit: FrameLimit;
  /** Memory of answers that span reads. Default: the garbage collector's. */
  readonly allocate?: (bytes: number) => FrameMemory;
}

/** Counts since the connection was opened. */
export interface ChannelCounts {
  readonly requests: number;
  readonly responses: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

export class Channel {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #timers: TimerWheel;
  readonly #options: ChannelOptions;
  readonly #splitter: FrameSplitter;
  readonly #outgoing: Outgoing;
  /** Sent, or encoded to be sent at the end of this turn; in order. */
  readonly #inFlight: Exchange[] = [];
  readonly #waiting: Exchange[] = [];
  /** Requests without an answer that the kernel has not taken yet. */
  readonly #unanswered = new Set<Exchange>();
  #inFlightBytes = 0;
  #correlationId = 0;
  /** How many exchanges of credentials are under way or due; others wait. */
  #holds = 0;
  /** What came first, until one frame is whole. */
  #greeting = NO_GREETING;
  #isDraining = false;
  #isClosed = false;
  #idleSinceMs: number;
  #reason: OperationalError | null = null;
  readonly #counts = { requests: 0, responses: 0, requestBytes: 0, responseBytes: 0 };

  /** Resolves once the socket is closed: to what broke it, or null after an orderly end on either side. Never rejects. */
  readonly closed: Promise<OperationalError | null>;

  constructor(socket: Socket, clock: Clock, timers: TimerWheel, options: ChannelOptions) {
    this.#socket = socket;
    this.#clock = clock;
    this.#timers = timers;
    this.#options = options;
    this.#splitter = new FrameSplitter({ limit: options.responseLimit, allocate: options.allocate ?? allocateFrame });
    this.#outgoing = new Outgoing(socket, (exchanges) => this.#onSent(exchanges));
    this.#idleSinceMs = clock.monotonicMs();
    const { promise, resolve } = Promise.withResolvers<OperationalError | null>();
    this.closed = promise;
    socket.start({
      onData: (chunk) => this.#onData(chunk),
      onEnd: () => this.#onEnd(null),
      onClose: (error) => {
        this.#onEnd(isOperationalError(error) ? error : null);
        resolve(this.#reason);
      },
    });
  }

  /** Requests sent and not answered. */
  get inFlightCount(): number {
    return this.#inFlight.length + this.#unanswered.size;
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Since when nothing is in flight, on the monotonic clock; null while something is. */
  get idleSinceMs(): number | null {
    return this.inFlightCount + this.#waiting.length > 0 ? null : this.#idleSinceMs;
  }

  /** False from the moment when no request is taken any more. */
  get isOpen(): boolean {
    return !this.#isClosed && !this.#isDraining;
  }

  get counts(): ChannelCounts {
    return this.#counts;
  }

  /** Bound of answers whose size was not read yet. */
  set responseLimit(limit: FrameLimit) {
    this.#splitter.limit = limit;
  }

  /**
   * Resolves to the answer, or to null when none is due and the kernel has taken the request.
   *
   * @param isPrivileged goes past those who wait, and past `hold`.
   * @throws the errors of `errors.ts`, and `CodecError` when the body does not fit the version: nothing was sent then.
   * @throws {FrameSizeError} the answer is above `responseLimit`; as after an `InvalidResponseError` that belongs to no
   *   request, the others in flight get `ConnectionClosedError`: theirs may be answered on another connection.
   */
  send(ask: Ask, isPrivileged = false): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      const nowMs = this.#clock.monotonicMs();
      const exchange = new Exchange(ask, nowMs, this.#expire, resolve, reject);
      if (isPrivileged ? this.#isClosed : !this.isOpen) {
        this.#reject(exchange, `${this.#options.peer} is no longer connected`, this.#reason);
      } else if (isPrivileged || (this.#waiting.length === 0 && this.#hasRoom())) {
        this.#timers.schedule(exchange.deadline, ask.timeoutMs);
        this.#dispatch(exchange);
      } else if (this.#waiting.length < this.#options.maxWaiting) {
        this.#timers.schedule(exchange.deadline, ask.timeoutMs);
        this.#waiting.push(exchange);
      } else {
        const load = { inFlight: this.inFlightCount, waiting: this.#waiting.length };
        exchange.fail(new ConnectionFullError(this.#options.peer, exchange, load), this.#options.peer, nowMs);
      }
    });
  }

  /** From here on only privileged requests leave; others wait until every `hold` has its `release`. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    assert(this.#holds > 0, 'what is released was held');
    this.#holds--;
    this.#sendWaiting();
  }

  /** Takes no more requests, and closes when those that were taken are settled. */
  drain(): void {
    this.#isDraining = true;
    this.#closeWhenDrained();
  }

  /** Closes now; everything pending fails. Idempotent. @param how `the connection to kafka:9092 was closed here` */
  destroy(reason: OperationalError | null, how: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reason = reason;
    this.#outgoing.drop();
    const pending = [...this.#inFlight, ...this.#unanswered, ...this.#waiting];
    this.#inFlight.length = 0;
    this.#unanswered.clear();
    this.#waiting.length = 0;
    this.#inFlightBytes = 0;
    for (const exchange of pending) if (exchange.stage !== 'settled') this.#reject(exchange, how, reason);
    this.#splitter.close();
    this.#socket.destroy();
  }

  #hasRoom(): boolean {
    const { maxInFlight, maxInFlightBytes } = this.#options;
    return this.#holds === 0 && this.inFlightCount < maxInFlight && this.#inFlightBytes < maxInFlightBytes;
  }

  #dispatch(exchange: Exchange): void {
    const { api, version, body, isAnswered } = exchange.ask;
    const { writer } = this.#outgoing;
    const before = writer.size;
    exchange.correlationId = this.#correlationId;
    const meta = { version, correlationId: exchange.correlationId, clientId: this.#options.clientId };
    try {
      encodeRequestFrame(writer, api, meta, body);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      exchange.fail(error, this.#options.peer, this.#clock.monotonicMs());
      return;
    }
    this.#correlationId = (this.#correlationId + 1) & 0x7fffffff;
    exchange.requestBytes = writer.size - before;
    exchange.stage = 'encoded';
    this.#outgoing.add(exchange);
    this.#inFlightBytes += exchange.requestBytes;
    if (isAnswered) this.#inFlight.push(exchange);
    else this.#unanswered.add(exchange);
    this.#counts.requests++;
    this.#counts.requestBytes += exchange.requestBytes;
  }

  #sendWaiting(): void {
    while (this.#waiting.length > 0 && this.#hasRoom()) this.#dispatch(this.#waiting.shift()!);
    this.#closeWhenDrained();
  }

  #closeWhenDrained(): void {
    if (!this.#isDraining || this.#isClosed || this.inFlightCount + this.#waiting.length > 0) return;
    this.destroy(null, `the connection to ${this.#options.peer} was closed here`);
  }

  #onSent(exchanges: readonly Exchange[]): void {
    if (this.#isClosed || this.#unanswered.size === 0) return;
    const taken = exchanges.filter((exchange) => this.#unanswered.has(exchange));
    // NOTE(order): a socket that breaks says `sent` of all that it drops, and then that it is closed: wait for that.
    if (taken.length > 0) this.#clock.defer(() => this.#settleUnanswered(taken));
  }

  #settleUnanswered(taken: readonly Exchange[]): void {
    for (const exchange of taken) {
      if (!this.#unanswered.delete(exchange)) continue;
      this.#inFlightBytes -= exchange.requestBytes;
      exchange.succeed(null, this.#options.peer, this.#becameFree());
    }
    if (!this.#isClosed) this.#sendWaiting();
  }

  #onData(chunk: Uint8Array): void {
    if (this.#isClosed) return;
    this.#splitter.push(chunk, this.#clock.monotonicMs());
    if (this.#splitter.frameCount === 0 && this.#greeting.length < GREETING_BYTES_MAX) {
      const room = GREETING_BYTES_MAX - this.#greeting.length;
      this.#greeting = Buffer.concat([this.#greeting, chunk.subarray(0, room)]);
    }
    try {
      while (!this.#isClosed) {
        const frame = this.#splitter.next();
        if (frame === null) break;
        this.#onFrame(frame, this.#splitter.frameMemory);
      }
    } catch (error) {
      if (!isOperationalError(error)) throw error;
      this.#breakAtAnswer(this.#explain(error));
    }
    if (!this.#isClosed) this.#sendWaiting();
  }

  #onFrame(frame: Uint8Array, memory: FrameMemory | null): void {
    const { peer } = this.#options;
    const exchange = this.#inFlight[0];
    const problem = describeMismatch(exchange, frame);
    if (exchange === undefined || problem !== null) {
      memory?.release();
      this.#breakAtAnswer(new InvalidResponseError(peer, problem ?? 'an answer that nobody asked for'));
      return;
    }
    this.#inFlight.shift();
    this.#inFlightBytes -= exchange.requestBytes;
    this.#counts.responses++;
    this.#counts.responseBytes += frame.length;
    exchange.responseBytes = frame.length;
    const own = this.#ownMemory(frame, memory, exchange.ask.takesMemory);
    const nowMs = this.#becameFree();
    try {
      const { body, version } = decodeAnswer(exchange.ask.api, exchange.version, own.bytes.subarray(0, frame.length));
      exchange.succeed({ body, version, memory: own }, peer, nowMs);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      own.release();
      const what = `an answer that cannot be decoded (${error.message})`;
      exchange.fail(new InvalidResponseError(peer, what, { cause: error }), peer, nowMs);
    }
  }

  /** What the frame lies in may be the socket's, or a pool's that the asker knows nothing of: then it is moved. */
  #ownMemory(frame: Uint8Array, memory: FrameMemory | null, takesMemory: boolean): FrameMemory {
    if (memory !== null && (takesMemory || this.#options.allocate === undefined)) return memory;
    const copy = { bytes: Buffer.from(frame), release: () => {} };
    memory?.release();
    return copy;
  }

  #becameFree(): number {
    return (this.#idleSinceMs = this.#clock.monotonicMs());
  }

  readonly #expire = (exchange: Exchange): void => {
    const { peer } = this.#options;
    const error = new RequestTimeoutError(peer, exchange, outcomeOf(exchange), exchange.ask.timeoutMs);
    const at = this.#waiting.indexOf(exchange);
    if (at >= 0) this.#waiting.splice(at, 1);
    exchange.fail(error, peer, this.#clock.monotonicMs());
    // Answers come in order: what was asked later would wait behind this one, perhaps for ever.
    if (at < 0) this.#break(error);
    else this.#closeWhenDrained();
  };

  /** What is wrong with the stream, seen from here: before a first frame it is no Kafka broker that speaks. */
  #explain(error: OperationalError): OperationalError {
    const { peer } = this.#options;
    if (error instanceof WrongProtocolError) {
      return new WrongProtocolError(error.protocol, describeForeignServer(error.protocol, peer));
    }
    const isFirst = this.#splitter.frameCount === 0;
    return isFirst && error instanceof FrameSizeError ? new NotKafkaError(peer, this.#greeting) : error;
  }

  /** The request whose answer it should have been gets the fault itself: asked again, it may well meet it again. */
  #breakAtAnswer(error: OperationalError): void {
    const first = this.#inFlight[0];
    if (first !== undefined && first.stage === 'sent') {
      this.#inFlight.shift();
      first.fail(error, this.#options.peer, this.#clock.monotonicMs());
    }
    this.#break(error);
  }

  #break(error: OperationalError): void {
    this.destroy(error, `the connection to ${this.#options.peer} was given up (${error.message})`);
  }

  /** FIN from the peer, or the end of the socket. */
  #onEnd(error: OperationalError | null): void {
    const { peer } = this.#options;
    const { pendingBytes } = this.#splitter;
    const where = pendingBytes === 0 ? '' : ` in the middle of an answer, of which ${pendingBytes} bytes had come,`;
    this.destroy(
      error,
      error === null ? `${peer} closed the connection${where}` : `the connection to ${peer} broke${where}`,
    );
  }

  #reject(exchange: Exchange, how: string, reason: OperationalError | null): void {
    const { peer } = this.#options;
    const options = reason === null ? {} : { cause: reason };
    const error = new ConnectionClosedError(peer, exchange, outcomeOf(exchange), how, options);
    exchange.fail(error, peer, this.#clock.monotonicMs());
  }
}

function outcomeOf(exchange: Exchange): RequestOutcome {
  return exchange.stage === 'sent' ? 'unknown' : 'notSent';
}

/** Why `frame` is not the answer to `exchange`; null when it is. */
function describeMismatch(exchange: Exchange | undefined, frame: Uint8Array): string | null {
  if (frame.length < CORRELATION_ID_BYTES) return `an answer of ${frame.length} bytes, too short for a correlation id`;
  if (exchange === undefined) return 'an answer that nobody asked for';
  const correlationId = (frame[0]! << 24) | (frame[1]! << 16) | (frame[2]! << 8) | frame[3]!;
  if (correlationId === exchange.correlationId) return null;
  return `the answer to request ${correlationId} where that to ${exchange.correlationId} was due`;
}

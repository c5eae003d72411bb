/** One request and its answer, from `send` until it is settled: exactly once. */
import { channel } from 'node:diagnostics_channel';
import type { Api, FrameMemory } from '@ottla/protocol';
import { assert, TimerEntry, type OperationalError } from '@ottla/runtime';
import type { RequestLabel } from './errors.ts';

/** A request for `Channel.send`. Types end here: above it is generic, below it is bytes. */
export interface Ask {
  readonly api: Api;
  readonly version: number;
  readonly body: object;
  readonly timeoutMs: number;
  /** False for Produce with acks=0, which a broker never answers. */
  readonly isAnswered: boolean;
  /** The asker takes over (and releases) pooled memory of the answer; otherwise the answer is moved out of it. */
  readonly takesMemory: boolean;
}

/** An answer, and what it lies in. `body` may hold views on that memory. */
export interface Answer<Body = object> {
  readonly body: Body;
  readonly version: number;
  readonly memory: FrameMemory;
}

/** What `ottla.connection.request` publishes when a request is settled. */
export interface RequestEvent {
  /** `host:port`. */
  readonly peer: string;
  readonly apiKey: number;
  readonly version: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Waiting for its turn included. */
  readonly durationMs: number;
  readonly error: OperationalError | null;
}

/** Free while nobody listens: see `node:diagnostics_channel`. */
export const REQUEST_CHANNEL = 'ottla.connection.request';
const requestChannel = channel(REQUEST_CHANNEL);

/** `waiting` for its turn; `encoded` into a batch; `sent` to the socket; `settled`. */
type Stage = 'waiting' | 'encoded' | 'sent' | 'settled';

export class Exchange implements RequestLabel {
  readonly ask: Ask;
  readonly deadline: TimerEntry<Exchange>;
  readonly startedMs: number;
  stage: Stage = 'waiting';
  correlationId = 0;
  requestBytes = 0;
  responseBytes = 0;
  readonly #resolve: (answer: Answer | null) => void;
  readonly #reject: (error: unknown) => void;

  /** @param resolve gets null for a request without an answer. */
  constructor(
    ask: Ask,
    startedMs: number,
    expire: (exchange: Exchange) => void,
    resolve: (answer: Answer | null) => void,
    reject: (error: unknown) => void,
  ) {
    this.ask = ask;
    this.startedMs = startedMs;
    this.deadline = new TimerEntry<Exchange>(this, expire);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get apiKey(): number {
    return this.ask.api.key;
  }

  get version(): number {
    return this.ask.version;
  }

  succeed(answer: Answer | null, peer: string, nowMs: number): void {
    this.#settle(null, peer, nowMs);
    this.#resolve(answer);
  }

  fail(error: OperationalError, peer: string, nowMs: number): void {
    this.#settle(error, peer, nowMs);
    this.#reject(error);
  }

  #settle(error: OperationalError | null, peer: string, nowMs: number): void {
    assert(this.stage !== 'settled', 'a request is settled once');
    this.stage = 'settled';
    this.deadline.cancel();
    if (!requestChannel.hasSubscribers) return;
    const event: RequestEvent = {
      peer,
      apiKey: this.apiKey,
      version: this.version,
      requestBytes: this.requestBytes,
      responseBytes: this.responseBytes,
      durationMs: nowMs - this.startedMs,
      error,
    };
    requestChannel.publish(event);
  }
}

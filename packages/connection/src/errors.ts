/**
 * What can go wrong on a connection. That nothing listens, a name is unknown or TLS fails are the `NetworkError`s of
 * `@ottla/runtime`; that the peer speaks TLS, HTTP or SSH is the `WrongProtocolError` of `@ottla/protocol`.
 */
import { describeErrorCode, formatApiKey, formatVersions, type VersionRange } from '@ottla/protocol';
import { OperationalError } from '@ottla/runtime';
import { quoted } from '@ottla/runtime/logger';

/**
 * Whether the broker may have done what was asked. `notSent`: no byte of it left this process. `unknown`: some did, so it
 * may have been done, and a retry may do it twice.
 */
export type RequestOutcome = 'notSent' | 'unknown';

/** A request, as errors name it. */
export interface RequestLabel {
  readonly apiKey: number;
  readonly version: number;
}

const OUTCOME_TEXT: Readonly<Record<RequestOutcome, string>> = {
  notSent: 'The request was not sent.',
  unknown: 'The request may or may not have been done.',
};

function formatRequest({ apiKey, version }: RequestLabel): string {
  return `${formatApiKey(apiKey)} v${version}`;
}

/** The connection ended before the answer came. `cause` says why, when it was not just closed. */
export class ConnectionClosedError extends OperationalError {
  override readonly name = 'ConnectionClosedError';
  readonly code = 'ERR_CONNECTION_CLOSED';
  /** On another connection; whether twice does harm is for `outcome` and the caller. */
  readonly retriable = true;
  /** `host:port`. */
  readonly peer: string;
  readonly request: RequestLabel;
  readonly outcome: RequestOutcome;

  /** @param how a clause with the peer as its subject or object: `kafka:9092 closed the connection`. */
  constructor(peer: string, request: RequestLabel, outcome: RequestOutcome, how: string, options?: ErrorOptions) {
    super(`${how} before ${formatRequest(request)} was answered. ${OUTCOME_TEXT[outcome]}`, options);
    this.peer = peer;
    this.request = request;
    this.outcome = outcome;
  }
}

/** No answer within the request's deadline. If it was sent, the connection is closed: what follows would wait behind it. */
export class RequestTimeoutError extends OperationalError {
  override readonly name = 'RequestTimeoutError';
  readonly code = 'ERR_CONNECTION_REQUEST_TIMEOUT';
  readonly retriable = true;
  readonly peer: string;
  readonly request: RequestLabel;
  readonly outcome: RequestOutcome;
  readonly timeoutMs: number;

  constructor(peer: string, request: RequestLabel, outcome: RequestOutcome, timeoutMs: number) {
    const cure =
      outcome === 'notSent'
        ? 'It waited for its turn: earlier requests are slow, or too many are sent over one connection.'
        : 'The broker is overloaded or hangs, or the network drops packets; otherwise raise request.timeout.ms.';
    super(`${peer} did not answer ${formatRequest(request)} within ${timeoutMs} ms. ${OUTCOME_TEXT[outcome]} ${cure}`);
    this.peer = peer;
    this.request = request;
    this.outcome = outcome;
    this.timeoutMs = timeoutMs;
  }
}

/** Connected, but versions or credentials were not agreed in time. */
export class OpenTimeoutError extends OperationalError {
  override readonly name = 'OpenTimeoutError';
  readonly code = 'ERR_CONNECTION_OPEN_TIMEOUT';
  readonly retriable = true;
  readonly peer: string;
  readonly timeoutMs: number;

  constructor(peer: string, phase: 'negotiation' | 'authentication', timeoutMs: number) {
    const cure =
      phase === 'negotiation'
        ? 'Something listens there but does not answer ApiVersions: a proxy without a broker behind it, a broker that hangs, or a listener that waits for TLS.'
        : 'The broker, or what checks credentials behind it, is slow.';
    super(`${peer} took the connection, but its ${phase} was not done within ${timeoutMs} ms. ${cure}`);
    this.peer = peer;
    this.timeoutMs = timeoutMs;
  }
}

/** As many requests as allowed are in flight, and as many wait. Nothing was sent. */
export class ConnectionFullError extends OperationalError {
  override readonly name = 'ConnectionFullError';
  readonly code = 'ERR_CONNECTION_FULL';
  readonly retriable = true;
  readonly peer: string;

  constructor(peer: string, request: RequestLabel, load: { readonly inFlight: number; readonly waiting: number }) {
    super(
      `${formatRequest(request)} was not taken for ${peer}: ${load.inFlight} requests are in flight and ${load.waiting} wait. ` +
        'Send slower, or raise max.in.flight.requests.per.connection.',
    );
    this.peer = peer;
  }
}

/** The broker and this client have no version of the API in common, or not within the caller's bounds. */
export class UnsupportedVersionError extends OperationalError {
  override readonly name = 'UnsupportedVersionError';
  readonly code = 'ERR_CONNECTION_UNSUPPORTED_VERSION';
  readonly retriable = false;
  readonly peer: string;
  readonly apiKey: number;
  /** What this side would send. */
  readonly wanted: VersionRange;
  /** What the broker takes; null when it does not have the API at all. */
  readonly offered: VersionRange | null;

  /** @param release the broker's Kafka release in words, where it is known to be old. */
  constructor(
    peer: string,
    apiKey: number,
    wanted: VersionRange,
    offered: VersionRange | null,
    release: string | null,
  ) {
    const what =
      offered === null
        ? `does not offer ${formatApiKey(apiKey)}`
        : `takes ${formatApiKey(apiKey)} in versions ${formatVersions(offered)}, and this client would send ${formatVersions(wanted)}`;
    const isBehind = offered === null || offered.to < wanted.from;
    const newer = release === null ? '' : ` It looks like ${release}; at least Kafka 2.1 is needed.`;
    const cure = isBehind
      ? `Upgrade the broker, or switch the feature on there.${newer}`
      : 'Upgrade this client, or loosen the bounds that the caller set.';
    super(`${peer} ${what}. ${cure}`);
    this.peer = peer;
    this.apiKey = apiKey;
    this.wanted = wanted;
    this.offered = offered;
  }
}

/** The broker answered ApiVersions with an error. */
export class NegotiationError extends OperationalError {
  override readonly name = 'NegotiationError';
  readonly code = 'ERR_CONNECTION_NEGOTIATION';
  readonly retriable: boolean;
  readonly peer: string;
  /** Kafka's code. */
  readonly errorCode: number;

  constructor(peer: string, errorCode: number) {
    const row = describeErrorCode(errorCode);
    super(`${peer} refused to negotiate versions with ${row.name} (${errorCode}). ${row.meaning} ${row.fix}`);
    this.retriable = row.retriable;
    this.peer = peer;
    this.errorCode = errorCode;
  }
}

/** The authentication hook failed. What it threw is the cause, and its sentence is part of this one. */
export class AuthenticationError extends OperationalError {
  override readonly name = 'AuthenticationError';
  readonly code = 'ERR_CONNECTION_AUTHENTICATION';
  readonly retriable: boolean;
  readonly peer: string;

  constructor(peer: string, cause: OperationalError) {
    super(`Authentication with ${peer} failed: ${cause.message}`, { cause });
    this.retriable = cause.retriable;
    this.peer = peer;
  }
}

/**
 * An answer that is not what the protocol allows here: it belongs to no request, or cannot be decoded (then a `CodecError`
 * is the cause and the connection goes on, since frames are still told apart).
 */
export class InvalidResponseError extends OperationalError {
  override readonly name = 'InvalidResponseError';
  readonly code = 'ERR_CONNECTION_INVALID_RESPONSE';
  readonly retriable = false;
  readonly peer: string;

  /** @param what a clause with the answer as its object: `an answer that nobody asked for`. */
  constructor(peer: string, what: string, options?: ErrorOptions) {
    super(
      `${peer} sent ${what}. It has a bug, speaks another protocol, or a proxy between mixes connections up.`,
      options,
    );
    this.peer = peer;
  }
}

/** The first bytes from the peer cannot be an answer: a mail server's banner, Redis, a telnet service. */
export class NotKafkaError extends OperationalError {
  override readonly name = 'NotKafkaError';
  readonly code = 'ERR_CONNECTION_NOT_KAFKA';
  readonly retriable = false;
  /** `host:port`. */
  readonly peer: string;

  /** @param greeting what the peer sent first; text is quoted up to the end of its first line, the rest in hex. */
  constructor(peer: string, greeting: Uint8Array) {
    super(
      `${peer} is not a Kafka broker: the first it sent is ${describeGreeting(greeting)}. ` +
        'Check host and port: brokers listen on 9092 unless told otherwise.',
    );
    this.peer = peer;
  }
}

function describeGreeting(greeting: Uint8Array): string {
  const bytes = Buffer.from(greeting.buffer, greeting.byteOffset, greeting.byteLength);
  const line = /^[\r\n]*([\x20-\x7e]{3,})/.exec(bytes.toString('latin1'));
  return line === null ? `the bytes ${bytes.toString('hex').replace(/(..)(?=.)/g, '$1 ')}` : quoted(line[1]!);
}

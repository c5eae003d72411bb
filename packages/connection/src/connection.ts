/**
 * One outgoing Kafka connection: connected, versions agreed, authenticated, and then requests pipelined over it.
 *
 * It never reconnects and never retries: whoever owns it knows what may be done twice.
 */
import type { Api, ApiRequestInput, ApiResponse, FrameMemory, VersionRange } from '@ottla/protocol';
import {
  assert,
  isOperationalError,
  type OperationalError,
  type TimerWheel,
  type TlsClientOptions,
} from '@ottla/runtime';
import type { Channel, ChannelCounts } from './channel.ts';
import { AuthenticationError } from './errors.ts';
import type { Answer, Ask } from './exchange.ts';
import { pickVersion, type Offered } from './offered-versions.ts';

export const REQUEST_TIMEOUT_MS = 30_000;

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on, when given. */
  readonly tls?: TlsClientOptions;
  /** Name for logs and quotas. Default null. */
  readonly clientId?: string | null;
  /** What the broker's metrics call this client (KIP-511): letters, digits, dots and hyphens. Default `ottla`, `unknown`. */
  readonly softwareName?: string;
  readonly softwareVersion?: string;
  /** For connect, versions and credentials together. Default 30,000; `Infinity` for none. */
  readonly openTimeoutMs?: number;
  /** Deadline of a request that has none of its own, from `send` on. Default 30,000; `Infinity` for none. */
  readonly requestTimeoutMs?: number;
  /** Requests sent and not answered. Default 5, as Kafka's; above it `send` waits. */
  readonly maxInFlight?: number;
  /** Their bytes; a single request may pass it. Default 64 MiB. */
  readonly maxInFlightBytes?: number;
  /** Requests that may wait for their turn; above it `send` refuses with `ConnectionFullError`. Default 1,000. */
  readonly maxWaiting?: number;
  /** Largest answer taken. Default 100 MiB; before authentication 512 KiB. */
  readonly maxResponseBytes?: number;
  /** Bounds by api key, for requests that have none of their own. */
  readonly versions?: ReadonlyMap<number, VersionRange>;
  /** Told to the broker, which refuses a client that means another one (ApiVersions v5). */
  readonly expected?: { readonly clusterId: string; readonly nodeId: number };
  /** Exchanges credentials over the channel that it gets. What it throws closes the connection. */
  readonly authenticate?: Authenticate;
  /** A wheel that many connections share. Default: one of its own. */
  readonly timers?: TimerWheel;
  /** Pooled memory for answers that span reads: `(bytes) => pool.tryAcquire(bytes) ?? allocateFrame(bytes)`. See `exchange`. */
  readonly allocate?: (bytes: number) => FrameMemory;
}

export interface SendOptions {
  /** From now on, waiting included. Default `requestTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Exactly this version. */
  readonly version?: number;
  /** The highest in common within these bounds. */
  readonly versions?: VersionRange;
}

/** Sends past all other requests, for authentication. */
export interface AuthenticationChannel {
  readonly host: string;
  readonly port: number;
  readonly offered: Offered;
  /** As `Connection.send`. */
  send<A extends Api>(api: A, body: ApiRequestInput<A>, options?: SendOptions): Promise<ApiResponse<A>>;
}

/** Throws an `OperationalError` with a sentence for people when the broker does not take the credentials. */
export type Authenticate = (channel: AuthenticationChannel) => Promise<void>;

/** An open connection; `openConnection` makes one. Requests leave in the order of the calls. */
export class Connection {
  readonly host: string;
  readonly port: number;
  /** `host:port`, as in messages. */
  readonly peer: string;
  /** Resolves once it is closed: to what broke it, or null after an orderly end on either side. Never rejects. */
  readonly closed: Promise<OperationalError | null>;
  readonly #channel: Channel;
  readonly #options: ConnectionOptions;
  readonly #offered: Offered;
  /** Resolves when the credentials last asked to be exchanged are, or failed. */
  #authenticated: Promise<void> = Promise.resolve();

  constructor(channel: Channel, options: ConnectionOptions, offered: Offered) {
    this.host = options.host;
    this.port = options.port;
    this.peer = formatPeer(options);
    this.closed = channel.closed;
    this.#channel = channel;
    this.#options = options;
    this.#offered = offered;
  }

  /** What the broker said of itself. */
  get offered(): Offered {
    return this.#offered;
  }

  /** False from the moment when no request is taken any more. */
  get isOpen(): boolean {
    return this.#channel.isOpen;
  }

  /** Requests sent and not answered, and their bytes; `waitingCount` wait for their turn. */
  get inFlightCount(): number {
    return this.#channel.inFlightCount;
  }

  get inFlightBytes(): number {
    return this.#channel.inFlightBytes;
  }

  get waitingCount(): number {
    return this.#channel.waitingCount;
  }

  /** Since when nothing is asked, on the monotonic clock; null while something is. */
  get idleSinceMs(): number | null {
    return this.#channel.idleSinceMs;
  }

  get counts(): ChannelCounts {
    return this.#channel.counts;
  }

  /**
   * The version that `send` would use.
   *
   * @throws {UnsupportedVersionError} there is none in common with the broker.
   */
  versionOf(api: Api, options: SendOptions = {}): number {
    const bounds =
      options.version === undefined
        ? (options.versions ?? this.#options.versions?.get(api.key))
        : { from: options.version, to: options.version };
    return pickVersion(this.peer, api, this.#offered, bounds);
  }

  /**
   * Resolves to the body of the answer. Record batches in `body` are written from where they lie: leave them alone until
   * this settles. Those of the answer are views on memory of its own.
   *
   * @throws {UnsupportedVersionError | CodecError | ConnectionFullError} nothing was sent.
   * @throws {RequestTimeoutError | ConnectionClosedError} `outcome` tells whether it may have been done.
   * @throws {InvalidResponseError | FrameSizeError} the answer makes no sense, or is above `maxResponseBytes`.
   */
  async send<A extends Api>(api: A, body: ApiRequestInput<A>, options: SendOptions = {}): Promise<ApiResponse<A>> {
    const answer = await this.#channel.send(this.#ask(api, body, options, true, false));
    return answer!.body as ApiResponse<A>;
  }

  /**
   * As `send`, for answers in pooled memory (`ConnectionOptions.allocate`): release `memory` when nothing of `body` is used
   * any more.
   */
  async exchange<A extends Api>(
    api: A,
    body: ApiRequestInput<A>,
    options: SendOptions = {},
  ): Promise<Answer<ApiResponse<A>>> {
    const answer = await this.#channel.send(this.#ask(api, body, options, true, true));
    return answer as Answer<ApiResponse<A>>;
  }

  /** For Produce with acks=0, which no broker answers: resolves when the kernel has taken the request. */
  async sendUnanswered<A extends Api>(api: A, body: ApiRequestInput<A>, options: SendOptions = {}): Promise<void> {
    await this.#channel.send(this.#ask(api, body, options, false, false));
  }

  /**
   * Exchanges credentials again (KIP-368), after an exchange that is under way. Requests sent meanwhile wait.
   *
   * @throws {AuthenticationError} the connection is closed then.
   */
  async authenticate(authenticate: Authenticate): Promise<void> {
    this.#channel.hold();
    const before = this.#authenticated;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#authenticated = promise;
    try {
      await before;
      await authenticate({
        host: this.host,
        port: this.port,
        offered: this.#offered,
        send: async (api, body, options = {}) => {
          const answer = await this.#channel.send(this.#ask(api, body, options, true, false), true);
          return answer!.body as ApiResponse<typeof api>;
        },
      });
    } catch (error) {
      const failure = isOperationalError(error) ? new AuthenticationError(this.peer, error) : error;
      this.destroy(failure instanceof AuthenticationError ? failure : null);
      throw failure;
    } finally {
      this.#channel.release();
      resolve();
    }
  }

  /** Takes no more requests, waits for the answers that are due (each has its deadline), and closes. Idempotent. */
  async close(): Promise<void> {
    this.#channel.drain();
    await this.closed;
  }

  /** Closes now; what is pending fails with `ConnectionClosedError`, and `reason` as its cause. Idempotent. */
  destroy(reason: OperationalError | null = null): void {
    this.#channel.destroy(reason, `the connection to ${this.peer} was closed here`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask(api: Api, body: object, options: SendOptions, isAnswered: boolean, takesMemory: boolean): Ask {
    const version = this.versionOf(api, options);
    const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    return { api, version, body, timeoutMs: boundDelay(timeoutMs), isAnswered, takesMemory };
  }
}

/** @throws {AssertionError} an option with which no request could ever be sent or answered. */
export function checkConnectionOptions(options: ConnectionOptions): void {
  for (const name of ['maxInFlight', 'maxInFlightBytes', 'maxResponseBytes'] as const) {
    const value = options[name] ?? 1;
    assert(value >= 1, `${name} is a number from 1 on, not ${value}`);
  }
  for (const name of ['openTimeoutMs', 'requestTimeoutMs'] as const) {
    const value = options[name] ?? 1;
    assert(value > 0, `${name} is a number of milliseconds above 0, or Infinity for none, not ${value}`);
  }
  const { maxWaiting = 0 } = options;
  assert(maxWaiting >= 0, `maxWaiting is a number from 0 on, not ${maxWaiting}`);
}

/** `Infinity` as the longest that a timer wheel takes, which no process lives. */
export function boundDelay(delayMs: number): number {
  return Math.min(delayMs, Number.MAX_SAFE_INTEGER);
}

export function formatPeer({ host, port }: Pick<ConnectionOptions, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

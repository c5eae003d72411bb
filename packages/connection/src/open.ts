/** From an address to an open connection: connect, agree on versions, authenticate; all within one deadline. */
import { ApiKey, WrongProtocolError, type FrameLimit } from '@ottla/protocol';
import { apiVersions } from '@ottla/protocol/messages/18-api-versions';
import { KiB, MiB, NetworkError, TimerWheel, type Io, type TimerEntry } from '@ottla/runtime';
import { Channel } from './channel.ts';
import { boundDelay, checkConnectionOptions, Connection, formatPeer, type ConnectionOptions } from './connection.ts';
import { ConnectionClosedError, NotKafkaError, OpenTimeoutError } from './errors.ts';
import { negotiate } from './negotiation.ts';

const OPEN_TIMEOUT_MS = 30_000;
const RESPONSE_BYTES_MAX = 100 * MiB;
const OPENING_LIMIT: FrameLimit = { maxBytes: 512 * KiB, name: 'before the connection is open' };
/** What Node's timers take, 24 days; above it they would fire at once. */
const CONNECT_TIMEOUT_MS_MAX = 2 ** 31 - 1;

/**
 * @throws {NetworkError} nothing listens there, the name is unknown, it took too long, TLS failed (`TlsError`).
 * @throws {WrongProtocolError | NotKafkaError} TLS is demanded, or what listens there is HTTP, SSH or something else.
 * @throws {OpenTimeoutError | NegotiationError | UnsupportedVersionError | AuthenticationError} see there.
 * @throws {ConnectionClosedError} it was closed before all was agreed.
 */
export async function openConnection(
  io: Pick<Io, 'clock' | 'network'>,
  options: ConnectionOptions,
): Promise<Connection> {
  const { clock, network } = io;
  const { host, port, tls, openTimeoutMs = OPEN_TIMEOUT_MS } = options;
  checkConnectionOptions(options);
  const deadlineMs = clock.monotonicMs() + openTimeoutMs;
  const timeoutMs = Math.min(openTimeoutMs, CONNECT_TIMEOUT_MS_MAX);
  const socket = await network.connect({ host, port, timeoutMs, ...(tls === undefined ? {} : { tls }) });

  const timers = options.timers ?? new TimerWheel(clock);
  const peer = formatPeer(options);
  const channel = new Channel(socket, clock, timers, {
    peer,
    clientId: options.clientId ?? null,
    maxInFlight: options.maxInFlight ?? 5,
    maxInFlightBytes: options.maxInFlightBytes ?? 64 * MiB,
    maxWaiting: options.maxWaiting ?? 1_000,
    responseLimit: OPENING_LIMIT,
    ...(options.allocate === undefined ? {} : { allocate: options.allocate }),
  });
  if (options.timers === undefined) void channel.closed.then(() => timers.close());

  let phase: 'negotiation' | 'authentication' = 'negotiation';
  const agree = async (): Promise<Connection> => {
    const offered = await negotiate(channel, {
      peer,
      softwareName: options.softwareName ?? 'ottla',
      softwareVersion: options.softwareVersion ?? 'unknown',
      expected: options.expected ?? null,
      maxVersion: options.versions?.get(ApiKey.API_VERSIONS)?.to ?? apiVersions.versions.to,
      timeoutMs: boundDelay(openTimeoutMs * 2), // the deadline of opening comes first
    });
    phase = 'authentication';
    const connection = new Connection(channel, options, offered);
    if (options.authenticate !== undefined) await connection.authenticate(options.authenticate);
    channel.responseLimit = { maxBytes: options.maxResponseBytes ?? RESPONSE_BYTES_MAX, name: 'maxResponseBytes' };
    return connection;
  };

  const expired = Promise.withResolvers<never>();
  const expire = (): void => {
    const error = new OpenTimeoutError(peer, phase, openTimeoutMs);
    // NOTE(order): before the request under way is rejected for it, so that this is the error that the caller sees.
    expired.reject(error);
    channel.destroy(error, `the connection to ${peer} was given up`);
  };
  let deadline: TimerEntry | null = null;
  try {
    deadline = timers.add(boundDelay(Math.max(0, deadlineMs - clock.monotonicMs())), expire);
    return await Promise.race([agree(), expired.promise]);
  } catch (error) {
    channel.destroy(null, `the connection to ${peer} was not opened`);
    throw phase === 'negotiation' ? explainSilence(error, peer, tls !== undefined) : error;
  } finally {
    deadline?.cancel();
  }
}

/** The first request was not answered: say what kind of server does that. */
function explainSilence(error: unknown, peer: string, isTls: boolean): unknown {
  if (!(error instanceof ConnectionClosedError)) return error;
  const { cause } = error;
  if (cause instanceof WrongProtocolError || cause instanceof NotKafkaError) return cause;
  if (cause !== undefined && !(cause instanceof NetworkError)) return error;
  const tls = isTls ? '' : 'a listener that demands TLS does so: switch TLS on then; ';
  const how = `${peer} closed the connection without a word (${tls}it may be no Kafka broker, or one older than 0.10)`;
  return new ConnectionClosedError(peer, error.request, error.outcome, how, cause === undefined ? {} : { cause });
}

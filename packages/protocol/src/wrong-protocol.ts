/**
 * Other protocols on a Kafka connection, told by the first four bytes, and what to say then.
 *
 * Read as the size of a frame those bytes mean hundreds of megabytes ("invalid receive size 1195725856" is `GET `); people
 * deserve to be told what really happened. No first frame of a Kafka client is that large.
 */
import { OperationalError } from '@ottla/runtime';

export type ForeignProtocol =
  | 'tlsHandshake'
  | 'tlsAlert'
  | 'httpRequest'
  | 'http2Request'
  | 'httpResponse'
  | 'ssh'
  | 'proxyProtocol';

const NAMES: Readonly<Record<ForeignProtocol, string>> = {
  tlsHandshake: 'a TLS handshake',
  tlsAlert: 'a TLS alert',
  httpRequest: 'an HTTP request',
  http2Request: 'an HTTP/2 request',
  httpResponse: 'an HTTP response',
  ssh: 'SSH',
  proxyProtocol: 'a PROXY protocol header',
};

const BY_TEXT: Readonly<Record<string, ForeignProtocol>> = {
  'GET ': 'httpRequest',
  HEAD: 'httpRequest',
  POST: 'httpRequest',
  'PUT ': 'httpRequest',
  DELE: 'httpRequest',
  OPTI: 'httpRequest',
  PATC: 'httpRequest',
  CONN: 'httpRequest',
  TRAC: 'httpRequest',
  'PRI ': 'http2Request',
  HTTP: 'httpResponse',
  'SSH-': 'ssh',
  PROX: 'proxyProtocol',
  '\r\n\r\n': 'proxyProtocol',
};

const BY_PREFIX: ReadonlyMap<number, ForeignProtocol> = new Map(
  Object.entries(BY_TEXT).map(([text, protocol]) => [Buffer.from(text, 'latin1').readInt32BE(), protocol]),
);

/** @param prefix the first four bytes of the stream as a big-endian int32, that is, the size of the first frame. */
export function recogniseProtocol(prefix: number): ForeignProtocol | null {
  // A TLS record: content type, version 3.0 to 3.4, then the high byte of its length.
  if ((prefix & 0xffff00) <= 0x030400 && (prefix & 0xff0000) === 0x030000) {
    if (prefix >>> 24 === 0x16) return 'tlsHandshake';
    if (prefix >>> 24 === 0x15) return 'tlsAlert';
  }
  return BY_PREFIX.get(prefix) ?? null;
}

/** The peer speaks something else than Kafka. */
export class WrongProtocolError extends OperationalError {
  override readonly name = 'WrongProtocolError';
  readonly code = 'ERR_PROTOCOL_WRONG';
  readonly retriable = false;
  readonly protocol: ForeignProtocol;

  /** @param message default: names the protocol; who knows the address says more (`describeForeignServer`). */
  constructor(protocol: ForeignProtocol, message?: string, options?: ErrorOptions) {
    super(message ?? `The peer sent ${NAMES[protocol]} where a Kafka frame should start.`, options);
    this.protocol = protocol;
  }
}

/** What the server's answer may tell about the listener that was reached. */
export interface ReachedListener {
  readonly port: number;
  readonly securityProtocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  /** Port of a listener of this node that speaks TLS, when there is one. */
  readonly tlsPort: number | null;
  /** Where a browser should go instead, when there is such a place. */
  readonly httpUrl: string | null;
}

export interface ForeignAnswer {
  /** For the log: who did what, and the cure. */
  readonly sentence: string;
  /** Bytes to send before the connection is closed; null to close at once. */
  readonly reply: Uint8Array | null;
}

/** Server side. @param client the client's address, for the log. */
export function answerForeignClient(
  protocol: ForeignProtocol,
  listener: ReachedListener,
  client: string,
): ForeignAnswer {
  const { port, securityProtocol } = listener;
  const said = `Client ${client} sent ${NAMES[protocol]} to the ${securityProtocol} listener on port ${port}`;
  switch (protocol) {
    case 'tlsHandshake':
    case 'tlsAlert': {
      const cure =
        listener.tlsPort === null
          ? 'No listener of this node speaks TLS: switch TLS off in the client, or add an SSL listener.'
          : `Use port ${listener.tlsPort} for TLS, or switch TLS off in the client.`;
      return { sentence: `${said}. ${cure}`, reply: null };
    }
    case 'httpRequest':
      return { sentence: `${said}. ${httpCure(listener)}`, reply: httpReply(listener) };
    case 'http2Request':
      return { sentence: `${said}. ${httpCure(listener)}`, reply: http2Reply(listener) };
    case 'proxyProtocol':
      return {
        sentence: `${said}. Switch the PROXY protocol off in the load balancer: Kafka listeners do not read it.`,
        reply: null,
      };
    case 'httpResponse':
    case 'ssh':
      return { sentence: `${said}. Only Kafka clients belong on this port.`, reply: null };
  }
}

function httpCure({ httpUrl }: ReachedListener): string {
  const elsewhere = httpUrl === null ? '' : ` For a browser there is ${httpUrl}.`;
  return `The port speaks the Kafka protocol, not HTTP.${elsewhere}`;
}

function httpText(listener: ReachedListener): string {
  return `This is a Kafka port. ${httpCure(listener)} Kafka clients take it as bootstrap.servers.\n`;
}

function httpReply(listener: ReachedListener): Uint8Array {
  const body = httpText(listener);
  return Buffer.from(
    'HTTP/1.1 400 Bad Request\r\n' +
      'Content-Type: text/plain; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      'Connection: close\r\n' +
      `\r\n${body}`,
  );
}

/** An HTTP/2 server preface (empty SETTINGS), then GOAWAY with HTTP_1_1_REQUIRED and the text as debug data (RFC 9113, 6.8). */
function http2Reply(listener: ReachedListener): Uint8Array {
  const text = Buffer.from(httpText(listener));
  const reply = Buffer.alloc(9 + 9 + 8 + text.length);
  reply[3] = 4; // SETTINGS, no payload, stream 0
  reply.writeUIntBE(8 + text.length, 9, 3);
  reply[12] = 7; // GOAWAY, stream 0; last stream id 0
  reply.writeUInt32BE(0x0d, 22);
  reply.set(text, 26);
  return reply;
}

/** Client side: what a foreign first answer from `server` (`host:port`) to a Kafka request over plaintext or TLS means. */
export function describeForeignServer(protocol: ForeignProtocol, server: string): string {
  switch (protocol) {
    case 'tlsHandshake':
    case 'tlsAlert':
      return `${server} demands TLS, and this connection is plaintext. Switch TLS on (tls, security.protocol=SSL or SASL_SSL), or use its plaintext port.`;
    case 'httpResponse':
    case 'httpRequest':
    case 'http2Request':
      return `${server} is an HTTP server, not a Kafka broker. Check host and port: brokers listen on 9092 unless told otherwise.`;
    case 'ssh':
      return `${server} is an SSH server, not a Kafka broker. Check host and port: brokers listen on 9092 unless told otherwise.`;
    case 'proxyProtocol':
      return `${server} sent a PROXY protocol header, so what listens there is no Kafka broker. Check host and port.`;
  }
}

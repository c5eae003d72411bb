/** What a network can do to us, as typed errors with sentences for people. Thrown by `node/` and `sim/` alike. */
import { OperationalError, type OperationalErrorCode } from './errors.ts';
import { holderText, type FailureRow, type FailureTable, type ProcessHolder } from './io-failure.ts';

export type NetworkOperation = 'connect to' | 'listen on' | 'accept on' | 'exchange data with';

const reset: FailureRow = {
  code: 'ERR_NETWORK_RESET',
  retriable: true,
  what: 'the other side dropped the connection',
  fix: 'It may have restarted, refused what was sent, or speak another protocol on this port; its log says which.',
};
const unreachable: FailureRow = {
  code: 'ERR_NETWORK_UNREACHABLE',
  retriable: true,
  what: 'there is no route to it',
  fix: 'Check the address, the network and the firewall.',
};
const tooManySockets: FailureRow = {
  code: 'ERR_NETWORK_TOO_MANY_SOCKETS',
  retriable: true,
  what: 'too many open sockets and files',
  fix: 'Raise the limit (ulimit -n, LimitNOFILE), or lower max.connections.',
};

const networkFailures: FailureTable = {
  ECONNREFUSED: {
    code: 'ERR_NETWORK_REFUSED',
    retriable: true,
    what: 'nothing listens there',
    fix: 'Check that the server runs and that host and port are right.',
  },
  ENOTFOUND: {
    code: 'ERR_NETWORK_UNKNOWN_HOST',
    retriable: false,
    what: 'the host name is unknown',
    fix: 'Check its spelling; a name that only a container network knows does not resolve outside of it.',
  },
  EAI_AGAIN: {
    code: 'ERR_NETWORK_UNKNOWN_HOST',
    retriable: true,
    what: 'the name server did not answer',
    fix: 'Check the network and its name server.',
  },
  ETIMEDOUT: {
    code: 'ERR_NETWORK_TIMEOUT',
    retriable: true,
    what: 'it did not answer in time',
    fix: 'The machine may be down or overloaded, or a firewall may drop the packets.',
  },
  ECONNRESET: reset,
  EPIPE: reset,
  ECONNABORTED: reset,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENETDOWN: { ...unreachable, what: 'the network is down' },
  EADDRINUSE: {
    code: 'ERR_NETWORK_ADDRESS_IN_USE',
    retriable: true,
    what: 'the port is taken',
    fix: 'Stop what listens there, or choose another port (port 0 picks a free one).',
  },
  EADDRNOTAVAIL: {
    code: 'ERR_NETWORK_ADDRESS_NOT_OURS',
    retriable: false,
    what: 'that address does not belong to this machine',
    fix: 'Listen on 127.0.0.1, 0.0.0.0 or an address of this machine; tell clients another one with advertised.listeners.',
  },
  EACCES: {
    code: 'ERR_NETWORK_PERMISSION',
    retriable: false,
    what: 'permission denied',
    fix: 'Ports below 1024 need privileges: choose a higher one.',
  },
  EMFILE: tooManySockets,
  ENFILE: tooManySockets,
};

const networkBroken: FailureRow = {
  code: 'ERR_NETWORK_FAILED',
  retriable: true,
  what: 'the network failed',
  fix: "Check the network; the error code names the system call's reason.",
};

/** A socket could not be opened, or broke. `errno` is the POSIX (or resolver's) name. */
export class NetworkError extends OperationalError {
  override readonly name: string = 'NetworkError';
  readonly code: OperationalErrorCode;
  readonly retriable: boolean;
  readonly operation: NetworkOperation;
  readonly host: string;
  readonly port: number;
  readonly errno: string;
  /** Who has the port, for `EADDRINUSE` where the operating system tells; else null. */
  readonly holder: ProcessHolder | null;

  constructor(
    operation: NetworkOperation,
    at: { readonly host: string; readonly port: number },
    errno: string,
    options: ErrorOptions & { row?: FailureRow; holder?: ProcessHolder | null; detail?: string } = {},
  ) {
    const row = options.row ?? networkFailures[errno] ?? networkBroken;
    const holder = options.holder ?? null;
    const detail = options.detail ?? (holder === null ? undefined : `by ${holderText(holder)}`);
    super(
      `cannot ${operation} ${addressText(at)}: ${row.what}${detail === undefined ? '' : ` (${detail})`}. ` +
        `${row.fix} [${row.code}, ${errno}]`,
      options,
    );
    this.code = row.code;
    this.retriable = row.retriable;
    this.operation = operation;
    this.host = at.host;
    this.port = at.port;
    this.errno = errno;
    this.holder = holder;
  }
}

const invalidAddress: FailureRow = {
  code: 'ERR_NETWORK_INVALID_ADDRESS',
  retriable: false,
  what: 'that is no address',
  fix: 'Give a host name or an IP address without blanks, and a port that is a whole number from 0 to 65535.',
};

// oxlint-disable-next-line no-control-regex -- they are what no name may have
const NO_HOST = /[\s\u0000-\u001f]/;

/** @throws {NetworkError} no machine can have that host, or no socket that port. An empty host listens everywhere. */
export function checkAddress(
  operation: 'connect to' | 'listen on',
  at: { readonly host: string; readonly port: number },
): void {
  const { host, port } = at;
  const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
  const isHost = typeof host === 'string' && !NO_HOST.test(host) && (host !== '' || operation === 'listen on');
  if (isPort && isHost) return;
  const detail = isPort ? 'the host is empty or has a blank or control character' : `the port is ${String(port)}`;
  throw new NetworkError(operation, { host: String(host), port }, 'EINVAL', { row: invalidAddress, detail });
}

function addressText({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** What a certificate says of itself. */
export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
  /** The host names and addresses that it is for. */
  readonly names: string;
}

const tlsRow = (what: string, fix: string): FailureRow => ({ code: 'ERR_NETWORK_TLS', retriable: false, what, fix });

const caFix = 'Pass the certificate of the authority that signed it (ca, ssl.truststore.*).';
const untrusted = tlsRow('its certificate is not signed by an authority that is trusted here', caFix);
const notTls = tlsRow(
  'what came back is not TLS',
  'The port may speak plaintext: switch TLS off, or use its TLS port.',
);
const tooSlow = tlsRow(
  'the TLS handshake did not finish in time',
  'The port may speak plaintext and wait for a request: switch TLS off, or use its TLS port.',
);
const badMaterial = tlsRow(
  'the key or certificate cannot be used',
  'Check that both are PEM, belong together, and that the key is not encrypted with a password.',
);

const tlsFailures: FailureTable = {
  DEPTH_ZERO_SELF_SIGNED_CERT: tlsRow('its certificate is signed by itself', caFix),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: tlsRow('its certificate has expired', 'Renew it, or check the clock of this machine.'),
  CERT_NOT_YET_VALID: tlsRow('its certificate is not valid yet', 'Check the clocks of both machines.'),
  ERR_TLS_CERT_ALTNAME_INVALID: tlsRow(
    'its certificate is for other names',
    'Connect by a name that the certificate has, or have that name added to it.',
  ),
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_HTTP_REQUEST: tlsRow('it sent a plain HTTP request to a TLS port', 'Use https, or the plaintext port.'),
  ERR_SSL_UNSUPPORTED_PROTOCOL: tlsRow('both sides have no TLS version in common', 'Both should allow TLS 1.2 or 1.3.'),
  ERR_SSL_NO_SHARED_CIPHER: tlsRow('both sides have no cipher in common', 'Compare ssl.cipher.suites of both sides.'),
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: tlsRow(
    'it sent no certificate though this listener demands one',
    'Give the client a key and certificate (ssl.keystore.*), or set ssl.client.auth to requested or none.',
  ),
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: tlsRow(
    'it demands a certificate from us',
    'Set key and certificate (ssl.keystore.*) on this side.',
  ),
  ECONNRESET: tlsRow(
    'the connection was dropped during the TLS handshake',
    'The port may speak plaintext, or one side may not trust the certificate of the other: compare both logs.',
  ),
  ETIMEDOUT: tooSlow,
  ERR_TLS_HANDSHAKE_TIMEOUT: tooSlow,
  ERR_TLS_MATERIAL: badMaterial,
};

const tlsBroken = tlsRow(
  'the TLS handshake failed',
  'The reason code says why; compare the TLS settings of both sides.',
);

/** TLS could not be agreed, or a certificate was refused. `errno` is the reason's name, e.g. `CERT_HAS_EXPIRED`. */
export class TlsError extends NetworkError {
  override readonly name = 'TlsError';
  /** The peer's certificate where one was seen, else null. */
  readonly certificate: CertificateSummary | null;

  constructor(
    operation: NetworkOperation,
    at: { readonly host: string; readonly port: number },
    reason: string,
    options: ErrorOptions & { certificate?: CertificateSummary | null; detail?: string } = {},
  ) {
    const { certificate = null, detail, cause } = options;
    const facts = detail ?? (certificate === null ? undefined : certificateText(certificate));
    const row = tlsFailures[reason] ?? tlsBroken;
    super(operation, at, reason, { cause, row, ...(facts === undefined ? {} : { detail: facts }) });
    this.certificate = certificate;
  }
}

function certificateText({ subject, issuer, validTo, names }: CertificateSummary): string {
  return `subject ${subject}, issuer ${issuer}, for ${names || 'no names'}, valid until ${validTo}`;
}

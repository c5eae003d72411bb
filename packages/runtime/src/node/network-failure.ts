/** From what node:net and node:tls emit to `NetworkError` and `TlsError`. */
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { ProcessHolder } from '../io-failure.ts';
import type { NetworkAddress } from '../io.ts';
import { NetworkError, TlsError, type CertificateSummary, type NetworkOperation } from '../network-errors.ts';

export function toNetworkError(
  operation: NetworkOperation,
  at: NetworkAddress,
  error: NodeJS.ErrnoException,
  holder: ProcessHolder | null = null,
): NetworkError {
  const cause = firstOf(error);
  const errno = cause.code ?? 'EIO';
  if (errno.startsWith('ERR_SSL_')) return new TlsError(operation, at, errno, { cause });
  return new NetworkError(operation, at, errno, { cause, holder });
}

/** A name with several addresses fails with an error each; the first was for the address that is preferred. */
function firstOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  if (!(error instanceof AggregateError)) return error;
  return (error.errors[0] as NodeJS.ErrnoException | undefined) ?? error;
}

/** Whether an error between TCP's connect and the end of the handshake is about TLS: all but a network that broke. */
export function isTlsFailure(error: NodeJS.ErrnoException): boolean {
  return error.code !== 'EHOSTUNREACH' && error.code !== 'ENETUNREACH' && error.code !== 'ENETDOWN';
}

export function certificateOf(socket: TLSSocket): CertificateSummary | null {
  const certificate = socket.getPeerCertificate() as PeerCertificate | null | undefined;
  if (certificate === null || certificate === undefined || Object.keys(certificate).length === 0) return null;
  return {
    subject: nameText(certificate.subject),
    issuer: nameText(certificate.issuer),
    validFrom: certificate.valid_from,
    validTo: certificate.valid_to,
    names: certificate.subjectaltname ?? '',
  };
}

function nameText(name: PeerCertificate['subject']): string {
  return Object.entries(name)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ');
}

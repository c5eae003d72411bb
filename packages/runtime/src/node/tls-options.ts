/** Ottla's TLS settings in node:tls's words. */
import { isIP } from 'node:net';
import type { ConnectionOptions, TlsOptions } from 'node:tls';
import type { TlsClientOptions, TlsServerOptions } from '../io.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** @throws {Error} key or certificate is empty, which Node would take for none at all. */
export function serverTlsOptions(wanted: TlsServerOptions): TlsOptions {
  if (wanted.key === '' || wanted.cert === '') throw new Error('it is empty');
  const { key, cert, ca, clientAuth = 'none', handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS } = wanted;
  return {
    key,
    cert,
    ...(ca === undefined ? {} : { ca }),
    handshakeTimeout: handshakeTimeoutMs,
    requestCert: clientAuth !== 'none',
    // With `requested` the listener itself refuses a certificate that does not verify: Node would refuse a missing one too.
    rejectUnauthorized: clientAuth === 'required',
  };
}

export function clientTlsOptions(wanted: TlsClientOptions, host: string): ConnectionOptions {
  const { serverName = isIP(host) === 0 ? host : undefined, ca, key, cert, verify = true } = wanted;
  return {
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(ca === undefined ? {} : { ca }),
    ...(key === undefined ? {} : { key }),
    ...(cert === undefined ? {} : { cert }),
    rejectUnauthorized: verify,
  };
}

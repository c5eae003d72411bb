/**
 * TLS as far as a simulation needs it: who refuses whom, and what a side sees that does not speak it.
 *
 * Nothing is encrypted. A certificate is any text; it is trusted where `ca` contains it. What goes wrong goes wrong with the
 * same reasons, at the same moment and on the same side as with node:tls.
 */
import type { TlsClientOptions, TlsServerOptions } from '../io.ts';
import type { SimListener } from './listener.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimSocket } from './socket.ts';

/** The first bytes of a ClientHello: handshake, TLS 1.0 as record version, some length. */
const CLIENT_HELLO = Uint8Array.of(0x16, 0x03, 0x01, 0x00, 0x04, 0x01, 0x00, 0x00, 0x00);
/** Fatal alert: protocol_version. */
const ALERT = Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46);
const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface Verdict {
  /** Why the client refuses, or null. */
  readonly clientReason: string | null;
  /** Why the server refuses, or null. A client that refuses is also refused. */
  readonly serverReason: string | null;
  readonly serverName: string | null;
  readonly clientCertificate: Uint8Array | null;
  readonly serverCertificate: Uint8Array | null;
}

export function shakeHands(client: TlsClientOptions, server: TlsServerOptions, host: string): Verdict {
  const isServerTrusted = client.ca?.includes(server.cert) === true;
  const clientReason = client.verify === false || isServerTrusted ? null : 'DEPTH_ZERO_SELF_SIGNED_CERT';
  const sent = (server.clientAuth ?? 'none') === 'none' ? undefined : client.cert;
  const isClientTrusted = sent !== undefined && server.ca?.includes(sent) === true;
  return {
    clientReason,
    serverReason: clientReason === null ? refusal(server, sent, isClientTrusted) : 'ECONNRESET',
    serverName: client.serverName ?? (/^[\d.]+$|:/.test(host) ? null : host),
    clientCertificate: sent !== undefined && isClientTrusted ? encoded(sent) : null,
    serverCertificate: isServerTrusted ? encoded(server.cert) : null,
  };
}

function refusal({ clientAuth }: TlsServerOptions, sent: string | undefined, isTrusted: boolean): string | null {
  if (sent !== undefined && !isTrusted) return 'DEPTH_ZERO_SELF_SIGNED_CERT';
  return sent === undefined && clientAuth === 'required' ? 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE' : null;
}

/** A client that speaks no TLS came to a listener that does: it learns so from an alert, once it has said something. */
export function acceptPlainOnTls(scheduler: Scheduler, listener: SimListener, socket: SimSocket): void {
  const timeoutMs = listener.tls?.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS;
  const refuse = (reason: string): void => {
    scheduler.cancel(patience);
    listener.refuse(reason, socket.remote);
  };
  const patience = scheduler.schedule(timeoutMs * 1000, listener.life, 'handshake timeout', () => {
    refuse('ERR_TLS_HANDSHAKE_TIMEOUT');
    socket.destroy();
  });
  let isRefused = false;
  socket.start({
    onData: (chunk) => {
      if (isRefused) return;
      isRefused = true;
      const isHttp = String.fromCharCode(...chunk.subarray(0, 4)) === 'GET ';
      refuse(isHttp ? 'ERR_SSL_HTTP_REQUEST' : 'ERR_SSL_WRONG_VERSION_NUMBER');
      socket.write([ALERT], () => socket.destroy());
    },
    onEnd: () => socket.destroy(),
    onClose: () => scheduler.cancel(patience),
  });
}

/** A client that speaks TLS came to a listener that does not: whatever the listener makes of the greeting, it is no TLS. */
export function greetPlainListener(socket: SimSocket, fail: (reason: string) => void): void {
  let isOver = false;
  const end = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    fail(reason);
  };
  socket.start({
    onData: () => end('ERR_SSL_WRONG_VERSION_NUMBER'),
    onEnd: () => end('ECONNRESET'),
    onClose: () => end('ECONNRESET'),
  });
  socket.write([CLIENT_HELLO]);
}

function encoded(certificate: string): Uint8Array {
  return new TextEncoder().encode(certificate);
}

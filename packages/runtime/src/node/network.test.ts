/** What only the real network does: names, IPv6, who has a port, and certificates that cannot be parsed. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { clientCertificate, serverCertificate } from '../certificates.fixture.ts';
import type { ListenOptions, Socket } from '../io.ts';
import { NetworkError, TlsError } from '../network-errors.ts';
import { SocketEar } from '../socket-ear.fixture.ts';
import { toNetworkError } from './network-failure.ts';
import { NodeNetwork } from './network.ts';
import { plainHost } from './socket.ts';

const network = new NodeNetwork();
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

for (const [why, host, want] of [
  ['IPv4 is left alone', '10.1.2.3', '10.1.2.3'],
  ['IPv4 inside IPv6 is unwrapped', '::ffff:10.1.2.3', '10.1.2.3'],
  ['in capitals, too', '::FFFF:10.1.2.3', '10.1.2.3'],
  ['IPv6 is left alone', '2001:db8::1', '2001:db8::1'],
  ['a scope means nothing elsewhere', 'fe80::1%eth0', 'fe80::1'],
  ['a socket that is gone has none', undefined, ''],
] as const) {
  test(`an address as others know it: ${why}`, () => strictEqual(plainHost(host), want));
}

test('an IPv4 client of an IPv6 listener has its IPv4 address', { skip: !hasIpv6 && 'no IPv6 here' }, async () => {
  const accepted = Promise.withResolvers<Socket>();
  const listener = await network.listen({ host: '::', port: 0 }, accepted.resolve);
  const client = await network.connect({ host: '127.0.0.1', port: listener.address.port });
  const server = await accepted.promise;
  deepStrictEqual([server.local.host, server.remote.host], ['127.0.0.1', '127.0.0.1']);
  const ears = [new SocketEar(client), new SocketEar(server)];
  for (const { socket, closed } of ears) void (socket.end(), closed);
  await Promise.all(ears.map(({ closed }) => closed));
  await listener.close();
});

test('a name with several addresses reaches the one that listens', async () => {
  const accepted = Promise.withResolvers<Socket>();
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, accepted.resolve);
  const client = await network.connect({ host: 'localhost', port: listener.address.port });
  strictEqual(client.remote.host, '127.0.0.1');
  client.destroy();
  (await accepted.promise).destroy();
  await listener.close();
  const refused = network.connect({ host: 'localhost', port: listener.address.port });
  await rejects(refused, (error: NetworkError) => {
    ok(error instanceof NetworkError);
    strictEqual(error.errno, 'ECONNREFUSED');
    match(error.message, /^cannot connect to localhost:\d+: nothing listens there\./);
    return true;
  });
});

test('the process that has a port is named', { skip: process.platform !== 'linux' && 'only Linux tells' }, async () => {
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, () => {});
  const { port } = listener.address;
  await rejects(
    network.listen({ host: '127.0.0.1', port }, () => {}),
    (error: NetworkError) => {
      strictEqual(error.holder?.pid, process.pid);
      match(
        error.message,
        new RegExp(`^cannot listen on 127.0.0.1:${port}: the port is taken \\(by pid ${process.pid} \\(`),
      );
      match(error.message, /port 0 picks a free one/);
      return true;
    },
  );
  await listener.close();
});

test('key and certificate that do not belong together are refused', async () => {
  const mixed = { key: serverCertificate.key, cert: clientCertificate.cert };
  const refused = (error: TlsError): boolean => {
    ok(error instanceof TlsError);
    strictEqual(error.errno, 'ERR_TLS_MATERIAL');
    match(error.message, /the key or certificate cannot be used \(.*key values mismatch.*\)/i);
    return true;
  };
  const options: ListenOptions = { host: '127.0.0.1', port: 0 };
  await rejects(
    network.listen({ ...options, tls: mixed }, () => {}),
    refused,
  );
  const listener = await network.listen({ ...options, tls: serverCertificate }, (socket) => socket.destroy());
  const connect = network.connect({ ...options, port: listener.address.port, tls: mixed });
  await rejects(connect, refused);
  await listener.close();
});

test('a certificate that is refused is shown: for whom, from whom, until when', async () => {
  const listener = await network.listen({ host: '127.0.0.1', port: 0, tls: serverCertificate }, (socket) => {
    socket.start({ onData: () => {}, onEnd: () => socket.end(), onClose: () => {} });
  });
  const at = { host: '127.0.0.1', port: listener.address.port };
  await rejects(network.connect({ ...at, tls: {} }), (error: TlsError) => {
    strictEqual(error.certificate?.subject, 'CN=ottla test server');
    match(
      error.message,
      /signed by itself \(subject CN=ottla test server, issuer CN=ottla test server, for DNS:localhost/,
    );
    match(error.message, /valid until Jan +1 00:00:00 2126 GMT\)/);
    return true;
  });
  const otherName = { ca: serverCertificate.cert, serverName: 'elsewhere.example' };
  await rejects(network.connect({ ...at, tls: otherName }), (error: TlsError) => {
    strictEqual(error.errno, 'ERR_TLS_CERT_ALTNAME_INVALID');
    match(error.message, /its certificate is for other names \(.*DNS:kafka\.example/);
    return true;
  });
  await listener.close();
});

test('an error that node gives for every address is told by its first', () => {
  const parts = ['ECONNREFUSED', 'ETIMEDOUT'].map((code) => Object.assign(new Error(code), { code }));
  const error = toNetworkError('connect to', { host: 'kafka', port: 9092 }, new AggregateError(parts));
  deepStrictEqual([error.errno, error.cause], ['ECONNREFUSED', parts[0]]);
});

test('bytes that come after pause are kept, though other sockets read into the same buffer', async () => {
  const accepted: Socket[] = [];
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (socket) => void accepted.push(socket));
  const clients = [await network.connect(listener.address), await network.connect(listener.address)];
  while (accepted.length < 2) await new Promise((resolve) => setImmediate(resolve));
  const [first, second] = accepted.map((socket) => new SocketEar(socket)) as [SocketEar, SocketEar];
  // In the turn in which it started: Node begins to read on the next one all the same.
  first.socket.pause();
  const send = (client: Socket, content: string): void => void client.write([new TextEncoder().encode(content)]);
  send(clients[0]!, 'first');
  for (let i = 0; i < 20; i++) {
    send(clients[1]!, 'other');
    await second.receive(5 * (i + 1));
  }
  strictEqual(first.receivedBytes, 0);
  send(clients[0]!, ' and more');
  first.socket.resume();
  await first.receive(14);
  strictEqual(first.text, 'first and more');
  for (const client of clients) client.destroy();
  for (const { socket } of [first, second]) socket.destroy();
  await listener.close();
});

test('a connection that stays open does not keep the port of a closed listener', async () => {
  const accepted = Promise.withResolvers<Socket>();
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, accepted.resolve);
  const client = await network.connect(listener.address);
  const server = await accepted.promise;
  await listener.close();
  const again = await network.listen({ host: '127.0.0.1', port: listener.address.port }, () => {});
  await again.close();
  client.destroy();
  server.destroy();
});

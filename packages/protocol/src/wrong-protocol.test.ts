import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectHttp2, constants } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { test } from 'node:test';
import { isOperationalError } from '@ottla/runtime';
import {
  answerForeignClient,
  describeForeignServer,
  recogniseProtocol,
  WrongProtocolError,
  type ForeignProtocol,
  type ReachedListener,
} from './wrong-protocol.ts';

const prefixRows: readonly (readonly [why: string, bytes: string | readonly number[], want: ForeignProtocol | null])[] =
  [
    ['TLS 1.0 to 1.3 ClientHello', [0x16, 3, 1, 2], 'tlsHandshake'],
    ['an old SSL 3.0 hello', [0x16, 3, 0, 0], 'tlsHandshake'],
    ['a ServerHello', [0x16, 3, 3, 0], 'tlsHandshake'],
    ['what a TLS server says of plaintext', [0x15, 3, 1, 0], 'tlsAlert'],
    ['a TLS version that does not exist', [0x16, 3, 5, 0], null],
    ['a frame of 0x16020100 bytes', [0x16, 2, 1, 0], null],
    ['a frame of 0x16040100 bytes', [0x16, 4, 1, 0], null],
    ['TLS application data cannot come first', [0x17, 3, 3, 0], null],
    ['a browser', 'GET / HTTP/1.1', 'httpRequest'],
    ['a web hook', 'POST /hook', 'httpRequest'],
    ['an upload', 'PUT /file', 'httpRequest'],
    ['a health check', 'HEAD / HTTP/1.0', 'httpRequest'],
    ['CORS', 'OPTIONS *', 'httpRequest'],
    ['DELETE', 'DELETE /x', 'httpRequest'],
    ['PATCH', 'PATCH /x', 'httpRequest'],
    ['TRACE', 'TRACE /', 'httpRequest'],
    ['a client of an HTTP proxy', 'CONNECT a:1', 'httpRequest'],
    ['gRPC', 'PRI * HTTP/2.0', 'http2Request'],
    ['a web server', 'HTTP/1.1 400', 'httpResponse'],
    ['an SSH banner', 'SSH-2.0-OpenSSH', 'ssh'],
    ['PROXY protocol v1', 'PROXY TCP4', 'proxyProtocol'],
    ['PROXY protocol v2', '\r\n\r\n\0\r\nQUIT\n', 'proxyProtocol'],
    ['a small Kafka frame', [0, 0, 0, 43], null],
    ['the largest frame', [0x7f, 0xff, 0xff, 0xff], null],
    ['a negative size', [0xff, 0xff, 0xff, 0xff], null],
    ['lower case is not HTTP', 'get /', null],
  ];

for (const [why, bytes, want] of prefixRows) {
  test(`wrong protocol: ${why}`, () => {
    const prefix = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
    strictEqual(recogniseProtocol(prefix.readInt32BE()), want);
  });
}

const listener: ReachedListener = { port: 9092, securityProtocol: 'PLAINTEXT', tlsPort: 9093, httpUrl: null };

test('wrong protocol: the log says who, what, where and the cure', () => {
  const say = (protocol: ForeignProtocol, facts: Partial<ReachedListener> = {}) =>
    answerForeignClient(protocol, { ...listener, ...facts }, '10.0.0.5').sentence;
  match(
    say('tlsHandshake'),
    /Client 10\.0\.0\.5 sent a TLS handshake to the PLAINTEXT listener on port 9092\. Use port 9093/,
  );
  match(say('tlsHandshake', { tlsPort: null }), /No listener of this node speaks TLS/);
  match(
    say('httpRequest', { httpUrl: 'http://localhost:8080' }),
    /not HTTP\. For a browser there is http:\/\/localhost:8080\./,
  );
  ok(!say('httpRequest').includes('browser'));
  match(say('proxyProtocol'), /load balancer/);
  match(say('ssh', { securityProtocol: 'SASL_PLAINTEXT' }), /SSH to the SASL_PLAINTEXT listener/);
});

test('wrong protocol: nothing is sent to those who would not read it', () => {
  for (const protocol of ['tlsHandshake', 'tlsAlert', 'ssh', 'proxyProtocol', 'httpResponse'] as const) {
    strictEqual(answerForeignClient(protocol, listener, 'x').reply, null);
  }
});

test('wrong protocol: the client learns what the server is', () => {
  match(describeForeignServer('tlsAlert', 'kafka:9093'), /^kafka:9093 demands TLS/);
  match(describeForeignServer('httpResponse', 'web:80'), /^web:80 is an HTTP server/);
  match(describeForeignServer('ssh', 'box:22'), /^box:22 is an SSH server/);
});

test('wrong protocol: the error is operational and not retriable', () => {
  const error = new WrongProtocolError('httpRequest');
  ok(isOperationalError(error));
  deepStrictEqual([error.code, error.retriable, error.protocol], ['ERR_PROTOCOL_WRONG', false, 'httpRequest']);
  match(error.message, /an HTTP request where a Kafka frame/);
  strictEqual(new WrongProtocolError('ssh', 'better').message, 'better');
});

/** A Kafka port as far as foreigners see it: recognise the first bytes, answer, close. */
async function kafkaPort(seen: (ForeignProtocol | null)[], facts: Partial<ReachedListener> = {}): Promise<Server> {
  const server = createServer((socket) => {
    socket.once('data', (chunk) => {
      const protocol = recogniseProtocol(chunk.readInt32BE());
      seen.push(protocol);
      const reply = protocol && answerForeignClient(protocol, { ...listener, ...facts }, 'x').reply;
      if (reply) socket.end(reply);
      else socket.destroy();
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('wrong protocol: an HTTP/1.1 client reads the page', async () => {
  const seen: (ForeignProtocol | null)[] = [];
  const server = await kafkaPort(seen, { httpUrl: 'http://localhost:8080' });
  try {
    const { port } = server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port }).end();
    const [response] = await once(sent, 'response');
    strictEqual(response.statusCode, 400);
    strictEqual(response.headers['content-type'], 'text/plain; charset=utf-8');
    match(await text(response), /^This is a Kafka port\. .*http:\/\/localhost:8080/);
    deepStrictEqual(seen, ['httpRequest']);
  } finally {
    server.close();
  }
});

test('wrong protocol: an HTTP/2 client is told to go away, and why', async () => {
  const seen: (ForeignProtocol | null)[] = [];
  const server = await kafkaPort(seen);
  try {
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    session.on('error', () => {});
    const [errorCode, , debug] = await once(session, 'goaway');
    strictEqual(errorCode, constants.NGHTTP2_HTTP_1_1_REQUIRED);
    match(String(debug), /^This is a Kafka port\./);
    session.destroy();
    deepStrictEqual(seen, ['http2Request']);
  } finally {
    server.close();
  }
});

test('wrong protocol: a real ClientHello is recognised', async () => {
  const seen: (ForeignProtocol | null)[] = [];
  const server = await kafkaPort(seen);
  try {
    const client = connectTls({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    await once(client, 'error');
    deepStrictEqual(seen, ['tlsHandshake']);
  } finally {
    server.close();
  }
});

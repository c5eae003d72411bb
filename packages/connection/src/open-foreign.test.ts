/** Servers that are no Kafka broker, or a broken one: what the one who dialled is told. */
import { match, ok, rejects, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { WrongProtocolError } from '@ottla/protocol';
import { isOperationalError } from '@ottla/runtime';
import { createNodeIo } from '@ottla/runtime/node';
import { NotKafkaError, OpenTimeoutError } from './errors.ts';
import { openConnection } from './open.ts';

const io = createNodeIo();
after(() => io.close());

/** A server that sends `answer` to whatever comes, and closes. */
async function rawServer(answer: string | Uint8Array | null, closes = true): Promise<{ port: number; close(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      if (answer !== null) socket.write(answer);
      if (closes) socket.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as { port: number }).port, close: () => void server.close() };
}

const foreigners: readonly (readonly [why: string, answer: string | Uint8Array, sentence: RegExp])[] = [
  ['a TLS listener', Uint8Array.of(0x15, 3, 3, 0, 2, 2, 80), /demands TLS.*Switch TLS on/],
  ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', /is an HTTP server, not a Kafka broker/],
  ['an SSH server', 'SSH-2.0-OpenSSH_9.6\r\n', /is an SSH server/],
];
for (const [why, answer, sentence] of foreigners) {
  test(`open: the server is ${why}`, async () => {
    const server = await rawServer(answer);
    try {
      await rejects(openConnection(io, { host: '127.0.0.1', port: server.port }), (error) => {
        ok(error instanceof WrongProtocolError, String(error));
        match(error.message, sentence);
        match(error.message, new RegExp(`^127\\.0\\.0\\.1:${server.port}`));
        return true;
      });
    } finally {
      server.close();
    }
  });
}

const banners: readonly (readonly [why: string, answer: string | Uint8Array, sentence: RegExp])[] = [
  ['a mail server', '220 mail.example.org ESMTP\r\n', /the first it sent is "220 mail\.example\.org ESMTP"\./],
  ['Redis', '-ERR unknown command\r\n', /the first it sent is "-ERR unknown command"/],
  ['telnet', Uint8Array.of(0xff, 0xfb, 1, 0xff), /the first it sent is the bytes ff fb 01 ff\./],
];
for (const [why, answer, sentence] of banners) {
  test(`open: ${why} is no broker, now and later`, async () => {
    const server = await rawServer(answer, false);
    try {
      await rejects(openConnection(io, { host: '127.0.0.1', port: server.port }), (error) => {
        ok(error instanceof NotKafkaError, String(error));
        strictEqual(error.retriable, false);
        match(error.message, sentence);
        return true;
      });
    } finally {
      server.close();
    }
  });
}

const silences: readonly (readonly [why: string, answer: string | Uint8Array | null, sentence: RegExp])[] = [
  ['closes without a word', null, /closed the connection without a word \(a listener that demands TLS does so/],
  ['closes after half a size', Uint8Array.of(0, 0), /without a word/],
  [
    'sends garbage',
    'what is it? I do not know',
    /is not a Kafka broker: the first it sent is "what is it\? I do not know"/,
  ],
  ['answers another request', Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 9), /the answer to request 9 where that to 0 was due/],
  ['answers with too little', Uint8Array.of(0, 0, 0, 3, 0, 0, 0), /3 bytes, too short for a correlation id/],
  ['answers with nothing', Uint8Array.of(0, 0, 0, 0), /0 bytes, too short/],
  [
    'answers what cannot be read',
    Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 0, 7),
    /cannot be decoded \(ApiVersionsResponse v5/,
  ],
];
for (const [why, answer, sentence] of silences) {
  test(`open: the server ${why}`, async () => {
    const server = await rawServer(answer, !why.startsWith('answers'));
    try {
      await rejects(openConnection(io, { host: '127.0.0.1', port: server.port }), (error) => {
        ok(isOperationalError(error), String(error));
        match(error.message, sentence);
        match(error.message, /127\.0\.0\.1/);
        return true;
      });
    } finally {
      server.close();
    }
  });
}

test('open: the server takes the connection and says nothing', async () => {
  const server = await rawServer(null, false);
  try {
    await rejects(openConnection(io, { host: '127.0.0.1', port: server.port, openTimeoutMs: 30 }), (error) => {
      ok(error instanceof OpenTimeoutError, String(error));
      match(error.message, /its negotiation was not done within 30 ms/);
      return true;
    });
  } finally {
    server.close();
  }
});

import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { CodecError, encodeResponseFrame, FrameSizeError } from '@ottla/protocol';
import { fetch } from '@ottla/protocol/messages/01-fetch';
import { metadata } from '@ottla/protocol/messages/03-metadata';
import { ByteWriter, SlabPool } from '@ottla/runtime';
import { ConnectionClosedError, InvalidResponseError } from './errors.ts';
import type { Script } from './scripted-broker.fixture.ts';
import { ask, echo, outcomes, topicOf, withConnection } from './scripted-world.fixture.ts';

/** A Fetch answer with `bytes` of records, each of them `fill`. */
const fetchAnswer = (bytes: number, fill: number): Script => {
  const partitions = [{ partitionIndex: 0, errorCode: 0, highWatermark: 1, records: Buffer.alloc(bytes, fill) }];
  return (request, peer) =>
    peer.answer(request, fetch, { responses: [{ topic: 't', partitions }], sessionId: 0, errorCode: 0 });
};
const fetchBody = { maxWaitMs: 0, minBytes: 0, topics: [] };
type Records = { responses: readonly { partitions: readonly { records: Uint8Array | null }[] }[] };
const recordsOf = ({ responses }: Records): Uint8Array => responses[0]!.partitions[0]!.records!;

for (const bytes of [10, 5_000, 700_000]) {
  test(`answers: views on ${bytes} bytes stay as they came while more arrives`, async () => {
    let fill = 1;
    const script: Script = (request, peer) => fetchAnswer(bytes, fill++)(request, peer);
    await withConnection({ script }, async ({ connection }) => {
      const first = recordsOf(await connection.send(fetch, fetchBody, { version: 12 }));
      for (let i = 0; i < 5; i++) await connection.send(fetch, fetchBody, { version: 12 });
      strictEqual(first.length, bytes);
      ok(first.every((byte) => byte === 1));
    });
  });
}

test('answers: pooled memory goes to who asks for it, and to nobody else', async () => {
  const pool = new SlabPool({
    name: 'answers',
    classBytes: [1 << 20],
    inUseBytesMax: 8 << 20,
    idleBytesMax: 8 << 20,
    limitKey: 'test',
    debug: true,
  });
  const options = { script: fetchAnswer(700_000, 7), allocate: (bytes: number) => pool.acquire(bytes) };
  await withConnection(options, async ({ connection }) => {
    const { body, memory, version } = await connection.exchange(fetch, fetchBody, { version: 12 });
    strictEqual(version, 12);
    strictEqual(pool.stats().leases, 1);
    ok(recordsOf(body).every((byte) => byte === 7));
    memory.release();
    strictEqual(pool.stats().leases, 0);
    ok(
      recordsOf(body).every((byte) => byte === 0xdb),
      'it lay in the pool',
    );

    const kept = recordsOf(await connection.send(fetch, fetchBody, { version: 12 }));
    strictEqual(pool.stats().leases, 0, 'send takes nothing of the pool with it');
    ok(kept.every((byte) => byte === 7));
  });
});

test('answers: one that is too large ends the connection', async () => {
  await withConnection({ script: fetchAnswer(3_000, 1), maxResponseBytes: 2_000 }, async ({ connection }) => {
    await rejects(connection.send(fetch, fetchBody, { version: 12 }), (error) => {
      ok(error instanceof FrameSizeError, String(error));
      match(error.message, /at most 2000 are taken \(maxResponseBytes\)/);
      strictEqual(error.retriable, false);
      return true;
    });
    ok((await connection.closed) instanceof FrameSizeError);
  });
});

test('answers: one that cannot be decoded fails alone', async () => {
  const script: Script = (request, peer) => {
    if (topicOf(request) !== 'bad') return echo(request, peer);
    const { correlationId } = request.header;
    peer.socket.write([Uint8Array.of(0, 0, 0, 6, 0, 0, 0, correlationId, 0, 9)]);
  };
  await withConnection({ script }, async ({ connection }) => {
    const pending = ['good', 'bad', 'good again'].map((topic) => connection.send(metadata, ask(topic)));
    await rejects(pending[1]!, (error) => {
      ok(error instanceof InvalidResponseError && error.cause instanceof CodecError);
      match(error.message, /^127\.0\.0\.1:\d+ sent an answer that cannot be decoded \(MetadataResponse v13/);
      return true;
    });
    deepStrictEqual(await outcomes(pending), ['good', 'InvalidResponseError', 'good again']);
  });
});

const strangers: readonly (readonly [why: string, bytes: Uint8Array, sentence: RegExp])[] = [
  ['of another request', Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 77), /the answer to request 77 where that to 1 was due/],
  ['of a negative id', Uint8Array.of(0, 0, 0, 4, 255, 255, 255, 255), /the answer to request -1 where/],
  ['without an id', Uint8Array.of(0, 0, 0, 2, 0, 0), /2 bytes, too short/],
];
for (const [why, bytes, sentence] of strangers) {
  test(`answers: one ${why} ends the connection for all`, async () => {
    await withConnection({ script: (_request, peer) => void peer.socket.write([bytes]) }, async ({ connection }) => {
      const pending = ['a', 'b'].map((topic) => connection.send(metadata, ask(topic)));
      await rejects(pending[0]!, (error) => {
        ok(error instanceof InvalidResponseError, String(error));
        strictEqual(error.retriable, false);
        match(error.message, sentence);
        return true;
      });
      await rejects(pending[1]!, (error) => {
        ok(error instanceof ConnectionClosedError && error.cause instanceof InvalidResponseError);
        strictEqual(error.retriable, true);
        return true;
      });
      deepStrictEqual(await outcomes(pending), ['InvalidResponseError', 'ConnectionClosedError unknown']);
      strictEqual(connection.isOpen, false);
    });
  });
}

test('answers: one that nobody asked for ends the connection', async () => {
  await withConnection({}, async ({ connection, peer }) => {
    peer.socket.write([Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 1)]);
    match(String(await connection.closed), /an answer that nobody asked for/);
  });
});

test('answers: surplus bytes behind a body are ignored', async () => {
  const script: Script = (request, peer) => {
    const writer = new ByteWriter();
    const meta = { version: request.version, correlationId: request.header.correlationId };
    encodeResponseFrame(writer, metadata, meta, { brokers: [], topics: [], clusterId: topicOf(request) });
    writer.int32(-1);
    const frame = Buffer.from(writer.toBytes());
    frame.writeInt32BE(frame.length - 4);
    peer.socket.write([frame]);
  };
  await withConnection({ script }, async ({ connection }) => {
    deepStrictEqual(await outcomes(['a', 'b'].map((topic) => connection.send(metadata, ask(topic)))), ['a', 'b']);
  });
});

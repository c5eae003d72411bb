/** A peer that answers with damaged bytes: whatever it sends, every promise settles, with a value or a typed error. */
import { ok, strictEqual } from 'node:assert/strict';
import { allocateFrame, encodeResponseFrame, FrameSplitter } from '@ottla/protocol';
import { metadata } from '@ottla/protocol/messages/03-metadata';
import { apiVersions } from '@ottla/protocol/messages/18-api-versions';
import { ByteWriter, isOperationalError, type Io, type Prng } from '@ottla/runtime';
import { SimWorld } from '@ottla/runtime/sim';
import { fuzz, mutate } from '@ottla/testing';
import { openConnection } from './open.ts';
import { offer } from './scripted-broker.fixture.ts';

const REQUESTS = 3;
const PORT = 9092;

/** What a good broker would send: the answer to ApiVersions, then those to Metadata. */
function goodAnswers(): Uint8Array {
  const writer = new ByteWriter();
  encodeResponseFrame(
    writer,
    apiVersions,
    { version: 5, correlationId: 0 },
    { errorCode: 0, apiKeys: offer([metadata]) },
  );
  const brokers = [{ nodeId: 1, host: 'localhost', port: 9092 }];
  for (let correlationId = 1; correlationId <= REQUESTS; correlationId++) {
    encodeResponseFrame(
      writer,
      metadata,
      { version: 13, correlationId },
      { brokers, topics: [], clusterId: 'cluster' },
    );
  }
  return writer.toBytes();
}

const good = goodAnswers();

/** Where the answer to ApiVersions ends: the rest is sent when it is asked for. */
const firstAnswerBytes = 4 + new DataView(good.buffer, good.byteOffset).getInt32(0);

async function peer({ network }: Io, bytes: Uint8Array, isPolite: boolean): Promise<void> {
  await network.listen({ host: '0.0.0.0', port: PORT }, (socket) => {
    const requests = new FrameSplitter({ limit: { maxBytes: 10_000, name: 'test' }, allocate: allocateFrame });
    socket.start({
      onData: (chunk) => {
        requests.push(chunk, 0);
        while (requests.next() !== null) {
          if (requests.frameCount === 1) socket.write([bytes.subarray(0, firstAnswerBytes)]);
          if (requests.frameCount === 2) socket.write([bytes.subarray(firstAnswerBytes)]);
        }
        if (requests.frameCount === 1 + REQUESTS && !isPolite) socket.end();
      },
      onClose: () => {},
    });
  });
}

interface Seen {
  answered: number;
  failed: number;
}

async function client(io: Io): Promise<Seen> {
  const seen: Seen = { answered: 0, failed: 0 };
  const watch = async (promise: Promise<unknown>): Promise<void> => {
    try {
      await promise;
      seen.answered++;
    } catch (error) {
      ok(isOperationalError(error), error instanceof Error ? error.stack : String(error));
      ok(error.message.length > 20, 'a sentence');
      seen.failed++;
    }
  };
  const opening = openConnection(io, { host: 'peer', port: PORT, openTimeoutMs: 500, maxResponseBytes: 10_000 });
  await watch(opening);
  if (seen.failed > 0) return seen;
  const connection = await opening;
  const pending = Array.from({ length: REQUESTS }, () => connection.send(metadata, { topics: [] }, { timeoutMs: 500 }));
  await Promise.all(pending.map(watch));
  connection.destroy();
  await connection.closed;
  return seen;
}

async function talk(bytes: Uint8Array, prng: Prng, isPolite: boolean): Promise<Seen> {
  const world = new SimWorld({ seed: prng.uint32() });
  world.createProcess('peer', (io) => peer(io, bytes, isPolite));
  const { promise, resolve, reject } = Promise.withResolvers<Seen>();
  const process = world.createProcess('client');
  world.after(10, () => void client(process.io).then(resolve, reject));
  return world.finish(promise, { untilMs: 5_000 });
}

fuzz('connection: a hostile peer', { small: 150 }, async (prng) => {
  const bytes = prng.chance(0.1) ? prng.bytes(1 + prng.below(200)) : mutate(good, prng);
  const { answered, failed } = await talk(bytes, prng, prng.chance(0.5));
  ok(answered + failed === 1 || answered + failed === 1 + REQUESTS);
});

fuzz('connection: a good peer, however its bytes are cut', { small: 40 }, async (prng) => {
  const { answered, failed } = await talk(good, prng, true);
  strictEqual(failed, 0);
  strictEqual(answered, 1 + REQUESTS);
});

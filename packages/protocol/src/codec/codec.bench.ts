/**
 * The codec on the messages that a broker and a client spend their time on.
 *
 * The peers are clients: they encode requests and decode responses. Where ours does the server's half (decode a
 * ProduceRequest) the peer's own reader is put to the same bytes with the same result, written as the peer would. KafkaJS
 * cannot take part there: its reader of compact bytes skips them and returns nothing.
 */
import { createRequire } from 'node:module';
import { ByteReader, ByteWriter, StringCache } from '@ottla/runtime';
import { bench } from '@ottla/testing';
import { fetch, type FetchResponse } from '../messages/01-fetch.ts';
import { metadata } from '../messages/03-metadata.ts';
import { produce } from '../messages/00-produce.ts';

const require = createRequire(import.meta.url);
const MODULES = new URL('../../../../node_modules/', import.meta.url);

/** Readers and parsers inside the peers' packages, which do not export them. */
interface PlatformaticReader {
  readInt16(): number;
  readInt32(): number;
  readNullableString(): string | null;
  readString(): string;
  readBytes(): Uint8Array;
  readArray<T>(read: (reader: PlatformaticReader, index: number) => T): T[];
  readTaggedFields(): void;
}
const { Reader } = (await import(new URL('@platformatic/kafka/dist/protocol/reader.js', MODULES).href)) as {
  Reader: { from(bytes: Buffer): PlatformaticReader };
};
const platformaticMetadata = (await import(
  new URL('@platformatic/kafka/dist/apis/metadata/metadata-v12.js', MODULES).href
)) as {
  parseResponse(correlationId: number, apiKey: number, apiVersion: number, reader: PlatformaticReader): object;
};
const kafkaJsMetadata = require('kafkajs/src/protocol/requests/metadata/v6/response.js') as {
  decode(bytes: Buffer): Promise<object>;
};

bench('codec: decode ProduceRequest v11 of 10 partitions', (b) => {
  const bytes = encoded(produce.request, produceBody(b.parameter('batchBytes', 64, 1_024)), 11);
  const reader = new ByteReader(bytes, new StringCache());
  const compared = b.compare(
    {
      ours: () => {
        reader.reset(bytes);
        return produce.request.decode(reader, 11);
      },
      platformatic: () => decodeByPlatformatic(bytes),
    },
    { perCall: { count: 1, unit: 'requests' } },
  );
  b.bar('decode ProduceRequest v11, times @platformatic/kafka', { value: compared.speedup('ours'), atLeast: 3 });
});

function produceBody(batchBytes: number) {
  const records = new Uint8Array(batchBytes).fill(7);
  const partitionData = Array.from({ length: 10 }, (_, index) => ({ index, records }));
  return {
    transactionalId: null,
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: 'orders-by-region', partitionData }],
  };
}

function decodeByPlatformatic(bytes: Buffer): object {
  const reader = Reader.from(bytes);
  return {
    transactionalId: reader.readNullableString(),
    acks: reader.readInt16(),
    timeoutMs: reader.readInt32(),
    topicData: reader.readArray((r) => ({
      name: r.readString(),
      partitionData: r.readArray((p) => ({ index: p.readInt32(), records: p.readBytes() })),
    })),
  };
}

bench('codec: encode FetchResponse v17 of 50 partitions', (b) => {
  const batchBytes = b.parameter('batchBytes', 2_000, 20_000);
  const records = new Uint8Array(batchBytes).fill(7);
  const partitions = Array.from({ length: 50 }, (_, partitionIndex) => ({
    partitionIndex,
    errorCode: 0,
    highWatermark: 1_000_000,
    lastStableOffset: 1_000_000,
    logStartOffset: 0,
    abortedTransactions: null,
    preferredReadReplica: -1,
    records,
  }));
  const body = { sessionId: 5, responses: [{ topicId: 'SWIpq67KlxYjFNkcPSOgEw', partitions }] };
  const writer = new ByteWriter(64 * 1024);
  const { perSecond } = b.samples(
    11,
    () => {
      writer.reset();
      fetch.response.encode(writer, body, 17);
      return writer.chunks().length;
    },
    { perCall: { count: 1, unit: 'responses' } },
  );
  b.bar('encode FetchResponse v17, a second (about 200 k)', { value: perSecond, atLeast: 200_000 });
});

bench('codec: decode FetchResponse v17 of 50 partitions', (b) => {
  const partitions = Array.from({ length: b.parameter('partitions', 5, 50) }, (_, partitionIndex) => ({
    partitionIndex,
    errorCode: 0,
    highWatermark: 1_000_000,
    abortedTransactions: null,
    records: new Uint8Array(1_000),
  }));
  const bytes = encoded(fetch.response, { responses: [{ topicId: 'SWIpq67KlxYjFNkcPSOgEw', partitions }] }, 17);
  const reader = new ByteReader(bytes);
  b.samples(11, (): FetchResponse => {
    reader.reset(bytes);
    return fetch.response.decode(reader, 17);
  });
});

bench('codec: MetadataResponse of 1,000 partitions', async (b) => {
  const topics = b.parameter('topics', 10, 100);
  const body = metadataBody(topics);
  const [v12, v6] = [encoded(metadata.response, body, 12), encoded(metadata.response, body, 6)];
  const writer = new ByteWriter(256 * 1024);
  const [reader12, reader6] = [new ByteReader(v12), new ByteReader(v6)];
  const decodeAndEncode = (reader: ByteReader, bytes: Uint8Array, version: number): number => {
    reader.reset(bytes);
    const decoded = metadata.response.decode(reader, version);
    writer.reset();
    metadata.response.encode(writer, decoded, version);
    return writer.position;
  };
  const perCall = { count: 1, unit: 'responses' };
  // The peers only decode; ours decodes and encodes in the same time.
  const compact = b.compare(
    {
      'ours, decode and encode': () => decodeAndEncode(reader12, v12, 12),
      'platformatic, decode': () => platformaticMetadata.parseResponse(0, 3, 12, Reader.from(v12)),
    },
    { perCall },
  );
  const plain = await b.compareAsync(
    {
      'ours, decode and encode': async () => decodeAndEncode(reader6, v6, 6),
      'kafkajs, decode': () => kafkaJsMetadata.decode(v6),
    },
    { perCall },
  );
  const ours = 'ours, decode and encode';
  b.bar('MetadataResponse v12 both ways, times @platformatic/kafka one way', {
    value: compact.speedup(ours),
    atLeast: 2,
  });
  b.bar('MetadataResponse v6 both ways, times KafkaJS one way', { value: plain.speedup(ours), atLeast: 2 });
});

function metadataBody(topicCount: number) {
  const partitions = Array.from({ length: 10 }, (_, partitionIndex) => ({
    errorCode: 0,
    partitionIndex,
    leaderId: partitionIndex % 3,
    leaderEpoch: 3,
    replicaNodes: [0, 1, 2],
    isrNodes: [0, 1, 2],
    offlineReplicas: [],
  }));
  const topics = Array.from({ length: topicCount }, (_, i) => ({
    errorCode: 0,
    name: `topic-${i}`,
    topicId: 'SWIpq67KlxYjFNkcPSOgEw',
    isInternal: false,
    partitions,
  }));
  const brokers = [0, 1, 2].map((nodeId) => ({ nodeId, host: `broker-${nodeId}.example`, port: 9092, rack: 'a' }));
  return { brokers, clusterId: '4L6g3nShT-eMCtK--X86sw', controllerId: 1, topics };
}

interface Encodes<Value> {
  encode(writer: ByteWriter, value: Value, version: number): void;
}

function encoded<Value>(message: Encodes<Value>, value: Value, version: number): Buffer {
  const writer = new ByteWriter();
  message.encode(writer, value, version);
  return Buffer.from(writer.toBytes());
}

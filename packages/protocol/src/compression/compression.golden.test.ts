import { deepEqual, equal } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32c } from '../crc32c.ts';
import { codecOf, COMPRESSION_CODECS, type CompressionCodec } from './codecs.ts';
import { createCompression } from './compression.ts';
import { DEFAULT_DECOMPRESSION_LIMITS } from './output-limit.ts';

interface Stream {
  codec: CompressionCodec;
  /** Foreign streams only: what wrote it, and how. */
  tool?: string;
  input: string;
  inputLength: number;
  inputCrc32c: number;
  stream: string;
}

interface Batch {
  codec: CompressionCodec;
  level: number | null;
  records: string;
  attributesCodec: number;
  crc: number;
  sizeInBytes: number;
  batch: string;
}

function golden<Line>(name: string): Line[] {
  return readFileSync(new URL(`../../golden/codecs/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Where a batch's own fields stand (magic 2), counted from its start. */
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const RECORDS_AT = 61;

const compression = createCompression();

test('what Java compressed is read', () => {
  const streams = golden<Stream>('streams.ndjson');
  equal(streams.length, 20);
  for (const { codec, input, inputLength, inputCrc32c, stream } of streams) {
    const plain = compression.decompress(codec, Buffer.from(stream, 'base64'), DEFAULT_DECOMPRESSION_LIMITS);
    equal(plain.length, inputLength, `${codec}, ${input}`);
    equal(crc32c(plain), inputCrc32c, `${codec}, ${input}`);
  }
});

test('what other tools compressed is read: every block size, linked blocks, checksums, sizes, wide windows', () => {
  const streams = golden<Stream>('foreign-streams.ndjson');
  equal(streams.length, 26);
  for (const { codec, tool, input, inputLength, inputCrc32c, stream } of streams) {
    const plain = compression.decompress(codec, Buffer.from(stream, 'base64'), DEFAULT_DECOMPRESSION_LIMITS);
    equal(plain.length, inputLength, `${tool}, ${input}`);
    equal(crc32c(plain), inputCrc32c, `${tool}, ${input}`);
  }
});

test('batches of every codec and level hold the same records, and their checksums match', () => {
  const batches = golden<Batch>('batches.ndjson');
  equal(batches.length, 60);
  const records = new Map<string, Uint8Array>();
  for (const { codec, level, records: name, attributesCodec, crc, sizeInBytes, batch } of batches) {
    const bytes = Buffer.from(batch, 'base64');
    const what = `${codec} ${level}, ${name}`;
    equal(bytes.length, sizeInBytes, what);
    equal(crc32c(bytes, ATTRIBUTES_AT), crc, what);
    equal(bytes.readUInt32BE(CRC_AT), crc, what);
    equal(codecOf(attributesCodec), codec, what);
    equal(bytes.readInt16BE(ATTRIBUTES_AT) & 7, COMPRESSION_CODECS[codec].id, what);
    const plain = compression.decompress(codec, bytes.subarray(RECORDS_AT), DEFAULT_DECOMPRESSION_LIMITS);
    if (codec === 'none') records.set(name, plain);
    deepEqual(Buffer.compare(plain, records.get(name)!), 0, what);
  }
  equal(records.size, 5);
});

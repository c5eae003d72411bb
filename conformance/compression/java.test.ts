/** Our codecs against the classes that Kafka's Java client and broker compress with, both ways, in one run of a JVM. */
import { equal, ok } from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32c, createCompression, DEFAULT_DECOMPRESSION_LIMITS, type CompressionCodec } from '@ottla/protocol';
import { apacheKafkaMissing, runJava } from '../oracle/apache-kafka.ts';
import { compressedSamples, plainSamples } from './samples.ts';

const skip = apacheKafkaMissing();

/** What Java compresses for us: the codec, the magic of the batch it is for, the level. */
const JAVA_LEVELS: readonly (readonly [codec: CompressionCodec, magic: number, level: number | '-'])[] = [
  ['none', 2, '-'],
  ['gzip', 2, '-'],
  ['gzip', 2, 1],
  ['gzip', 2, 9],
  ['snappy', 2, '-'],
  // Magic 0: with the header checksum that Kafka got wrong before 0.10.
  ['lz4', 0, '-'],
  ['lz4', 1, '-'],
  ['lz4', 2, '-'],
  ['lz4', 2, 1],
  ['lz4', 2, 17],
  ['zstd', 2, '-'],
  ['zstd', 2, -131_072],
  ['zstd', 2, 22],
];

test('Java reads what we compress', { skip }, async () => {
  const samples = [...compressedSamples()];
  const lines = samples.map(({ codec, compressed }) => `decompress ${codec} 2 ${base64(compressed)}`);
  const answers = await javaCodecs(lines);
  samples.forEach(({ codec, level, name, plain }, i) => {
    equal(answers[i], `${plain.length} ${crc32c(plain)}`, `${codec} ${level}, ${name}`);
  });
});

test('we read what Java compresses', { skip }, async () => {
  const compression = createCompression();
  const jobs = plainSamples().flatMap(([name, plain]) =>
    JAVA_LEVELS.filter(([codec, , level]) => !isSlow(codec, level) || plain.length === 300_000).map((how) => ({
      name,
      plain,
      how,
    })),
  );
  const lines = jobs.map(({ plain, how }) => `compress ${how.join(' ')} ${base64(plain)}`);
  const answers = await javaCodecs(lines);
  let brokenHeaders = 0;
  jobs.forEach(({ name, plain, how: [codec, magic, level] }, i) => {
    const stream = Buffer.from(answers[i]!, 'base64');
    const output = compression.decompress(codec, stream, DEFAULT_DECOMPRESSION_LIMITS);
    equal(Buffer.compare(output, plain), 0, `${codec} ${level}, magic ${magic}, ${name}`);
    if (codec === 'lz4' && magic === 0 && stream[6] !== 0x82) brokenHeaders++;
  });
  ok(brokenHeaders > 0, 'magic 0 has its own header checksum');
});

test('our LZ4 is about as small as Java makes it', { skip }, async () => {
  const compression = createCompression();
  const json = plainSamples().find(([name]) => name === 'jsonEvents of 300000')![1];
  const levels = [9, 3, 5, 8, 10, 17];
  const answers = await javaCodecs(levels.map((level) => `compress lz4 2 ${level} ${base64(json)}`));
  levels.forEach((level, i) => {
    const ours = compression.compress('lz4', json, { level }).length;
    const theirs = Buffer.from(answers[i]!, 'base64').length;
    ok(ours <= theirs * 1.02, `level ${level}: ours ${ours}, Java's ${theirs}`);
  });
});

/** Java takes a window of 128 MiB for each stream at the highest level of zstd. */
function isSlow(codec: CompressionCodec, level: number | '-'): boolean {
  return codec === 'zstd' && level === 22;
}

async function javaCodecs(lines: readonly string[]): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ottla-codecs-'));
  try {
    const file = join(directory, 'lines');
    await writeFile(file, `${lines.join('\n')}\n`);
    const printed = await runJava(join(import.meta.dirname, 'KafkaCodecs.java'), file);
    const answers = printed.trimEnd().split('\n');
    equal(answers.length, lines.length);
    return answers;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

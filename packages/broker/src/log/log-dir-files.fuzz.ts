/** Damaged small files: a value that can be written and read again, or a sentence that says where and what to do. Never else. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { fuzz, mutate } from '@ottla/testing';
import type { Prng } from '@ottla/runtime';
import { formatCheckpoint, parseCheckpoint, type CheckpointFormat } from './checkpoint-file.ts';
import { formatCleanShutdown, parseCleanShutdown } from './clean-shutdown-file.ts';
import { LeaderEpochCache, leaderEpochFormat } from './leader-epoch-cache.ts';
import { goldenFiles } from './log-dir-golden.fixture.ts';
import { LogFileError } from './log-dir-text.ts';
import { parseCheckpointName, parseOffsetName, parsePartitionDirectory } from './log-names.ts';
import { formatMetaProperties, parseMetaProperties } from './meta-properties.ts';
import { OFFSET_CHECKPOINT_FORMATS } from './offset-checkpoint.ts';
import { formatPartitionMetadata, parsePartitionMetadata } from './partition-metadata-file.ts';

interface Codec {
  readonly parse: (bytes: Uint8Array) => unknown;
  readonly format: (value: never) => Uint8Array;
}

const PATH = '/data/file';

function checkpointCodec<Entry>(format: CheckpointFormat<Entry>): Codec {
  return {
    parse: (bytes) => parseCheckpoint(format, PATH, bytes),
    format: (entries: Entry[]) => formatCheckpoint(format, entries),
  };
}

const CODECS: Readonly<Record<string, Codec>> = {
  ...Object.fromEntries(
    Object.entries(OFFSET_CHECKPOINT_FORMATS).map(([name, format]) => [name, checkpointCodec(format)]),
  ),
  'leader-epoch-checkpoint': checkpointCodec(leaderEpochFormat),
  'partition.metadata': { parse: (bytes) => parsePartitionMetadata(PATH, bytes), format: formatPartitionMetadata },
  'meta.properties': {
    parse: (bytes) => parseMetaProperties(PATH, bytes),
    format: (meta: ReturnType<typeof parseMetaProperties>) => formatMetaProperties(meta, 0),
  },
  '.kafka_cleanshutdown': {
    parse: (bytes) => parseCleanShutdown(bytes).brokerEpoch ?? -1,
    format: (brokerEpoch: number) => formatCleanShutdown(brokerEpoch),
  },
};

function checkDamaged(codec: Codec, bytes: Uint8Array): void {
  let value: unknown;
  try {
    value = codec.parse(bytes);
  } catch (error) {
    ok(error instanceof LogFileError, String(error));
    ok(
      /^\/data\/file(, line \d+)?: [^\n]+\. [A-Z][^\n]+\. \[ERR_LOG_FILE_DAMAGED\]$/.test(error.message),
      error.message,
    );
    return;
  }
  deepStrictEqual(codec.parse(codec.format(value as never)), value);
}

/** A bit flip, a cut, or several kinds of damage at once. */
function damage(bytes: Uint8Array, prng: Prng): Uint8Array {
  if (prng.chance(0.3)) return mutate(bytes, prng);
  if (prng.chance(0.5)) return bytes.subarray(0, prng.below(bytes.length));
  const flipped = Uint8Array.from(bytes);
  flipped[prng.below(bytes.length)]! ^= 1 << prng.below(8);
  return flipped;
}

for (const [name, codec] of Object.entries(CODECS)) {
  const samples = goldenFiles(name).filter(({ bytes }) => bytes.length > 0);
  fuzz(`damaged ${name}`, { small: 250, large: 2_500 }, (prng) => {
    checkDamaged(codec, damage(prng.pick(samples).bytes, prng));
  });
}

const goldenEpochs = goldenFiles('leader-epoch-checkpoint');

fuzz('damaged leader epochs make a cache that is in order', { small: 200 }, (prng) => {
  const bytes = damage(prng.pick(goldenEpochs).bytes, prng);
  let entries;
  try {
    entries = parseCheckpoint(leaderEpochFormat, PATH, bytes);
  } catch (error) {
    ok(error instanceof LogFileError);
    return;
  }
  const cache = new LeaderEpochCache(entries);
  cache.entries.reduce(
    (before, after) => {
      ok(before.epoch < after.epoch && before.startOffset < after.startOffset);
      return after;
    },
    { epoch: -1, startOffset: -1 },
  );
});

fuzz('names of any bytes', { small: 500 }, (prng) => {
  const pieces = [
    'a',
    '-',
    '.',
    '0',
    '00000000000000000007',
    '.log',
    '-delete',
    '-future',
    'é',
    ' ',
    '\0',
    '+',
    '.checkpoint',
  ];
  const name = Array.from({ length: prng.below(8) }, () => prng.pick(pieces)).join('');
  const directory = parsePartitionDirectory(name);
  if (directory !== null) ok(directory.partition >= 0 && /^[\w.-]+$/.test(directory.topic), name);
  const offset = parseOffsetName(name);
  if (offset !== null) ok(name.endsWith(offset.suffix) && Number.isSafeInteger(offset.offset), name);
  ok(offset === null || parseCheckpointName(name) === null, name);
});

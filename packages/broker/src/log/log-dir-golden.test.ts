/** Every small file of every golden directory parses, and written again it is the same bytes. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { extractArchive } from '@ottla/testing';
import { SimWorld } from '@ottla/runtime/sim';
import { formatCheckpoint, parseCheckpoint } from './checkpoint-file.ts';
import { formatCleanShutdown, parseCleanShutdown } from './clean-shutdown-file.ts';
import { LeaderEpochCache, leaderEpochFormat } from './leader-epoch-cache.ts';
import { goldenArchive, goldenFiles } from './log-dir-golden.fixture.ts';
import { listLogDir, openLogDir } from './log-dir.ts';
import {
  CLEAN_SHUTDOWN_NAME,
  formatCheckpointName,
  formatOffsetName,
  formatPartitionDirectory,
  LEADER_EPOCH_CHECKPOINT_NAME,
  META_PROPERTIES_NAME,
  parseCheckpointName,
  parseOffsetName,
  PARTITION_METADATA_NAME,
} from './log-names.ts';
import { formatMetaProperties, parseMetaProperties } from './meta-properties.ts';
import { OFFSET_CHECKPOINT_FORMATS, offsetsByDirectory } from './offset-checkpoint.ts';
import { formatPartitionMetadata, parsePartitionMetadata } from './partition-metadata-file.ts';

/** A small file: how many there are in the golden directories, and what comes back after a parse. */
type Row = readonly [name: string, count: number, rewrite: (path: string, bytes: Uint8Array) => Uint8Array];

const ROWS: readonly Row[] = [
  ...Object.entries(OFFSET_CHECKPOINT_FORMATS).map(([name, format]): Row => [
    name,
    2,
    (path, bytes) => formatCheckpoint(format, parseCheckpoint(format, path, bytes)),
  ]),
  [
    LEADER_EPOCH_CHECKPOINT_NAME,
    81,
    (path, bytes) => {
      const cache = new LeaderEpochCache(parseCheckpoint(leaderEpochFormat, path, bytes));
      return formatCheckpoint(leaderEpochFormat, cache.entries);
    },
  ],
  [PARTITION_METADATA_NAME, 85, (path, bytes) => formatPartitionMetadata(parsePartitionMetadata(path, bytes))],
  [CLEAN_SHUTDOWN_NAME, 1, (_, bytes) => formatCleanShutdown(parseCleanShutdown(bytes).brokerEpoch ?? Number.NaN)],
  [
    META_PROPERTIES_NAME,
    7,
    (path, bytes) => {
      const writtenMs = Date.parse(Buffer.from(bytes).toString().split('\n')[1]!.slice(1));
      return formatMetaProperties(parseMetaProperties(path, bytes), writtenMs);
    },
  ],
];

for (const [name, count, rewrite] of ROWS) {
  void test(`golden: each ${name} parses, and is the same bytes again`, () => {
    const files = goldenFiles(name);
    strictEqual(files.length, count);
    for (const { path, bytes } of files) {
      strictEqual(Buffer.from(rewrite(path, bytes)).toString(), Buffer.from(bytes).toString(), path);
    }
  });
}

void test('golden: what the files say', () => {
  const file = (path: string): Uint8Array => goldenArchive('clean').find((entry) => entry.path === path)!.bytes;
  deepStrictEqual(parseMetaProperties('m', file('clean/meta.properties')), {
    version: 1,
    clusterId: '4L6g3nShT-eMCtK--X86sw',
    nodeId: 1,
    directoryId: 'old9gBr0ngGWKBdAonwAgw',
  });
  deepStrictEqual(parseCleanShutdown(file('clean/.kafka_cleanshutdown')), { brokerEpoch: 544 });
  const cleaner = 'cleaner-offset-checkpoint';
  const entries = parseCheckpoint(OFFSET_CHECKPOINT_FORMATS[cleaner], cleaner, file(`clean/${cleaner}`));
  deepStrictEqual(offsetsByDirectory(entries), new Map(Object.entries({ 'compacted-txn-0': 172, 'compacted-0': 244 })));
});

void test('golden: each name in a log directory is known, and formats to itself', () => {
  const known = new Set<string>([...ROWS.map(([name]) => name), '.lock', 'quorum-state']);
  let offsetNames = 0;
  for (const { path, kind } of [...goldenArchive('clean'), ...goldenArchive('killed')]) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (kind === 'directory' || known.has(name)) continue;
    const checkpoint = parseCheckpointName(name);
    const offset = parseOffsetName(name);
    if (checkpoint !== null) strictEqual(formatCheckpointName(checkpoint.endOffset, checkpoint.epoch), name);
    else {
      ok(offset, path);
      strictEqual(formatOffsetName(offset.offset, offset.suffix), name);
      offsetNames++;
    }
  }
  ok(offsetNames > 500, `${offsetNames} names with an offset`);
});

void test('golden: a directory opens on any disk, and lists its partitions', async () => {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.createProcess('node').io;
  await world.finish(extractArchive(goldenArchive('clean'), disk, '/data'));
  const { meta } = await world.finish(openLogDir(disk, '/data/clean'));
  strictEqual(meta?.nodeId, 1);
  const { partitions, foreign } = await world.finish(listLogDir(disk, '/data/clean'));
  strictEqual(partitions.length, 40);
  deepStrictEqual(foreign, []);
  for (const { name, topic, partition, kind } of partitions) {
    strictEqual(kind, 'live');
    strictEqual(formatPartitionDirectory(topic, partition), name);
  }
});

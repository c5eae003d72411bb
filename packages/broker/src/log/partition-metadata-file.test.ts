import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { SimWorld } from '@ottla/runtime/sim';
import { LogFileError } from './log-dir-text.ts';
import {
  checkTopicId,
  parsePartitionMetadata,
  readPartitionMetadata,
  TopicIdMismatchError,
  writePartitionMetadata,
} from './partition-metadata-file.ts';

const ID = '0nksXc3wTdGeW0al0ugdyQ';
const OTHER = 'a7hdAk3sRd69YJNoQl4P3w';
const PATH = '/data/orders-0/partition.metadata';

const GOOD: readonly [why: string, text: string, version: number][] = [
  ['as Kafka writes it', `version: 0\ntopic_id: ${ID}`, 0],
  ['with a line end, as an editor leaves it', `version: 0\r\ntopic_id: ${ID}\n`, 0],
  ['a later version', `version: 3\ntopic_id: ${ID}\nmore: things`, 3],
];

for (const [why, text, version] of GOOD) {
  void test(`partition.metadata: ${why}`, () =>
    deepStrictEqual(parsePartitionMetadata(PATH, Buffer.from(text)), { version, topicId: ID }));
}

const REFUSED: readonly [why: string, text: string | Uint8Array, line: number | null, message: RegExp][] = [
  ['empty', '', 1, /expected "version: NUMBER", found ""/],
  ['zeros', '\0\0\0\0', 1, /found "\\u0000/],
  ['cut off before the id', 'version: 0\n', 2, /expected "topic_id: UUID"/],
  ['cut off in the id', `version: 0\ntopic_id: ${ID.slice(1)}`, 2, /found "topic_id: nksX/],
  ['a version below 0', `version: -1\ntopic_id: ${ID}`, 1, /found "version: -1"/],
  ['another key', `version: 0\ntopic_ie: ${ID}`, 2, /found "topic_ie/],
  ['no id', 'version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA', 2, /all zeros/],
  ['no UTF-8', Uint8Array.of(0xff), null, /no UTF-8/],
];

for (const [why, text, line, message] of REFUSED) {
  void test(`partition.metadata refused: ${why}`, () => {
    throws(
      () => parsePartitionMetadata(PATH, Buffer.from(text)),
      (error) => {
        const { path, line: found, message: sentence } = error as LogFileError;
        deepStrictEqual([error instanceof LogFileError, path, found], [true, PATH, line]);
        strictEqual(
          message.test(sentence) && /Move the file away: the broker writes it again/.test(sentence),
          true,
          sentence,
        );
        return true;
      },
    );
  });
}

void test('partition.metadata: absent, written, read', async () => {
  const world = new SimWorld({ seed: 1, disk: { rules: 'windows' } });
  const { disk } = world.createProcess('node').io;
  const run = async (): Promise<void> => {
    await disk.makeDirectory('/data/orders-0');
    strictEqual(await readPartitionMetadata(disk, '/data/orders-0'), null);
    await writePartitionMetadata(disk, '/data/orders-0', ID);
    deepStrictEqual(await readPartitionMetadata(disk, '/data/orders-0'), { version: 0, topicId: ID });
  };
  await world.finish(run());
});

void test('partition.metadata: records of a namesake are not mixed in', () => {
  checkTopicId('/data/orders-0', { version: 0, topicId: ID }, ID);
  throws(
    () => checkTopicId('/data/orders-0', { version: 0, topicId: ID }, OTHER),
    (error) => {
      const { found, expected, directory, message } = error as TopicIdMismatchError;
      deepStrictEqual(
        [error instanceof TopicIdMismatchError, found, expected, directory],
        [true, ID, OTHER, '/data/orders-0'],
      );
      return /deleted and created again.*mv \/data\/orders-0 .*\[ERR_LOG_TOPIC_ID_MISMATCH\]$/.test(message);
    },
  );
});

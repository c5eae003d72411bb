import { deepStrictEqual, rejects, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { SimWorld } from '@ottla/runtime/sim';
import { CheckpointFile, formatCheckpoint, parseCheckpoint } from './checkpoint-file.ts';
import { leaderEpochFormat } from './leader-epoch-cache.ts';
import { LogFileError } from './log-dir-text.ts';
import { OFFSET_CHECKPOINT_FORMATS, offsetsByDirectory, type PartitionOffset } from './offset-checkpoint.ts';

const offsets = OFFSET_CHECKPOINT_FORMATS['recovery-point-offset-checkpoint'];
const PATH = '/data/recovery-point-offset-checkpoint';

const entry = (topic: string, partition: number, offset: number): PartitionOffset => ({ topic, partition, offset });

const GOOD: readonly [why: string, text: string, wanted: readonly PartitionOffset[]][] = [
  ['empty: made, and never written', '', []],
  ['no entries', '0\n0\n', []],
  [
    'two entries',
    '0\n2\na 0 5\nb-c.d 12 9007199254740991\n',
    [entry('a', 0, 5), entry('b-c.d', 12, Number.MAX_SAFE_INTEGER)],
  ],
  ['written on Windows', '0\r\n1\r\na 0 5\r\n', [entry('a', 0, 5)]],
  ['tabs, several blanks, blanks at the end', '0\n1\na \t 0  5 \n', [entry('a', 0, 5)]],
  ['numbers as Java takes them', '+0\n01\na +0 005\n', [entry('a', 0, 5)]],
];

for (const [why, text, wanted] of GOOD) {
  void test(`checkpoint: ${why}`, () => deepStrictEqual(parseCheckpoint(offsets, PATH, Buffer.from(text)), wanted));
}

const REFUSED: readonly [why: string, text: string | Uint8Array, line: number | null, message: RegExp][] = [
  ['a version that is no number', 'x\n0\n', 1, /expected a version, found "x"/],
  ['a later version', '1\n0\n', 1, /version 1 is unknown; this broker knows 0/],
  ['zeros, after a crash', '\0\0\0\n', 1, /expected a version, found "\\u0000/],
  ['nothing behind the version', '0\n', 2, /count of entries is missing/],
  ['a count that is no number', '0\ntwo\n', 2, /expected the count of entries, found "two"/],
  ['a negative count', '0\n-1\n', 2, /found "-1"/],
  ['fewer entries than counted', '0\n2\na 0 5\n', 2, /the count says 2, and 1 entries follow/],
  ['more entries than counted', '0\n1\na 0 5\na 1 5\n', 2, /the count says 1, and 2 entries follow/],
  ['cut off in a number', '0\n1\na 0 5', 3, /cut off/],
  ['cut off in the version', '0', 1, /cut off/],
  ['two words', '0\n1\na 5\n', 3, /expected TOPIC PARTITION OFFSET, found "a 5"/],
  ['four words', '0\n1\na 0 5 6\n', 3, /found "a 0 5 6"/],
  ['a blank before', '0\n1\n a 0 5\n', 3, /found " a 0 5"/],
  ['an empty line', '0\n2\na 0 5\n\n', 4, /found ""/],
  ['a partition over 32 bits', '0\n1\na 2147483648 5\n', 3, /expected TOPIC/],
  ['an offset over 53 bits', '0\n1\na 0 9007199254740992\n', 3, /expected TOPIC/],
  ['a negative offset', '0\n1\na 0 -1\n', 3, /expected TOPIC/],
  ['a fraction', '0\n1\na 0 1.5\n', 3, /expected TOPIC/],
  ['a topic that no topic is called', '0\n1\na/b 0 1\n', 3, /expected TOPIC/],
  ['no UTF-8', Uint8Array.of(0x30, 0x0a, 0xff, 0x0a), null, /no UTF-8/],
];

for (const [why, text, line, message] of REFUSED) {
  void test(`checkpoint refused: ${why}`, () => {
    throws(
      () => parseCheckpoint(offsets, PATH, Buffer.from(text)),
      (error) => {
        strictEqual(error instanceof LogFileError, true);
        const { path, line: found, message: sentence } = error as LogFileError;
        deepStrictEqual([path, found], [PATH, line]);
        strictEqual(message.test(sentence), true, sentence);
        strictEqual(sentence.startsWith(line === null ? `${PATH}: ` : `${PATH}, line ${line}: `), true, sentence);
        strictEqual(/Move the file away .* \[ERR_LOG_FILE_DAMAGED\]$/.test(sentence), true, sentence);
        return true;
      },
    );
  });
}

void test('checkpoint of leader epochs: shape and sentence', () => {
  const parse = (text: string): unknown => parseCheckpoint(leaderEpochFormat, 'e', Buffer.from(text));
  deepStrictEqual(parse('0\n2\n0 0\n4 73\n'), [
    { epoch: 0, startOffset: 0 },
    { epoch: 4, startOffset: 73 },
  ]);
  throws(
    () => parse('0\n1\n-1 0\n'),
    /e, line 3: expected EPOCH START_OFFSET, found "-1 0"\. .*read from the log's batches/,
  );
  throws(() => parse('0\n1\n2147483648 0\n'), /expected EPOCH/);
  throws(() => parse('0\n1\n1 2 3\n'), /expected EPOCH/);
});

void test('checkpoint of offsets: the last entry of a partition holds', () => {
  const found = offsetsByDirectory([entry('a', 0, 5), entry('b', 0, 1), entry('a', 0, 7)]);
  deepStrictEqual(found, new Map(Object.entries({ 'a-0': 7, 'b-0': 1 })));
});

void test('checkpoint file: absent, written, replaced by a shorter one, past a leftover', async () => {
  const world = new SimWorld({ seed: 1, disk: { rules: 'windows' } });
  const { disk } = world.createProcess('node').io;
  const run = async (): Promise<void> => {
    await disk.makeDirectory('/data');
    const file = new CheckpointFile(disk, PATH, offsets);
    strictEqual(await file.read(), null);
    const leftover = await disk.open(`${PATH}.tmp`, 'create');
    await leftover.append([new Uint8Array(5_000)]);
    await leftover.close();
    await file.write([entry('a', 0, 5), entry('b', 1, 6)]);
    deepStrictEqual(await file.read(), [entry('a', 0, 5), entry('b', 1, 6)]);
    await file.write([entry('c', 0, 7)]);
    deepStrictEqual(await file.read(), [entry('c', 0, 7)]);
    strictEqual(await disk.stat(`${PATH}.tmp`), null);
  };
  await world.finish(run());
});

void test('checkpoint file: writes asked for at once happen in their order, each with the entries of its call', async () => {
  const world = new SimWorld({ seed: 3 });
  const { disk } = world.createProcess('node').io;
  const run = async (): Promise<void> => {
    await disk.makeDirectory('/data');
    const file = new CheckpointFile(disk, PATH, offsets);
    const entries: PartitionOffset[] = [];
    const writes: Promise<void>[] = [];
    for (let i = 0; i < 5; i++) {
      entries.push(entry('a', i, i));
      writes.push(file.write(entries));
    }
    entries.push(entry('never', 0, 0));
    await writes[1];
    strictEqual((await file.read())?.length, 5, 'a read sees what was asked for before it');
    await Promise.all(writes);
    strictEqual((await file.read())?.length, 5);
  };
  await world.finish(run());
});

void test('checkpoint file: a failed write leaves the old entries, and the next write works', async () => {
  const world = new SimWorld({ seed: 5 });
  const { disk } = world.createProcess('node').io;
  await world.finish(disk.makeDirectory('/data'));
  const file = new CheckpointFile(disk, PATH, offsets);
  await world.finish(file.write([entry('a', 0, 5)]));
  world.setFaults({ diskFull: 1 });
  await rejects(world.finish(file.write([entry('a', 0, 6)])), { name: 'DiskError', errno: 'ENOSPC', retriable: true });
  world.setFaults({});
  deepStrictEqual(await world.finish(file.read()), [entry('a', 0, 5)]);
  await world.finish(file.write([entry('a', 0, 7)]));
  deepStrictEqual(await world.finish(file.read()), [entry('a', 0, 7)]);
});

void test('checkpoint of a hundred thousand partitions', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => entry(`topic-${i >> 4}`, i & 15, i * 7_919));
  deepStrictEqual(parseCheckpoint(offsets, PATH, formatCheckpoint(offsets, many)), many);
});

import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from '@ottla/testing';
import {
  formatCheckpointName,
  formatCheckpointPartName,
  formatDeleteDirectory,
  formatFutureDirectory,
  formatOffsetName,
  formatPartitionDirectory,
  formatStrayDirectory,
  isTopicName,
  LogNameTooLongError,
  parseCheckpointName,
  parseOffsetName,
  parsePartitionDirectory,
  type CheckpointName,
  type OffsetName,
  type PartitionDirectory,
} from './log-names.ts';

const HEX = '0123456789abcdef0123456789abcdef';
const LONG = 'x'.repeat(249);

const OFFSET_ROWS: readonly [why: string, name: string, wanted: OffsetName | null][] = [
  ['a segment', '00000000000000000000.log', { offset: 0, suffix: '.log' }],
  ['more than 32 bits', '00000000004294967297.timeindex', { offset: 4_294_967_297, suffix: '.timeindex' }],
  ['the largest safe number', '00009007199254740991.log', { offset: 9_007_199_254_740_991, suffix: '.log' }],
  ['dropped', '00000000000000000042.index.deleted', { offset: 42, suffix: '.index.deleted' }],
  ['cleaned', '00000000000000000042.log.cleaned', { offset: 42, suffix: '.log.cleaned' }],
  ['beyond it', '00009007199254740992.log', null],
  ['19 digits', '0000000000000000000.log', null],
  ['21 digits', '000000000000000000000.log', null],
  ['no suffix', '00000000000000000000', null],
  ['an empty one', '00000000000000000000.', null],
  ['a sign', '-0000000000000000001.log', null],
  ['a metadata snapshot', '00000000000000000129-0000000001.checkpoint', null],
  ['a checkpoint', 'leader-epoch-checkpoint', null],
];

for (const [why, name, wanted] of OFFSET_ROWS) {
  void test(`offset in a file name: ${why}`, () => {
    deepStrictEqual(parseOffsetName(name), wanted);
    if (wanted !== null) strictEqual(formatOffsetName(wanted.offset, wanted.suffix), name);
  });
}

const CHECKPOINT_ROWS: readonly [why: string, name: string, wanted: CheckpointName | null][] = [
  ['whole', '00000000000000000129-0000000001.checkpoint', { endOffset: 129, epoch: 1, kind: 'whole' }],
  [
    'being written',
    '00000000000000000129-0000000001-x_7-q.checkpoint.part',
    { endOffset: 129, epoch: 1, kind: 'part' },
  ],
  [
    'being deleted',
    '00000000000000000129-0000000001.checkpoint.deleted',
    { endOffset: 129, epoch: 1, kind: 'deleted' },
  ],
  [
    'largest epoch',
    '00000000000000000000-2147483647.checkpoint',
    { endOffset: 0, epoch: 2_147_483_647, kind: 'whole' },
  ],
  ['an epoch over 32 bits', '00000000000000000000-2147483648.checkpoint', null],
  ['an offset over 53 bits', '99999999999999999999-0000000001.checkpoint', null],
  ['a random part, but whole', '00000000000000000129-0000000001-xyz.checkpoint', null],
  ['bootstrap records of older formats', 'bootstrap.checkpoint', null],
];

for (const [why, name, wanted] of CHECKPOINT_ROWS) {
  void test(`metadata snapshot's name: ${why}`, () => {
    deepStrictEqual(parseCheckpointName(name), wanted);
    if (wanted?.kind === 'whole') strictEqual(formatCheckpointName(wanted.endOffset, wanted.epoch), name);
    if (wanted?.kind === 'part') strictEqual(formatCheckpointPartName(wanted.endOffset, wanted.epoch, 'x_7-q'), name);
  });
}

const live = (topic: string, partition: number): PartitionDirectory => ({
  topic,
  partition,
  kind: 'live',
  unique: null,
});
const marked = (
  topic: string,
  partition: number,
  kind: PartitionDirectory['kind'],
  unique = HEX,
): PartitionDirectory => ({
  topic,
  partition,
  kind,
  unique,
});

/** The verdicts are those of `LocalLog.parseTopicPartitionName` of Kafka 4.4, but for the rows that say so. */
const DIRECTORY_ROWS: readonly [why: string, name: string, wanted: PartitionDirectory | null][] = [
  ['plain', 'orders-0', live('orders', 0)],
  ['dashes and dots in the topic', 'a-b.c-d_E-12', live('a-b.c-d_E', 12)],
  ['a topic that ends in a dash', 'a--1', live('a-', 1)],
  ['a topic of digits', '7-7', live('7', 7)],
  ['a topic like a deleted directory', `a-0.${HEX}-delete-3`, live(`a-0.${HEX}-delete`, 3)],
  ['leading zeros', 'a-007', live('a', 7)],
  ['a plus', 'a-+7', live('a', 7)],
  ['largest partition', 'a-2147483647', live('a', 2_147_483_647)],
  ['a partition over 32 bits', 'a-2147483648', null],
  ['no dash', 'orders', null],
  ['no topic', '-0', null],
  ['no partition', 'orders-', null],
  ['a partition that is no number', 'orders-x', null],
  ['a partition with a fraction', 'orders-1.5', null],
  ['hexadecimal', 'orders-0x1', null],
  ['Linux', 'lost+found', null],
  ['blanks: a topic in Kafka, which then cannot read its own checkpoints', 'my orders-1', null],
  ['Arabic digits: a number in Java', 'orders-\u0661', null],
  ['dots alone: not a legal topic, though Kafka would take it', '..-0', null],
  ['a topic too long: likewise', `${LONG}x-0`, null],
  ['the longest topic', `${LONG}-99999`, live(LONG, 99_999)],
  ['deleted', `orders-0.${HEX}-delete`, marked('orders', 0, 'delete')],
  ['future', `orders-0.${HEX}-future`, marked('orders', 0, 'future')],
  ['stray', `orders-0.${HEX}-stray`, marked('orders', 0, 'stray')],
  ['a unique part of any form', 'orders-0.Z_9-8-delete', marked('orders', 0, 'delete', 'Z_9-8')],
  ['deleted, dots and dashes in the topic', `a.b-c.d-5.${HEX}-delete`, marked('a.b-c.d', 5, 'delete')],
  ['deleted, without the unique part', 'orders-0-delete', null],
  ['deleted, an empty one', 'orders-0.-delete', null],
  ['deleted, without a partition', `orders.${HEX}-delete`, null],
  ['deleted, a partition that is no number', `orders-x.${HEX}-delete`, null],
  ['deleted, a blank', `orders-0.${HEX} -delete`, null],
  ['another mark', `orders-0.${HEX}-gone`, null],
];

for (const [why, name, wanted] of DIRECTORY_ROWS) {
  void test(`partition directory: ${why}`, () => deepStrictEqual(parsePartitionDirectory(name), wanted));
}

void test('partition directory: deleted and stray ones are cut to 255 characters, from the topic', () => {
  for (const format of [formatDeleteDirectory, formatStrayDirectory]) {
    strictEqual(format('orders', 3, HEX).startsWith(`orders-3.${HEX}-`), true);
    const name = format(LONG, 12_345, HEX);
    strictEqual(name.length, 255);
    const found = parsePartitionDirectory(name)!;
    strictEqual(found.partition, 12_345);
    strictEqual(LONG.startsWith(found.topic), true);
    strictEqual(found.unique, HEX);
  }
  // 255 less "-0.", 32 digits and "-delete".
  strictEqual(formatDeleteDirectory('x'.repeat(213), 0, HEX).length, 255);
  strictEqual(formatDeleteDirectory('x'.repeat(212), 0, HEX), `${'x'.repeat(212)}-0.${HEX}-delete`);
});

void test('partition directory: what must not be cut is refused', () => {
  strictEqual(formatFutureDirectory('orders', 3, HEX), `orders-3.${HEX}-future`);
  strictEqual(formatFutureDirectory('x'.repeat(213), 0, HEX).length, 255);
  const tooLong = {
    name: LogNameTooLongError.name,
    code: 'ERR_LOG_NAME_TOO_LONG',
    message: /256 characters.*at most 255.*shorter/,
  };
  throws(() => formatFutureDirectory('x'.repeat(214), 0, HEX), tooLong);
  throws(() => formatPartitionDirectory(LONG, 100_000), tooLong);
  strictEqual(formatPartitionDirectory(LONG, 99_999).length, 255);
});

const ALPHABET = ['a', 'Z', '0', '9', '.', '_', '-'];

fuzz('log names: what is formatted parses to the same', { small: 500 }, (prng) => {
  let topic = '';
  while (!isTopicName(topic)) {
    topic = Array.from({ length: prng.between(1, prng.chance(0.1) ? 249 : 12) }, () => prng.pick(ALPHABET)).join('');
  }
  const partition = prng.below(prng.chance(0.5) ? 10 : 100_000);
  deepStrictEqual(parsePartitionDirectory(formatPartitionDirectory(topic, partition)), live(topic, partition));
  const deleted = parsePartitionDirectory(formatDeleteDirectory(topic, partition, HEX))!;
  strictEqual(topic.startsWith(deleted.topic), true);
  deepStrictEqual(deleted, marked(deleted.topic, partition, 'delete'));
  const offset = prng.below(Number.MAX_SAFE_INTEGER);
  deepStrictEqual(parseOffsetName(formatOffsetName(offset, '.log')), { offset, suffix: '.log' });
});

/** A loss of power at any moment of a cleaning: what a restart finds is a log that says the same. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { SimWorld } from '@ottla/runtime/sim';
import { simulation } from '@ottla/testing';
import { OpenFiles } from '../open-files.ts';
import { createSegmentContext } from '../segment-context.ts';
import { Cleaner, DEFAULT_CLEANER_SETTINGS } from './cleaner.ts';
import { TextLog } from './cleaner.fixture.ts';
import { planSwapCompletion, planSwapRecovery, swapSegments } from './segment-swap.ts';

const DIRECTORY = '/data/t-0';
const SEGMENTS = [
  ['0 t7 a=1 b=1', '2 abort7', '3 a=2 c=1'],
  ['5 t7 d=1 a=3', '7 t8 e=1', '8 abort7', '9 b=2'],
  ['10 t7 f=1', '11 commit7', '12 t8 e=2', '13 abort8', '14 c=-'],
  ['15 g=1'],
];

simulation('a crash in a cleaning', { seeds: 120 }, async (seed) => {
  const world = new SimWorld({ seed, keepTraceText: true });
  const node = world.createProcess('node');
  const openLog = (): TextLog => {
    const { io } = node;
    return new TextLog(io, createSegmentContext(io), new OpenFiles(io.disk, 100).directory(DIRECTORY));
  };
  await world.finish(node.io.disk.makeDirectory(DIRECTORY));
  await world.finish(node.io.disk.syncDirectory('/data'));
  await world.finish(node.io.disk.syncDirectory('/'));
  const log = await world.finish(openLog().write(SEGMENTS));
  const wanted = lastValues(await world.finish(log.readCommitted()));
  let swaps = 0;
  log.onSwapped = () => void swaps++;
  log.config = { ...log.config, internalSegmentBytes: seed % 2 === 0 ? 100_000 : 1 };
  const cleaner = new Cleaner(node.io, { ...DEFAULT_CLEANER_SETTINGS, dedupeBufferBytes: 2_400, ioBufferBytes: 300 });
  cleaner.clean(log, { firstDirtyOffset: 0, firstUncleanableOffset: 15 }, () => {}).catch(() => {});
  await world.run({ untilMs: world.nowMs + world.chance('crash').between(0, 120) });
  const found = { beforeSwap: swaps === 0 ? 1 : 0, afterSwap: swaps > 0 ? 1 : 0 };
  node.crash();
  node.restart();
  const again = await world.finish(openLog().open());
  deepStrictEqual(lastValues(await world.finish(again.readCommitted())), wanted);
  const offsets = (await world.finish(again.readCommitted())).map(({ offset }) => offset);
  deepStrictEqual(
    offsets,
    [...new Set(offsets)].sort((a, b) => a - b),
    'each record is there once, in order',
  );
  const names = (await world.finish(node.io.disk.list(DIRECTORY))).map(({ name }) => name);
  ok(!names.some((name) => /\.(cleaned|swap|deleted)$/.test(name)), names.join(' '));
  return { trace: world.traceLines ?? [], counts: found };
});

function lastValues(records: readonly { key: string; value: string }[]): unknown {
  return new Map(records.map(({ key, value }) => [key, value]));
}

test('the swap goes step by step, each synced before the next', async () => {
  const steps: string[] = [];
  const segment = (name: string, baseOffset: number) => ({
    baseOffset,
    changeSuffix: async (suffix: string) => void steps.push(`${name} ${suffix}`),
  });
  await swapSegments({
    cleaned: segment('new', 0),
    replaced: [segment('old 0', 0), segment('old 5', 5)],
    syncDirectory: async () => void steps.push('sync'),
    install: () => void steps.push('install'),
    retire: ({ baseOffset }) => void steps.push(`retire ${baseOffset}`),
  });
  deepStrictEqual(
    steps.join(', '),
    'sync, new .swap, sync, install, old 0 .deleted, old 5 .deleted, sync, new , sync, retire 0, retire 5',
  );
});

const file = (offset: number, suffix: string): string => String(offset).padStart(20, '0') + suffix;

test('what is only partly a swap goes, before what says so', () => {
  const names = [file(5, '.log.swap'), file(5, '.index.cleaned'), file(0, '.log'), file(9, '.log.deleted'), 'x.swap'];
  deepStrictEqual(planSwapRecovery([...names, '1.checkpoint.deleted']), {
    steps: [
      { kind: 'remove', name: file(5, '.log.swap') },
      { kind: 'syncDirectory' },
      { kind: 'remove', name: file(5, '.index.cleaned') },
      { kind: 'remove', name: file(9, '.log.deleted') },
      { kind: 'syncDirectory' },
    ],
    swappedBaseOffsets: [],
  });
});

test('what is a swap takes the place of all up to its end, and of nothing else', () => {
  const swap = [file(5, '.log.swap'), file(5, '.index.swap')];
  const others = [file(0, '.log'), file(5, '.log'), file(5, '.txnindex'), file(7, '.log'), file(7, '.snapshot')];
  const names = [...swap, ...others, file(9, '.log'), 'leader-epoch-checkpoint'];
  deepStrictEqual(planSwapRecovery(names), { steps: [], swappedBaseOffsets: [5] });
  deepStrictEqual(planSwapCompletion(names, [{ baseOffset: 5, nextOffset: 9 }]), [
    { kind: 'remove', name: file(7, '.log') },
    { kind: 'remove', name: file(7, '.snapshot') },
    { kind: 'syncDirectory' },
    { kind: 'rename', from: file(5, '.log.swap'), to: file(5, '.log') },
    { kind: 'rename', from: file(5, '.index.swap'), to: file(5, '.index') },
    { kind: 'syncDirectory' },
  ]);
});

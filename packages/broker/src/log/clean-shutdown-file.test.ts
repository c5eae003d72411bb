import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { SimWorld } from '@ottla/runtime/sim';
import {
  formatCleanShutdown,
  parseCleanShutdown,
  takeCleanShutdown,
  writeCleanShutdown,
} from './clean-shutdown-file.ts';

const ROWS: readonly [why: string, text: string | Uint8Array, brokerEpoch: number | null][] = [
  ['with an epoch', '{"version":0,"brokerEpoch":544}', 544],
  ['an epoch that is unknown', '{"version":0,"brokerEpoch":-1}', -1],
  ['a later version', '{"version":1,"brokerEpoch":5,"more":[]}', 5],
  ['empty, from an older broker', '', null],
  ['cut off', '{"version":0,"brok', null],
  ['no object', '[544]', null],
  ['null', 'null', null],
  ['no epoch', '{"version":0}', null],
  ['an epoch that is no number', '{"version":0,"brokerEpoch":"544"}', null],
  ['an epoch over 53 bits', '{"version":0,"brokerEpoch":9007199254740993}', null],
  ['no UTF-8', Uint8Array.of(0xff), null],
];

for (const [why, text, brokerEpoch] of ROWS) {
  void test(`clean shutdown: ${why}`, () => deepStrictEqual(parseCleanShutdown(Buffer.from(text)), { brokerEpoch }));
}

void test('clean shutdown: taken once', async () => {
  const world = new SimWorld({ seed: 1, disk: { rules: 'windows' } });
  const { disk } = world.createProcess('node').io;
  const run = async (): Promise<void> => {
    await disk.makeDirectory('/data');
    strictEqual(await takeCleanShutdown(disk, '/data'), null);
    await writeCleanShutdown(disk, '/data', 544);
    strictEqual((await disk.stat('/data/.kafka_cleanshutdown'))?.sizeBytes, formatCleanShutdown(544).length);
    deepStrictEqual(await takeCleanShutdown(disk, '/data'), { brokerEpoch: 544 });
    strictEqual(await takeCleanShutdown(disk, '/data'), null);
  };
  await world.finish(run());
});

void test('clean shutdown: a file too large for one is still a clean stop', async () => {
  const world = new SimWorld({ seed: 1 });
  const { disk } = world.createProcess('node').io;
  const run = async (): Promise<void> => {
    await disk.makeDirectory('/data');
    const file = await disk.open('/data/.kafka_cleanshutdown', 'create');
    await file.append([new Uint8Array(100_000)]);
    await file.close();
    deepStrictEqual(await takeCleanShutdown(disk, '/data'), { brokerEpoch: null });
  };
  await world.finish(run());
});

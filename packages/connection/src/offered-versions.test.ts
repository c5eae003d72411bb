import { match, strictEqual, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { ApiKey, type VersionRange } from '@ottla/protocol';
import { fetch } from '@ottla/protocol/messages/01-fetch';
import { initProducerId } from '@ottla/protocol/messages/22-init-producer-id';
import { UnsupportedVersionError } from './errors.ts';
import { nameOldRelease, pickVersion, type Offered } from './offered-versions.ts';

function offering(versions: Readonly<Record<number, readonly [from: number, to: number]>>): Offered {
  const entries = Object.entries(versions).map(([key, [from, to]]) => [Number(key), { from, to }] as const);
  return {
    versions: new Map(entries),
    supportedFeatures: [],
    finalizedFeatures: new Map(),
    finalizedFeaturesEpoch: -1,
  };
}

const picks: readonly (readonly [
  why: string,
  offered: readonly [number, number],
  bounds: VersionRange | undefined,
  want: number,
])[] = [
  ['the newest of both', [4, 18], undefined, 18],
  ['an older broker decides', [0, 11], undefined, 11],
  ['a newer broker: ours decides', [4, 25], undefined, 18],
  ['the caller decides', [4, 18], { from: 4, to: 12 }, 12],
  ['the caller wants more than there is', [4, 17], { from: 4, to: 99 }, 17],
  ['one version is left', [4, 12], { from: 12, to: 18 }, 12],
];
for (const [why, offered, bounds, want] of picks) {
  test(`version: ${why}`, () => {
    strictEqual(pickVersion('kafka:9092', fetch, offering({ [fetch.key]: offered }), bounds), want);
  });
}

test('version: an unstable one is for those who ask for it', () => {
  const offered = offering({ [initProducerId.key]: [0, 6] });
  strictEqual(pickVersion('kafka:9092', initProducerId, offered), 5);
  strictEqual(pickVersion('kafka:9092', initProducerId, offered, { from: 6, to: 6 }), 6);
});

const refusals: readonly (readonly [
  why: string,
  offered: Offered,
  bounds: VersionRange | undefined,
  sentence: RegExp,
])[] = [
  ['no such API', offering({ 3: [0, 13] }), undefined, /^kafka:9092 does not offer Fetch \(1\)\. Upgrade the broker/],
  [
    'a broker of the future',
    offering({ 1: [30, 31] }),
    undefined,
    /in versions 30-31, and this client would send 4-18\. Upgrade this client/,
  ],
  [
    'bounds that the broker does not reach',
    offering({ 1: [4, 11], 3: [0, 9] }),
    { from: 12, to: 18 },
    /would send 12-18\. Upgrade the broker/,
  ],
  ['bounds that leave nothing', offering({ 1: [12, 18] }), { from: 4, to: 11 }, /loosen the bounds/],
  [
    'an old broker, by name',
    offering({ 1: [0, 3], 3: [0, 2], 9: [0, 2] }),
    undefined,
    /Upgrade the broker.* It looks like Kafka 0\.10\.2; at least Kafka 2\.1/,
  ],
];
for (const [why, offered, bounds, sentence] of refusals) {
  test(`version: none in common: ${why}`, () => {
    throws(
      () => pickVersion('kafka:9092', fetch, offered, bounds),
      (error) => {
        match((error as Error).message, sentence);
        return error instanceof UnsupportedVersionError && error.apiKey === ApiKey.FETCH && !error.retriable;
      },
    );
  });
}

const releases: readonly (readonly [release: string | null, offered: Offered])[] = [
  ['Kafka 0.10.0', offering({ 1: [0, 2], 3: [0, 1], 9: [0, 1] })],
  ['Kafka 0.10.1', offering({ 1: [0, 3], 3: [0, 2], 9: [0, 1] })],
  ['Kafka 0.10.2', offering({ 1: [0, 3], 3: [0, 2], 9: [0, 2] })],
  ['Kafka 0.11', offering({ 1: [0, 5], 3: [0, 4], 9: [0, 3] })],
  ['Kafka 1.0', offering({ 1: [0, 6], 3: [0, 5], 9: [0, 3] })],
  ['Kafka 1.1', offering({ 1: [0, 7], 3: [0, 5], 9: [0, 3] })],
  ['Kafka 2.0', offering({ 1: [0, 8], 3: [0, 6], 9: [0, 4] })],
  [null, offering({ 1: [0, 10], 3: [0, 7], 9: [0, 5] })],
  [null, offering({ 1: [4, 18], 3: [0, 13], 9: [1, 10] })],
  [null, offering({ 18: [0, 5] })],
];
for (const [release, offered] of releases) {
  test(`version: a broker that offers ${JSON.stringify([...offered.versions])} is ${release ?? 'not old'}`, () => {
    strictEqual(nameOldRelease(offered), release);
  });
}

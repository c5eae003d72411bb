import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { API_ROWS, ApiKey, apiRow, formatApiKey, isServedVersion } from './api-keys.ts';
import { APIS } from './every-api.ts';
import { NONE, type VersionRange } from './schema/versions.ts';

interface Fact {
  readonly id: number;
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly stableMaxVersion: number;
  readonly latestVersionUnstable: boolean;
  readonly noVersions?: true;
  readonly firstFlexibleVersion: number | null;
  readonly listeners: readonly string[];
  readonly clusterAction: boolean;
  readonly forwardable: boolean;
  /** What a live 4.4 node answered to ApiVersions. */
  readonly liveBroker: readonly [number, number] | null;
  readonly liveController: readonly [number, number] | null;
}

const facts = JSON.parse(
  readFileSync(new URL('../facts/kafka-config/api-keys.json', import.meta.url), 'utf8'),
) as readonly Fact[];

test('api keys: 0 to 94, each at the index of its key', () => {
  deepStrictEqual(
    API_ROWS.map((row) => row.key),
    Array.from({ length: 95 }, (_, key) => key),
  );
  strictEqual(facts.length, 95);
});

for (const fact of facts) {
  test(`api keys: ${fact.name} is as in Kafka 4.4`, () => {
    const row = apiRow(fact.id);
    ok(row !== null);
    strictEqual((ApiKey as Record<string, number>)[fact.name], fact.id);
    strictEqual(row.name.replaceAll(/(?<=.)[A-Z]/g, (capital) => `_${capital}`).toUpperCase(), fact.name);
    deepStrictEqual(row.versions, { from: fact.minVersion, to: fact.maxVersion });
    strictEqual(row.advertised.to, fact.stableMaxVersion);
    strictEqual(row.firstFlexibleVersion, fact.firstFlexibleVersion);
    deepStrictEqual(row.listeners, fact.listeners);
    strictEqual(row.clusterAction, fact.clusterAction);
    strictEqual(row.forwardable, fact.forwardable);
    strictEqual(row.latestVersionUnstable, fact.latestVersionUnstable);
  });
}

// A node lists telemetry only when it has a metrics reporter that takes it; the node asked had none.
const telemetry = new Set(['GET_TELEMETRY_SUBSCRIPTIONS', 'PUSH_TELEMETRY']);

test('api keys: what is advertised is what live nodes answered', () => {
  const pair = ({ from, to }: VersionRange) => [from, to];
  for (const fact of facts) {
    const row = API_ROWS[fact.id]!;
    const on = (listener: 'broker' | 'controller') =>
      row.listeners.includes(listener) && !telemetry.has(fact.name) ? pair(row.advertised) : null;
    deepStrictEqual(on('broker'), fact.liveBroker, `${fact.name} on a broker`);
    deepStrictEqual(on('controller'), fact.liveController, `${fact.name} on a controller`);
  }
});

test('api keys: served versions', () => {
  const rows: readonly (readonly [why: string, key: number, version: number, want: boolean])[] = [
    ['the oldest', ApiKey.FETCH, 4, true],
    ['below the oldest', ApiKey.FETCH, 3, false],
    ['the latest', ApiKey.FETCH, 18, true],
    ['above the latest', ApiKey.FETCH, 19, false],
    ['advertised for librdkafka, yet not served', ApiKey.PRODUCE, 2, false],
    ['unstable: not advertised, yet served', ApiKey.INIT_PRODUCER_ID, 6, true],
    ['removed with ZooKeeper', ApiKey.LEADER_AND_ISR, 0, false],
    ['no such key', 95, 0, false],
    ['a negative key', -1, 0, false],
  ];
  for (const [why, key, version, want] of rows) strictEqual(isServedVersion(key, version), want, why);
});

test('api keys: text for people', () => {
  strictEqual(formatApiKey(ApiKey.OFFSET_FOR_LEADER_EPOCH), 'OffsetForLeaderEpoch (23)');
  strictEqual(formatApiKey(18_245), 'unknown API (18245)');
});

test('api keys: every API that is left has a schema that says the same', () => {
  deepStrictEqual(
    APIS.map(({ key, name, versions, flexible, latestVersionUnstable }) => ({
      key,
      name,
      versions,
      firstFlexibleVersion: flexible.to < flexible.from ? null : Math.max(flexible.from, versions.from),
      latestVersionUnstable,
    })),
    API_ROWS.filter(({ versions }) => versions !== NONE).map(
      ({ key, name, versions, firstFlexibleVersion, latestVersionUnstable }) => ({
        key,
        name,
        versions,
        firstFlexibleVersion,
        latestVersionUnstable,
      }),
    ),
  );
});

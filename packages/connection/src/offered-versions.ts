/** What a broker offers, from its ApiVersions answer, and the highest version in common. Pure. */
import { ApiKey, type Api, type VersionRange } from '@ottla/protocol';
import type { ApiVersionsResponse } from '@ottla/protocol/messages/18-api-versions';
import { UnsupportedVersionError } from './errors.ts';

export interface FeatureLevel {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
}

/** A broker's answer to ApiVersions. */
export interface Offered {
  readonly versions: ReadonlyMap<number, VersionRange>;
  readonly supportedFeatures: readonly FeatureLevel[];
  /** Levels in force in the whole cluster, as of `finalizedFeaturesEpoch` (-1: not told). */
  readonly finalizedFeatures: ReadonlyMap<string, number>;
  readonly finalizedFeaturesEpoch: number;
}

export function readOffered(response: ApiVersionsResponse): Offered {
  return {
    versions: new Map(
      response.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, { from: minVersion, to: maxVersion }]),
    ),
    supportedFeatures: response.supportedFeatures.map(({ name, minVersion, maxVersion }) => ({
      name,
      minVersion,
      maxVersion,
    })),
    finalizedFeatures: new Map(response.finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel])),
    finalizedFeaturesEpoch: response.finalizedFeaturesEpoch,
  };
}

/** What this side sends when nobody says otherwise: all versions but an unstable last one. */
export function stableVersions({ versions, latestVersionUnstable }: Api): VersionRange {
  return latestVersionUnstable ? { from: versions.from, to: versions.to - 1 } : versions;
}

/**
 * The highest version that this side, the caller's bounds and the broker have in common.
 *
 * @throws {UnsupportedVersionError} there is none.
 */
export function pickVersion(
  peer: string,
  api: Api,
  offered: Offered,
  bounds: VersionRange = stableVersions(api),
): number {
  const wanted = overlap(api.versions, bounds);
  const theirs = offered.versions.get(api.key) ?? null;
  const common = theirs === null ? null : overlap(wanted, theirs);
  if (common !== null && common.to >= common.from) return common.to;
  throw new UnsupportedVersionError(peer, api.key, wanted, theirs, nameOldRelease(offered));
}

function overlap(a: VersionRange, b: VersionRange): VersionRange {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) };
}

/** The version that each release before 2.1 was the first to offer; newest first. */
const FIRST_OFFERED: readonly (readonly [release: string, apiKey: number, version: number])[] = [
  ['Kafka 2.1 or newer', ApiKey.FETCH, 10],
  ['Kafka 2.0', ApiKey.FETCH, 8],
  ['Kafka 1.1', ApiKey.FETCH, 7],
  ['Kafka 1.0', ApiKey.METADATA, 5],
  ['Kafka 0.11', ApiKey.METADATA, 4],
  ['Kafka 0.10.2', ApiKey.OFFSET_FETCH, 2],
  ['Kafka 0.10.1', ApiKey.METADATA, 2],
];

/** The release in words when it is too old for a client of Kafka 4; null when it is not, or not a broker that has Fetch. */
export function nameOldRelease({ versions }: Offered): string | null {
  if (!versions.has(ApiKey.FETCH)) return null;
  const offers = (key: number, version: number): boolean => (versions.get(key)?.to ?? -1) >= version;
  const found = FIRST_OFFERED.find(([, key, version]) => offers(key, version));
  if (found === FIRST_OFFERED[0]) return null;
  return found?.[0] ?? 'Kafka 0.10.0';
}

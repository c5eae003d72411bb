/**
 * Which versions does the broker speak? ApiVersions, asked from its highest version down (KIP-35, KIP-511).
 *
 * A broker that does not know the asked version says UNSUPPORTED_VERSION in an answer of version 0, and from Kafka 2.4 on
 * also which versions of ApiVersions it has. Older ones list nothing then: version 0 is left.
 */
import { ErrorCode } from '@ottla/protocol';
import { apiVersions, type ApiVersionsResponse } from '@ottla/protocol/messages/18-api-versions';
import type { Channel } from './channel.ts';
import { NegotiationError, UnsupportedVersionError } from './errors.ts';
import { readOffered, type Offered } from './offered-versions.ts';

export interface NegotiationOptions {
  readonly peer: string;
  readonly softwareName: string;
  readonly softwareVersion: string;
  readonly expected: { readonly clusterId: string; readonly nodeId: number } | null;
  readonly maxVersion: number;
  readonly timeoutMs: number;
}

/** @throws {NegotiationError | UnsupportedVersionError} the broker refuses, or knows no version of ApiVersions itself. */
export async function negotiate(channel: Channel, options: NegotiationOptions): Promise<Offered> {
  const { peer, softwareName, softwareVersion, expected, maxVersion, timeoutMs } = options;
  const body = {
    clientSoftwareName: softwareName,
    clientSoftwareVersion: softwareVersion,
    clusterId: expected?.clusterId ?? null,
    nodeId: expected?.nodeId ?? -1,
  };
  for (let version = Math.min(maxVersion, apiVersions.versions.to); ;) {
    const ask = { api: apiVersions, version, body, timeoutMs, isAnswered: true, takesMemory: false };
    const answer = await channel.send(ask, true);
    const response = answer!.body as ApiVersionsResponse;
    if (response.errorCode === ErrorCode.NONE) return readOffered(response);
    if (response.errorCode !== ErrorCode.UNSUPPORTED_VERSION) throw new NegotiationError(peer, response.errorCode);
    const offered = readOffered(response);
    const theirs = offered.versions.get(apiVersions.key) ?? null;
    if (version === 0) {
      throw new UnsupportedVersionError(peer, apiVersions.key, { from: 0, to: maxVersion }, theirs, null);
    }
    // Always further down, whatever the broker says: this ends.
    version = Math.max(0, Math.min(version - 1, theirs?.to ?? 0));
  }
}

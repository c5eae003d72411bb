/**
 * ApiVersions (api key 18): which APIs and versions the broker speaks, and the cluster's features. The first request on
 * a connection.
 *
 * It may come before authentication. A broker that does not know the request's version answers in v0 with
 * UNSUPPORTED_VERSION and the range it has for this API, so that the client can ask again (KIP-511); for the same
 * reason the response's header is never flexible.
 *
 * v1 throttleTimeMs · v2 throttled after the answer (KIP-219) · v3 clientSoftwareName, clientSoftwareVersion,
 * supportedFeatures, finalizedFeaturesEpoch, finalizedFeatures, zkMigrationReady, flexible (KIP-511, KIP-584) ·
 * v4 supportedFeatures may have a minVersion of 0 · v5 clusterId, nodeId (KIP-1242)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, string } from '../schema/field.ts';

export const apiVersions = api(
  'ApiVersions',
  { key: 18, versions: '0-5', flexible: '3+' },
  {
    request: () => ({
      clientSoftwareName: string('3+', "Letters, digits, dots and dashes; for the broker's metrics.", {
        ignorable: true,
      }),
      clientSoftwareVersion: string('3+', "Letters, digits, dots and dashes; for the broker's metrics.", {
        ignorable: true,
      }),
      clusterId: string(
        '5+',
        'Where the client thinks it is; another cluster or node answers REBOOTSTRAP_REQUIRED. Null to skip the check.',
        { nullable: '5+', default: null, ignorable: true },
      ),
      nodeId: int32('5+', 'Checked with the cluster id; -1 if unknown.', { default: -1, ignorable: true }),
    }),
    response: () => ({
      errorCode: int16('0+'),
      apiKeys: array('0+', {
        apiKey: int16('0+'),
        minVersion: int16('0+'),
        maxVersion: int16('0+'),
      }),
      throttleTimeMs: int32('1+', { ignorable: true }),
      supportedFeatures: array(
        '3+',
        {
          name: string('3+'),
          minVersion: int16('3+'),
          maxVersion: int16('3+'),
        },
        'Feature levels this broker could work with; before v4 without those that begin at 0.',
        { tag: 0, ignorable: true },
      ),
      finalizedFeaturesEpoch: int53('3+', 'Metadata offset at which the finalized features were read; -1 if unknown.', {
        default: -1,
        tag: 1,
        ignorable: true,
      }),
      finalizedFeatures: array(
        '3+',
        {
          name: string('3+'),
          maxVersionLevel: int16('3+'),
          minVersionLevel: int16('3+', 'The same as the maximum since KRaft.'),
        },
        'Feature levels the whole cluster works with; valid if the epoch is not -1.',
        { tag: 2, ignorable: true },
      ),
      zkMigrationReady: bool('3+', "A left-over of ZooKeeper's time: false.", {
        default: false,
        tag: 3,
        ignorable: true,
      }),
    }),
  },
);

export type ApiVersionsRequest = ApiRequest<typeof apiVersions>;
export type ApiVersionsResponse = ApiResponse<typeof apiVersions>;

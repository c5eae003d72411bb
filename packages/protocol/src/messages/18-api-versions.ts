/**
 * ApiVersions (api key 18): @DOC
 *
 * v1 throttleTimeMs · v3 clientSoftwareName, clientSoftwareVersion, supportedFeatures, finalizedFeaturesEpoch,
 * finalizedFeatures, zkMigrationReady, flexible · v5 clusterId, nodeId
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, string } from '../schema/field.ts';

export const apiVersions = api(
  'ApiVersions',
  { key: 18, versions: '0-5', flexible: '3+' },
  {
    request: () => ({
      clientSoftwareName: string('3+', { ignorable: true }),
      clientSoftwareVersion: string('3+', { ignorable: true }),
      clusterId: string('5+', { nullable: '5+', default: null, ignorable: true }),
      nodeId: int32('5+', { default: -1, ignorable: true }),
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
        { tag: 0, ignorable: true },
      ),
      finalizedFeaturesEpoch: int53('3+', { default: -1, tag: 1, ignorable: true }),
      finalizedFeatures: array(
        '3+',
        {
          name: string('3+'),
          maxVersionLevel: int16('3+'),
          minVersionLevel: int16('3+'),
        },
        { tag: 2, ignorable: true },
      ),
      zkMigrationReady: bool('3+', { default: false, tag: 3, ignorable: true }),
    }),
  },
);

export type ApiVersionsRequest = ApiRequest<typeof apiVersions>;
export type ApiVersionsResponse = ApiResponse<typeof apiVersions>;

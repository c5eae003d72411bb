/**
 * ListConfigResources (api key 74): the resources that have dynamic configs, by type. Any broker answers.
 *
 * In v0 it is ListClientMetricsResources (KIP-1000) and knows client metrics alone.
 *
 * v1 resourceTypes, resourceType (KIP-1142)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const listConfigResources = api(
  'ListConfigResources',
  { key: 74, versions: '0-1', flexible: '0+' },
  {
    request: () => ({
      resourceTypes: array(
        '1+',
        int8,
        '2 TOPIC, 4 BROKER, 8 BROKER_LOGGER, 16 CLIENT_METRICS, 32 GROUP; empty for all.',
        { default: [] },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      configResources: array('0+', {
        resourceName: string('0+'),
        resourceType: int8('1+', '16 CLIENT_METRICS in v0.', { default: 16, ignorable: true }),
      }),
    }),
  },
);

export type ListConfigResourcesRequest = ApiRequest<typeof listConfigResources>;
export type ListConfigResourcesResponse = ApiResponse<typeof listConfigResources>;

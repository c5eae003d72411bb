/**
 * AlterConfigs (api key 33): the dynamic configs of a resource, replaced as a whole: what is not named returns to its
 * default.
 *
 * Deprecated for that reason; see IncrementalAlterConfigs. Brokers pass the request on to the controller. Errors are
 * per resource.
 *
 * v1 throttled after the answer (KIP-219) · v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string } from '../schema/field.ts';

export const alterConfigs = api(
  'AlterConfigs',
  { key: 33, versions: '0-2', flexible: '2+' },
  {
    request: () => ({
      resources: array('0+', {
        resourceType: int8('0+', '2 TOPIC, 4 BROKER, 16 CLIENT_METRICS, 32 GROUP.'),
        resourceName: string('0+', 'A broker is named by its id; empty means the dynamic default of all brokers.'),
        configs: array('0+', {
          name: string('0+'),
          value: string('0+', { nullable: '0+' }),
        }),
      }),
      validateOnly: bool('0+', 'Check and answer, but change nothing.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      responses: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
        resourceType: int8('0+'),
        resourceName: string('0+'),
      }),
    }),
  },
);

export type AlterConfigsRequest = ApiRequest<typeof alterConfigs>;
export type AlterConfigsResponse = ApiResponse<typeof alterConfigs>;

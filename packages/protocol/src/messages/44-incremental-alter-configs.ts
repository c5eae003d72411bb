/**
 * IncrementalAlterConfigs (api key 44): single dynamic configs of a resource set, unset, or changed as lists (KIP-339).
 *
 * Brokers pass the request on to the controller, save for loggers, which are the asked broker's own. Per resource all
 * is changed or nothing; errors are per resource.
 *
 * v1 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string } from '../schema/field.ts';

export const incrementalAlterConfigs = api(
  'IncrementalAlterConfigs',
  { key: 44, versions: '0-1', flexible: '1+' },
  {
    request: () => ({
      resources: array('0+', {
        resourceType: int8('0+', '2 TOPIC, 4 BROKER, 8 BROKER_LOGGER, 16 CLIENT_METRICS, 32 GROUP.'),
        resourceName: string('0+', 'A broker is named by its id; empty means the dynamic default of all brokers.'),
        configs: array('0+', {
          name: string('0+'),
          configOperation: int8(
            '0+',
            '0 SET, 1 DELETE back to the default, 2 APPEND to a list, 3 SUBTRACT from a list.',
          ),
          value: string('0+', 'Null for DELETE; elements joined by commas for APPEND and SUBTRACT.', {
            nullable: '0+',
          }),
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

export type IncrementalAlterConfigsRequest = ApiRequest<typeof incrementalAlterConfigs>;
export type IncrementalAlterConfigsResponse = ApiResponse<typeof incrementalAlterConfigs>;

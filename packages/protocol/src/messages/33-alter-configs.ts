/**
 * AlterConfigs (api key 33): @DOC
 *
 * v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string } from '../schema/field.ts';

export const alterConfigs = api(
  'AlterConfigs',
  { key: 33, versions: '0-2', flexible: '2+' },
  {
    request: () => ({
      resources: array('0+', {
        resourceType: int8('0+'),
        resourceName: string('0+'),
        configs: array('0+', {
          name: string('0+'),
          value: string('0+', { nullable: '0+' }),
        }),
      }),
      validateOnly: bool('0+'),
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

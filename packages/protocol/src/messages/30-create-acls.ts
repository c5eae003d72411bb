/**
 * CreateAcls (api key 30): @DOC
 *
 * v2 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const createAcls = api(
  'CreateAcls',
  { key: 30, versions: '1-3', flexible: '2+' },
  {
    request: () => ({
      creations: array('0+', {
        resourceType: int8('0+'),
        resourceName: string('0+'),
        resourcePatternType: int8('1+', { default: 3 }),
        principal: string('0+'),
        host: string('0+'),
        operation: int8('0+'),
        permissionType: int8('0+'),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      results: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
      }),
    }),
  },
);

export type CreateAclsRequest = ApiRequest<typeof createAcls>;
export type CreateAclsResponse = ApiResponse<typeof createAcls>;

/**
 * DeleteAcls (api key 31): the access control entries that match go. Brokers pass the request on to the controller.
 *
 * The numbers are those of DescribeAcls. Errors are per filter, in the order of the request, and per entry that
 * matched.
 *
 * v1 pattern types, throttled after the answer (KIP-290, KIP-219) · v2 flexible · v3 resource type 7 (KIP-373)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const deleteAcls = api(
  'DeleteAcls',
  { key: 31, versions: '1-3', flexible: '2+' },
  {
    request: () => ({
      filters: array('0+', {
        resourceTypeFilter: int8('0+'),
        resourceNameFilter: string('0+', 'Null for any.', { nullable: '0+' }),
        patternTypeFilter: int8('1+', '1 ANY, 2 MATCH all that bears on the resource, 3 LITERAL, 4 PREFIXED.', {
          default: 3,
        }),
        principalFilter: string('0+', 'Null for any.', { nullable: '0+' }),
        hostFilter: string('0+', 'Null for any.', { nullable: '0+' }),
        operation: int8('0+'),
        permissionType: int8('0+'),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      filterResults: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
        matchingAcls: array(
          '0+',
          {
            errorCode: int16('0+'),
            errorMessage: string('0+', { nullable: '0+' }),
            resourceType: int8('0+'),
            resourceName: string('0+'),
            patternType: int8('1+', { default: 3 }),
            principal: string('0+'),
            host: string('0+'),
            operation: int8('0+'),
            permissionType: int8('0+'),
          },
          'What was deleted, or not for the error beside it.',
        ),
      }),
    }),
  },
);

export type DeleteAclsRequest = ApiRequest<typeof deleteAcls>;
export type DeleteAclsResponse = ApiResponse<typeof deleteAcls>;

/**
 * CreateAcls (api key 30): new access control entries. Brokers pass the request on to the controller.
 *
 * The numbers are those of DescribeAcls; 0, 1 and pattern type 2 are refused. Errors are per entry, in the order of the
 * request.
 *
 * v1 pattern types, throttled after the answer (KIP-290, KIP-219) · v2 flexible · v3 resource type 7 (KIP-373)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const createAcls = api(
  'CreateAcls',
  { key: 30, versions: '1-3', flexible: '2+' },
  {
    request: () => ({
      creations: array('0+', {
        resourceType: int8('0+', '2 TOPIC, 3 GROUP, 4 CLUSTER, 5 TRANSACTIONAL_ID, 6 DELEGATION_TOKEN, 7 USER.'),
        resourceName: string('0+', "`*` for all of the type; `kafka-cluster` is the cluster's only name."),
        resourcePatternType: int8('1+', '3 LITERAL, 4 PREFIXED.', { default: 3 }),
        principal: string('0+', 'Such as `User:alice`; `User:*` for everybody.'),
        host: string('0+', 'An address; `*` for all.'),
        operation: int8('0+', 'From 2 ALL and 3 READ to 15 TWO_PHASE_COMMIT.'),
        permissionType: int8('0+', '2 DENY, 3 ALLOW.'),
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

/**
 * DescribeAcls (api key 29): the access control entries that match a filter. Any broker answers.
 *
 * Resource types: 2 TOPIC, 3 GROUP, 4 CLUSTER, 5 TRANSACTIONAL_ID, 6 DELEGATION_TOKEN, 7 USER. Pattern types:
 * 3 LITERAL, 4 PREFIXED. Operations: 2 ALL, 3 READ, 4 WRITE, 5 CREATE, 6 DELETE, 7 ALTER, 8 DESCRIBE, 9 CLUSTER_ACTION,
 * 10 DESCRIBE_CONFIGS, 11 ALTER_CONFIGS, 12 IDEMPOTENT_WRITE, 13 CREATE_TOKENS, 14 DESCRIBE_TOKENS,
 * 15 TWO_PHASE_COMMIT. Permissions: 2 DENY, 3 ALLOW. In each of them 0 is unknown and 1, in filters alone, is any.
 *
 * v1 pattern types, throttled after the answer (KIP-290, KIP-219) · v2 flexible · v3 resource type 7 (KIP-373)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const describeAcls = api(
  'DescribeAcls',
  { key: 29, versions: '1-3', flexible: '2+' },
  {
    request: () => ({
      resourceTypeFilter: int8('0+'),
      resourceNameFilter: string('0+', 'Null for any.', { nullable: '0+' }),
      patternTypeFilter: int8(
        '1+',
        '2 MATCH also takes prefixes of the name and the wildcard `*`: all that bears on that resource.',
        { default: 3 },
      ),
      principalFilter: string('0+', 'Such as `User:alice`; null for any.', { nullable: '0+' }),
      hostFilter: string('0+', 'Null for any.', { nullable: '0+' }),
      operation: int8('0+'),
      permissionType: int8('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      resources: array('0+', {
        resourceType: int8('0+'),
        resourceName: string('0+'),
        patternType: int8('1+', { default: 3 }),
        acls: array('0+', {
          principal: string('0+'),
          host: string('0+', 'An address; `*` for all.'),
          operation: int8('0+'),
          permissionType: int8('0+'),
        }),
      }),
    }),
  },
);

export type DescribeAclsRequest = ApiRequest<typeof describeAcls>;
export type DescribeAclsResponse = ApiResponse<typeof describeAcls>;

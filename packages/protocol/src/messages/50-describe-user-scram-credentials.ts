/**
 * DescribeUserScramCredentials (api key 50): which SCRAM mechanisms users have credentials for, never the credentials
 * (KIP-554). Any broker answers.
 *
 * Errors are per user: RESOURCE_NOT_FOUND, DUPLICATE_RESOURCE.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const describeUserScramCredentials = api(
  'DescribeUserScramCredentials',
  { key: 50, versions: '0', flexible: '0+' },
  {
    request: () => ({
      users: array(
        '0+',
        {
          name: string('0+'),
        },
        'Null or empty for all.',
        { nullable: '0+' },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+', 'About the request as a whole.'),
      errorMessage: string('0+', { nullable: '0+' }),
      results: array('0+', {
        user: string('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
        credentialInfos: array('0+', {
          mechanism: int8('0+', '1 SCRAM-SHA-256, 2 SCRAM-SHA-512.'),
          iterations: int32('0+'),
        }),
      }),
    }),
  },
);

export type DescribeUserScramCredentialsRequest = ApiRequest<typeof describeUserScramCredentials>;
export type DescribeUserScramCredentialsResponse = ApiResponse<typeof describeUserScramCredentials>;

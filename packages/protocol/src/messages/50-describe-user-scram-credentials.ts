/**
 * DescribeUserScramCredentials (api key 50): @DOC
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
        { nullable: '0+' },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      results: array('0+', {
        user: string('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
        credentialInfos: array('0+', {
          mechanism: int8('0+'),
          iterations: int32('0+'),
        }),
      }),
    }),
  },
);

export type DescribeUserScramCredentialsRequest = ApiRequest<typeof describeUserScramCredentials>;
export type DescribeUserScramCredentialsResponse = ApiResponse<typeof describeUserScramCredentials>;

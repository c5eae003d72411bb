/**
 * DescribeCluster (api key 60): @DOC
 *
 * v1 endpointType · v2 includeFencedBrokers, isFenced
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string } from '../schema/field.ts';

export const describeCluster = api(
  'DescribeCluster',
  { key: 60, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      includeClusterAuthorizedOperations: bool('0+'),
      endpointType: int8('1+', { default: 1 }),
      includeFencedBrokers: bool('2+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      endpointType: int8('1+', { default: 1 }),
      clusterId: string('0+'),
      controllerId: int32('0+', { default: -1 }),
      brokers: array('0+', {
        brokerId: int32('0+'),
        host: string('0+'),
        port: int32('0+'),
        rack: string('0+', { nullable: '0+', default: null }),
        isFenced: bool('2+', { default: false }),
      }),
      clusterAuthorizedOperations: int32('0+', { default: -2147483648 }),
    }),
  },
);

export type DescribeClusterRequest = ApiRequest<typeof describeCluster>;
export type DescribeClusterResponse = ApiResponse<typeof describeCluster>;

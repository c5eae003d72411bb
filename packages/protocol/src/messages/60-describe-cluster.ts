/**
 * DescribeCluster (api key 60): the nodes of the cluster: brokers, or from a controller the controllers (KIP-700). Any
 * node answers.
 *
 * v1 endpointType, may answer MISMATCHED_ENDPOINT_TYPE and UNSUPPORTED_ENDPOINT_TYPE (KIP-919) ·
 * v2 includeFencedBrokers, isFenced (KIP-1073)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string } from '../schema/field.ts';

export const describeCluster = api(
  'DescribeCluster',
  { key: 60, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      includeClusterAuthorizedOperations: bool('0+'),
      endpointType: int8('1+', '1 brokers, 2 controllers; a broker answers 1 alone, a controller 2 alone.', {
        default: 1,
      }),
      includeFencedBrokers: bool('2+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+', default: null }),
      endpointType: int8('1+', '1 brokers, 2 controllers.', { default: 1 }),
      clusterId: string('0+'),
      controllerId: int32(
        '0+',
        'From a broker any broker that lives, from a controller the raft leader; -1 if there is none.',
        { default: -1 },
      ),
      brokers: array(
        '0+',
        {
          brokerId: int32('0+'),
          host: string('0+'),
          port: int32('0+'),
          rack: string('0+', { nullable: '0+', default: null }),
          isFenced: bool('2+', { default: false }),
        },
        'Controllers, if those were asked.',
      ),
      clusterAuthorizedOperations: int32('0+', 'Bit field of ACL operations; -2147483648 if not asked.', {
        default: -2147483648,
      }),
    }),
  },
);

export type DescribeClusterRequest = ApiRequest<typeof describeCluster>;
export type DescribeClusterResponse = ApiResponse<typeof describeCluster>;

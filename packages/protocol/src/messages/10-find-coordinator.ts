/**
 * FindCoordinator (api key 10): @DOC
 *
 * v1 keyType, throttleTimeMs, errorMessage · v3 flexible · v4 coordinatorKeys, coordinators, without key, without
 * errorCode, without errorMessage, without nodeId, without host, without port
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, int16, int32, int8, string } from '../schema/field.ts';

export const findCoordinator = api(
  'FindCoordinator',
  { key: 10, versions: '0-6', flexible: '3+' },
  {
    request: () => ({
      key: string('0-3', { default: '' }),
      keyType: int8('1+', { default: 0 }),
      coordinatorKeys: array('4+', string, { default: [] }),
    }),
    response: () => ({
      throttleTimeMs: int32('1+', { ignorable: true }),
      errorCode: int16('0-3', { default: 0 }),
      errorMessage: string('1-3', { nullable: '1-3', ignorable: true }),
      nodeId: int32('0-3', { default: 0 }),
      host: string('0-3', { default: '' }),
      port: int32('0-3', { default: 0 }),
      coordinators: array(
        '4+',
        {
          key: string('4+'),
          nodeId: int32('4+'),
          host: string('4+'),
          port: int32('4+'),
          errorCode: int16('4+'),
          errorMessage: string('4+', { nullable: '4+', ignorable: true }),
        },
        { default: [] },
      ),
    }),
  },
);

export type FindCoordinatorRequest = ApiRequest<typeof findCoordinator>;
export type FindCoordinatorResponse = ApiResponse<typeof findCoordinator>;

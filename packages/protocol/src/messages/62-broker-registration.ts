/**
 * BrokerRegistration (api key 62): @DOC
 *
 * v1 isMigratingZkBroker · v2 logDirs · v3 previousBrokerEpoch
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, string, uint16, uuid } from '../schema/field.ts';

export const brokerRegistration = api(
  'BrokerRegistration',
  { key: 62, versions: '0-4', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
      clusterId: string('0+'),
      incarnationId: uuid('0+'),
      listeners: array('0+', {
        name: string('0+'),
        host: string('0+'),
        port: uint16('0+'),
        securityProtocol: int16('0+'),
      }),
      features: array('0+', {
        name: string('0+'),
        minSupportedVersion: int16('0+'),
        maxSupportedVersion: int16('0+'),
      }),
      rack: string('0+', { nullable: '0+' }),
      isMigratingZkBroker: bool('1+', { default: false }),
      logDirs: array('2+', uuid, { ignorable: true }),
      previousBrokerEpoch: int53('3+', { default: -1, ignorable: true }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      brokerEpoch: int53('0+', { default: -1 }),
    }),
  },
);

export type BrokerRegistrationRequest = ApiRequest<typeof brokerRegistration>;
export type BrokerRegistrationResponse = ApiResponse<typeof brokerRegistration>;

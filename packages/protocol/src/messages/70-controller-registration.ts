/**
 * ControllerRegistration (api key 70): @DOC
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, string, uint16, uuid } from '../schema/field.ts';

export const controllerRegistration = api(
  'ControllerRegistration',
  { key: 70, versions: '0', flexible: '0+' },
  {
    request: () => ({
      controllerId: int32('0+'),
      incarnationId: uuid('0+'),
      zkMigrationReady: bool('0+'),
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
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
    }),
  },
);

export type ControllerRegistrationRequest = ApiRequest<typeof controllerRegistration>;
export type ControllerRegistrationResponse = ApiResponse<typeof controllerRegistration>;

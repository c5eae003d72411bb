/**
 * ControllerRegistration (api key 70): a controller makes itself known to the active controller, with its listeners and
 * features (KIP-919).
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, string, uint16, uuid } from '../schema/field.ts';

export const controllerRegistration = api(
  'ControllerRegistration',
  { key: 70, versions: '0', flexible: '0+' },
  {
    request: () => ({
      controllerId: int32('0+'),
      incarnationId: uuid('0+', 'Random, one for each run of the process.'),
      zkMigrationReady: bool('0+', "A left-over of ZooKeeper's time: ignored."),
      listeners: array('0+', {
        name: string('0+'),
        host: string('0+'),
        port: uint16('0+'),
        securityProtocol: int16('0+', '0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.'),
      }),
      features: array(
        '0+',
        {
          name: string('0+'),
          minSupportedVersion: int16('0+'),
          maxSupportedVersion: int16('0+'),
        },
        'The ranges it supports.',
      ),
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

/**
 * BrokerRegistration (api key 62): a broker that starts makes itself known to the controller and gets its broker epoch
 * (KIP-631).
 *
 * It stays fenced until its heartbeats ask to be unfenced. A broker id whose session is still alive elsewhere answers
 * DUPLICATE_BROKER_REGISTRATION. The same incarnation may register again to change what it has said.
 *
 * v1 isMigratingZkBroker (KIP-866) · v2 logDirs (KIP-858) · v3 previousBrokerEpoch (KIP-966) · v4 features may have a
 * minSupportedVersion of 0
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
      incarnationId: uuid('0+', 'Random, one for each run of the process.'),
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
        'The ranges it supports; before v4 without those that begin at 0.',
      ),
      rack: string('0+', { nullable: '0+' }),
      isMigratingZkBroker: bool('1+', "A left-over of ZooKeeper's time: true is refused.", { default: false }),
      logDirs: array('2+', uuid, 'Ids of the directories that are online (KIP-858).', { ignorable: true }),
      previousBrokerEpoch: int53(
        '3+',
        'From before a clean shutdown; -1 after an unclean one, which costs the broker its eligibility as leader.',
        { default: -1, ignorable: true },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      brokerEpoch: int53('0+', 'Offset of the registration in the metadata log; -1 with an error.', { default: -1 }),
    }),
  },
);

export type BrokerRegistrationRequest = ApiRequest<typeof brokerRegistration>;
export type BrokerRegistrationResponse = ApiResponse<typeof brokerRegistration>;

/** The metadata records that say which brokers and controllers there are. The active controller writes them. */
import { message, type Infer } from '../../message.ts';
import { array, bool, int16, int32, int53, int8, string, uint16, uuid } from '../../schema/field.ts';

/**
 * RegisterBrokerRecord, key 0: a broker has registered, with all that it said: it replaces an earlier registration. Its
 * offset is the broker epoch.
 *
 * v1 inControlledShutdown (KIP-841) · v2 isMigratingZkBroker (KIP-866) · v3 logDirs (KIP-858) ·
 * v4 cordonedLogDirs (KIP-1066)
 */
export const registerBrokerRecord = message(
  'RegisterBrokerRecord',
  { key: 0, versions: '0-4', flexible: '0+' },
  () => ({
    brokerId: int32('0+'),
    isMigratingZkBroker: bool('2+', "A left-over of ZooKeeper's time.", { default: false }),
    incarnationId: uuid('0+', 'Random, one for each run of the process.'),
    brokerEpoch: int53('0+', 'Kept when the same incarnation registers again.'),
    endPoints: array('0+', {
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
    rack: string('0+', { nullable: '0+' }),
    fenced: bool('0+', 'It may not lead nor be in sync; true until its heartbeats unfence it.', { default: true }),
    inControlledShutdown: bool('1+', 'It leads nothing new and is about to go.', { default: false }),
    logDirs: array('3+', uuid, 'Ids of the directories that are online.', { tag: 0 }),
    cordonedLogDirs: array(
      '4+',
      uuid,
      'Directories that take no new replicas; null while the broker does not know yet.',
      { nullable: '4+', default: null, tag: 1 },
    ),
  }),
);
export type RegisterBrokerRecord = Infer<typeof registerBrokerRecord>;

/**
 * UnregisterBrokerRecord, key 1: a broker is forgotten (UnregisterBroker).
 */
export const unregisterBrokerRecord = message(
  'UnregisterBrokerRecord',
  { key: 1, versions: '0', flexible: '0+' },
  () => ({
    brokerId: int32('0+'),
    brokerEpoch: int53('0+', 'Of the registration that goes.'),
  }),
);
export type UnregisterBrokerRecord = Infer<typeof unregisterBrokerRecord>;

/**
 * BrokerRegistrationChangeRecord, key 17: a registered broker changes: fenced or unfenced, shutting down, other
 * directories.
 *
 * v1 inControlledShutdown (KIP-841) · v2 logDirs (KIP-858) · v3 cordonedLogDirs (KIP-1066)
 */
export const brokerRegistrationChangeRecord = message(
  'BrokerRegistrationChangeRecord',
  { key: 17, versions: '0-3', flexible: '0+' },
  () => ({
    brokerId: int32('0+'),
    brokerEpoch: int53('0+', 'Of the registration that it changes.'),
    fenced: int8('0+', '1 fenced, -1 unfenced, 0 unchanged.', { tag: 0 }),
    inControlledShutdown: int8('1+', '1 going, 0 unchanged.', { tag: 1 }),
    logDirs: array('2+', uuid, 'Ids of the directories that are online; empty if unchanged.', { tag: 2 }),
    cordonedLogDirs: array('3+', uuid, 'Null if unchanged.', { nullable: '3+', default: null, tag: 3 }),
  }),
);
export type BrokerRegistrationChangeRecord = Infer<typeof brokerRegistrationChangeRecord>;

/**
 * FenceBrokerRecord, key 7: a broker is fenced. Only read: BrokerRegistrationChangeRecord took its place.
 */
export const fenceBrokerRecord = message('FenceBrokerRecord', { key: 7, versions: '0', flexible: '0+' }, () => ({
  id: int32('0+'),
  epoch: int53('0+'),
}));
export type FenceBrokerRecord = Infer<typeof fenceBrokerRecord>;

/**
 * UnfenceBrokerRecord, key 8: a broker is unfenced. Only read: BrokerRegistrationChangeRecord took its place.
 */
export const unfenceBrokerRecord = message('UnfenceBrokerRecord', { key: 8, versions: '0', flexible: '0+' }, () => ({
  id: int32('0+'),
  epoch: int53('0+'),
}));
export type UnfenceBrokerRecord = Infer<typeof unfenceBrokerRecord>;

/**
 * RegisterControllerRecord, key 27: a controller has registered, with all that it said: it replaces an earlier
 * registration (KIP-919).
 */
export const registerControllerRecord = message(
  'RegisterControllerRecord',
  { key: 27, versions: '0', flexible: '0+' },
  () => ({
    controllerId: int32('0+'),
    incarnationId: uuid('0+', 'Random, one for each run of the process.'),
    zkMigrationReady: bool('0+', "A left-over of ZooKeeper's time: false."),
    endPoints: array('0+', {
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
);
export type RegisterControllerRecord = Infer<typeof registerControllerRecord>;

/**
 * UnregisterControllerRecord, key 29: a controller's registration is forgotten (UnregisterController).
 */
export const unregisterControllerRecord = message(
  'UnregisterControllerRecord',
  { key: 29, versions: '0', flexible: '0+' },
  () => ({
    controllerId: int32('0+'),
  }),
);
export type UnregisterControllerRecord = Infer<typeof unregisterControllerRecord>;

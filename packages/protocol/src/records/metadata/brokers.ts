/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, bool, int16, int32, int53, int8, string, uint16, uuid } from '../../schema/field.ts';

/**
 * RegisterBrokerRecord, key 0: @DOC
 *
 * v1 inControlledShutdown · v2 isMigratingZkBroker · v3 logDirs · v4 cordonedLogDirs
 */
export const registerBrokerRecord = message(
  'RegisterBrokerRecord',
  { key: 0, versions: '0-4', flexible: '0+' },
  () => ({
    brokerId: int32('0+'),
    isMigratingZkBroker: bool('2+', { default: false }),
    incarnationId: uuid('0+'),
    brokerEpoch: int53('0+'),
    endPoints: array('0+', {
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
    fenced: bool('0+', { default: true }),
    inControlledShutdown: bool('1+', { default: false }),
    logDirs: array('3+', uuid, { tag: 0 }),
    cordonedLogDirs: array('4+', uuid, { nullable: '4+', default: null, tag: 1 }),
  }),
);
export type RegisterBrokerRecord = Infer<typeof registerBrokerRecord>;

/**
 * UnregisterBrokerRecord, key 1: @DOC
 */
export const unregisterBrokerRecord = message(
  'UnregisterBrokerRecord',
  { key: 1, versions: '0', flexible: '0+' },
  () => ({
    brokerId: int32('0+'),
    brokerEpoch: int53('0+'),
  }),
);
export type UnregisterBrokerRecord = Infer<typeof unregisterBrokerRecord>;

/**
 * BrokerRegistrationChangeRecord, key 17: @DOC
 *
 * v1 inControlledShutdown · v2 logDirs · v3 cordonedLogDirs
 */
export const brokerRegistrationChangeRecord = message(
  'BrokerRegistrationChangeRecord',
  { key: 17, versions: '0-3', flexible: '0+' },
  () => ({
    brokerId: int32('0+'),
    brokerEpoch: int53('0+'),
    fenced: int8('0+', { tag: 0 }),
    inControlledShutdown: int8('1+', { tag: 1 }),
    logDirs: array('2+', uuid, { tag: 2 }),
    cordonedLogDirs: array('3+', uuid, { nullable: '3+', default: null, tag: 3 }),
  }),
);
export type BrokerRegistrationChangeRecord = Infer<typeof brokerRegistrationChangeRecord>;

/**
 * FenceBrokerRecord, key 7: @DOC
 */
export const fenceBrokerRecord = message('FenceBrokerRecord', { key: 7, versions: '0', flexible: '0+' }, () => ({
  id: int32('0+'),
  epoch: int53('0+'),
}));
export type FenceBrokerRecord = Infer<typeof fenceBrokerRecord>;

/**
 * UnfenceBrokerRecord, key 8: @DOC
 */
export const unfenceBrokerRecord = message('UnfenceBrokerRecord', { key: 8, versions: '0', flexible: '0+' }, () => ({
  id: int32('0+'),
  epoch: int53('0+'),
}));
export type UnfenceBrokerRecord = Infer<typeof unfenceBrokerRecord>;

/**
 * RegisterControllerRecord, key 27: @DOC
 */
export const registerControllerRecord = message(
  'RegisterControllerRecord',
  { key: 27, versions: '0', flexible: '0+' },
  () => ({
    controllerId: int32('0+'),
    incarnationId: uuid('0+'),
    zkMigrationReady: bool('0+'),
    endPoints: array('0+', {
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
);
export type RegisterControllerRecord = Infer<typeof registerControllerRecord>;

/**
 * UnregisterControllerRecord, key 29: @DOC
 */
export const unregisterControllerRecord = message(
  'UnregisterControllerRecord',
  { key: 29, versions: '0', flexible: '0+' },
  () => ({
    controllerId: int32('0+'),
  }),
);
export type UnregisterControllerRecord = Infer<typeof unregisterControllerRecord>;

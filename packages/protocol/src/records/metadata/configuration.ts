/** @FILE */
import { message, type Infer } from '../../message.ts';
import { array, bool, float64, int16, int32, int53, int8, string } from '../../schema/field.ts';

/**
 * ConfigRecord, key 4: @DOC
 */
export const configRecord = message('ConfigRecord', { key: 4, versions: '0', flexible: '0+' }, () => ({
  resourceType: int8('0+'),
  resourceName: string('0+'),
  name: string('0+'),
  value: string('0+', { nullable: '0+' }),
}));
export type ConfigRecord = Infer<typeof configRecord>;

/**
 * ClientQuotaRecord, key 14: @DOC
 */
export const clientQuotaRecord = message('ClientQuotaRecord', { key: 14, versions: '0', flexible: '0+' }, () => ({
  entity: array('0+', {
    entityType: string('0+'),
    entityName: string('0+', { nullable: '0+' }),
  }),
  key: string('0+'),
  value: float64('0+'),
  remove: bool('0+'),
}));
export type ClientQuotaRecord = Infer<typeof clientQuotaRecord>;

/**
 * FeatureLevelRecord, key 12: @DOC
 */
export const featureLevelRecord = message('FeatureLevelRecord', { key: 12, versions: '0', flexible: '0+' }, () => ({
  name: string('0+'),
  featureLevel: int16('0+'),
}));
export type FeatureLevelRecord = Infer<typeof featureLevelRecord>;

/**
 * ProducerIdsRecord, key 15: @DOC
 */
export const producerIdsRecord = message('ProducerIdsRecord', { key: 15, versions: '0', flexible: '0+' }, () => ({
  brokerId: int32('0+'),
  brokerEpoch: int53('0+', { default: -1 }),
  nextProducerId: int53('0+'),
}));
export type ProducerIdsRecord = Infer<typeof producerIdsRecord>;

/**
 * NoOpRecord, key 20: @DOC
 */
export const noOpRecord = message('NoOpRecord', { key: 20, versions: '0', flexible: '0+' }, () => ({}));
export type NoOpRecord = Infer<typeof noOpRecord>;

/**
 * ZkMigrationStateRecord, key 21: @DOC
 */
export const zkMigrationStateRecord = message(
  'ZkMigrationStateRecord',
  { key: 21, versions: '0', flexible: '0+' },
  () => ({
    zkMigrationState: int8('0+'),
  }),
);
export type ZkMigrationStateRecord = Infer<typeof zkMigrationStateRecord>;

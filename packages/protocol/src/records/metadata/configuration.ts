/**
 * The metadata records of what is set for the cluster as a whole: configs, quotas, features, blocks of producer ids.
 */
import { message, type Infer } from '../../message.ts';
import { array, bool, float64, int16, int32, int53, int8, string } from '../../schema/field.ts';

/**
 * ConfigRecord, key 4: a dynamic config of a resource is set or unset.
 */
export const configRecord = message('ConfigRecord', { key: 4, versions: '0', flexible: '0+' }, () => ({
  resourceType: int8('0+', '2 TOPIC, 4 BROKER, 16 CLIENT_METRICS, 32 GROUP.'),
  resourceName: string('0+', 'A broker is named by its id; empty means the default of all brokers.'),
  name: string('0+'),
  value: string('0+', 'Null to return to the default.', { nullable: '0+' }),
}));
export type ConfigRecord = Infer<typeof configRecord>;

/**
 * ClientQuotaRecord, key 14: a quota of an entity is set or removed.
 */
export const clientQuotaRecord = message('ClientQuotaRecord', { key: 14, versions: '0', flexible: '0+' }, () => ({
  entity: array('0+', {
    entityType: string('0+', '`user`, `client-id` or `ip`.'),
    entityName: string('0+', 'Null for the default.', { nullable: '0+' }),
  }),
  key: string('0+'),
  value: float64('0+', 'Ignored on removal.'),
  remove: bool('0+'),
}));
export type ClientQuotaRecord = Infer<typeof clientQuotaRecord>;

/**
 * FeatureLevelRecord, key 12: a feature's level for the whole cluster from here on. A new log or snapshot begins with
 * the one of metadata.version.
 */
export const featureLevelRecord = message('FeatureLevelRecord', { key: 12, versions: '0', flexible: '0+' }, () => ({
  name: string('0+'),
  featureLevel: int16('0+', '0 switches the feature off.'),
}));
export type FeatureLevelRecord = Infer<typeof featureLevelRecord>;

/**
 * ProducerIdsRecord, key 15: a block of producer ids was handed to a broker (AllocateProducerIds).
 */
export const producerIdsRecord = message('ProducerIdsRecord', { key: 15, versions: '0', flexible: '0+' }, () => ({
  brokerId: int32('0+', 'Who got the block.'),
  brokerEpoch: int53('0+', { default: -1 }),
  nextProducerId: int53('0+', 'First id after the block: where the next one begins.'),
}));
export type ProducerIdsRecord = Infer<typeof producerIdsRecord>;

/**
 * NoOpRecord, key 20: nothing. The active controller writes it when idle (metadata.max.idle.interval.ms), so that lag
 * shows (KIP-835).
 */
export const noOpRecord = message('NoOpRecord', { key: 20, versions: '0', flexible: '0+' }, () => ({}));
export type NoOpRecord = Infer<typeof noOpRecord>;

/**
 * ZkMigrationStateRecord, key 21: how far a migration from ZooKeeper was. Only read, in logs from before Kafka 4.0
 * (KIP-866).
 */
export const zkMigrationStateRecord = message(
  'ZkMigrationStateRecord',
  { key: 21, versions: '0', flexible: '0+' },
  () => ({
    zkMigrationState: int8('0+', '0 none, 1 migration, 2 before it, 3 done.'),
  }),
);
export type ZkMigrationStateRecord = Infer<typeof zkMigrationStateRecord>;

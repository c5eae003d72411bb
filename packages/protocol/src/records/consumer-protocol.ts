/** What consumers of a classic group tell each other through the coordinator, to which it is opaque. */
import { message, type Infer } from '../message.ts';
import { array, bytes, int32, string } from '../schema/field.ts';

/**
 * ConsumerProtocolSubscription: what a consumer wants and has, as its metadata in JoinGroup, after an int16 with the
 * version.
 *
 * Read by the group's leader, and by the coordinator to know the topics. A newer version is read as the newest one
 * known, since fields are only ever added at the end.
 *
 * v1 ownedPartitions (KIP-429) · v2 generationId (KIP-792) · v3 rackId (KIP-881)
 */
export const consumerProtocolSubscription = message(
  'ConsumerProtocolSubscription',
  { versions: '0-3', flexible: 'none' },
  () => ({
    topics: array('0+', string),
    userData: bytes('0+', 'Free bytes of the assignor, or null.', { nullable: '0+', default: null }),
    ownedPartitions: array(
      '1+',
      {
        topic: string('1+'),
        partitions: array('1+', int32),
      },
      'What the consumer holds, for assignors that keep it there.',
      { ignorable: true },
    ),
    generationId: int32('2+', 'When it got them: where two claim a partition, the newer one is right. -1 if unknown.', {
      default: -1,
      ignorable: true,
    }),
    rackId: string('3+', 'Null if unknown.', { nullable: '3+', default: null, ignorable: true }),
  }),
);
export type ConsumerProtocolSubscription = Infer<typeof consumerProtocolSubscription>;

/**
 * ConsumerProtocolAssignment: what a consumer gets, as its assignment in SyncGroup, after an int16 with the version.
 * Written by the group's leader.
 */
export const consumerProtocolAssignment = message(
  'ConsumerProtocolAssignment',
  { versions: '0-3', flexible: 'none' },
  () => ({
    assignedPartitions: array('0+', {
      topic: string('0+'),
      partitions: array('0+', int32),
    }),
    userData: bytes('0+', 'Free bytes of the assignor, or null.', { nullable: '0+', default: null }),
  }),
);
export type ConsumerProtocolAssignment = Infer<typeof consumerProtocolAssignment>;

/** What raft itself keeps: control records in the metadata log and its snapshots, and the file of a replica's vote. */
import { ZERO_UUID } from '@ottla/runtime';
import { message, type Infer } from '../message.ts';
import { array, int16, int32, int53, nested, string, struct, uint16, uuid } from '../schema/field.ts';

/**
 * LeaderChangeMessage: the first record of a raft leader's epoch; once it is committed, so is all before it.
 *
 * v1 voterDirectoryId (KIP-853)
 */
export const leaderChangeMessage = message('LeaderChangeMessage', { versions: '0-1', flexible: '0+' }, () => ({
  version: int16('0+', "The schema's own version, again."),
  leaderId: int32('0+'),
  voters: array('0+', voter(), 'All voters of the epoch.'),
  grantingVoters: array('0+', voter(), 'Those who had voted for the leader when it was elected, itself among them.'),
}));
export type LeaderChangeMessage = Infer<typeof leaderChangeMessage>;

/**
 * SnapshotHeaderRecord: the first record of a snapshot (KIP-630).
 */
export const snapshotHeaderRecord = message('SnapshotHeaderRecord', { versions: '0', flexible: '0+' }, () => ({
  version: int16('0+', "The schema's own version, again."),
  lastContainedLogTimestamp: int53(
    '0+',
    'Append time of the last record that the snapshot contains, in Unix milliseconds.',
  ),
}));
export type SnapshotHeaderRecord = Infer<typeof snapshotHeaderRecord>;

/**
 * SnapshotFooterRecord: the last record of a snapshot: without it the snapshot is not whole (KIP-630).
 */
export const snapshotFooterRecord = message('SnapshotFooterRecord', { versions: '0', flexible: '0+' }, () => ({
  version: int16('0+', "The schema's own version, again."),
}));
export type SnapshotFooterRecord = Infer<typeof snapshotFooterRecord>;

/**
 * KRaftVersionRecord: the level of kraft.version from here on (KIP-853). Written by the raft leader, and at the head of
 * snapshots.
 */
export const kRaftVersionRecord = message('KRaftVersionRecord', { versions: '0', flexible: '0+' }, () => ({
  version: int16('0+', "The schema's own version, again."),
  kRaftVersion: int16('0+', '0 voters from the configuration, 1 voters from the log.'),
}));
export type KRaftVersionRecord = Infer<typeof kRaftVersionRecord>;

/**
 * VotersRecord: the voters of the metadata log from here on, valid even before it is committed (KIP-853).
 *
 * Written by the raft leader on each change of one voter, and at the head of snapshots.
 */
export const votersRecord = message('VotersRecord', { versions: '0', flexible: '0+' }, () => ({
  version: int16('0+', "The schema's own version, again."),
  voters: array('0+', {
    voterId: int32('0+'),
    voterDirectoryId: uuid('0+', 'Id and directory together make a voter.'),
    endpoints: array(
      '0+',
      {
        name: string('0+'),
        host: string('0+'),
        port: uint16('0+'),
      },
      'The first is the default listener.',
    ),
    kRaftVersionFeature: nested(
      '0+',
      {
        minSupportedVersion: int16('0+'),
        maxSupportedVersion: int16('0+'),
      },
      'The kraft.version levels that the voter supports.',
    ),
  }),
}));
export type VotersRecord = Infer<typeof votersRecord>;

/**
 * QuorumStateData: a replica's epoch, and whom it voted for or follows. The file `quorum-state` holds it as JSON, with
 * `data_version`.
 *
 * It must be durable before the replica tells anyone, for it may vote once per epoch only.
 *
 * v1 votedDirectoryId, without clusterId, without appliedOffset, without currentVoters, without voterId (KIP-853)
 */
export const quorumStateData = message('QuorumStateData', { versions: '0-1', flexible: '0+' }, () => ({
  clusterId: string('0', 'Always empty.', { default: '' }),
  leaderId: int32('0+', '-1 if unknown.', { default: -1 }),
  leaderEpoch: int32('0+', "The replica's epoch.", { default: -1 }),
  votedId: int32('0+', '-1 if it has not voted.', { default: -1 }),
  votedDirectoryId: uuid('1+', 'Zero if it has not voted.', { default: ZERO_UUID }),
  appliedOffset: int53('0', 'Always 0.', { default: 0 }),
  currentVoters: array(
    '0',
    {
      voterId: int32('0'),
    },
    { nullable: '0', default: [] },
  ),
}));
export type QuorumStateData = Infer<typeof quorumStateData>;

function voter() {
  return struct('Voter', {
    voterId: int32('0+'),
    voterDirectoryId: uuid('1+', 'Zero if unknown.', { default: ZERO_UUID }),
  });
}

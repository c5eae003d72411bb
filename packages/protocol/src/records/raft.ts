/** @FILE */
import { ZERO_UUID } from '@ottla/runtime';
import { message, type Infer } from '../message.ts';
import { array, int16, int32, int53, nested, string, struct, uint16, uuid } from '../schema/field.ts';

/**
 * LeaderChangeMessage: @DOC
 *
 * v1 voterDirectoryId
 */
export const leaderChangeMessage = message('LeaderChangeMessage', { versions: '0-1', flexible: '0+' }, () => ({
  version: int16('0+'),
  leaderId: int32('0+'),
  voters: array('0+', voter()),
  grantingVoters: array('0+', voter()),
}));
export type LeaderChangeMessage = Infer<typeof leaderChangeMessage>;

/**
 * SnapshotHeaderRecord: @DOC
 */
export const snapshotHeaderRecord = message('SnapshotHeaderRecord', { versions: '0', flexible: '0+' }, () => ({
  version: int16('0+'),
  lastContainedLogTimestamp: int53('0+'),
}));
export type SnapshotHeaderRecord = Infer<typeof snapshotHeaderRecord>;

/**
 * SnapshotFooterRecord: @DOC
 */
export const snapshotFooterRecord = message('SnapshotFooterRecord', { versions: '0', flexible: '0+' }, () => ({
  version: int16('0+'),
}));
export type SnapshotFooterRecord = Infer<typeof snapshotFooterRecord>;

/**
 * KRaftVersionRecord: @DOC
 */
export const kRaftVersionRecord = message('KRaftVersionRecord', { versions: '0', flexible: '0+' }, () => ({
  version: int16('0+'),
  kRaftVersion: int16('0+'),
}));
export type KRaftVersionRecord = Infer<typeof kRaftVersionRecord>;

/**
 * VotersRecord: @DOC
 */
export const votersRecord = message('VotersRecord', { versions: '0', flexible: '0+' }, () => ({
  version: int16('0+'),
  voters: array('0+', {
    voterId: int32('0+'),
    voterDirectoryId: uuid('0+'),
    endpoints: array('0+', {
      name: string('0+'),
      host: string('0+'),
      port: uint16('0+'),
    }),
    kRaftVersionFeature: nested('0+', {
      minSupportedVersion: int16('0+'),
      maxSupportedVersion: int16('0+'),
    }),
  }),
}));
export type VotersRecord = Infer<typeof votersRecord>;

/**
 * QuorumStateData: @DOC
 *
 * v1 votedDirectoryId, without clusterId, without appliedOffset, without currentVoters, without voterId
 */
export const quorumStateData = message('QuorumStateData', { versions: '0-1', flexible: '0+' }, () => ({
  clusterId: string('0', { default: '' }),
  leaderId: int32('0+', { default: -1 }),
  leaderEpoch: int32('0+', { default: -1 }),
  votedId: int32('0+', { default: -1 }),
  votedDirectoryId: uuid('1+', { default: ZERO_UUID }),
  appliedOffset: int53('0', { default: 0 }),
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
    voterDirectoryId: uuid('1+', { default: ZERO_UUID }),
  });
}

/**
 * Where an append comes from. It decides what is checked: a client is believed nothing, the leader's own coordinators are
 * believed their sequences, and what replication or raft brings was checked by whoever led.
 */
export type AppendOrigin = 'client' | 'coordinator' | 'replication' | 'raftLeader';

/** A world from a seed, for tests: virtual time, faulty disks and networks, processes that crash and come back. */
export type { SimDisk, SimDiskOptions, DiskLatency } from './disk.ts';
export { faultKinds, stormyFaults, type ConsequenceKind, type FaultKind, type FaultRates } from './faults.ts';
export { Nemesis, type NemesisAct, type NemesisOptions } from './nemesis.ts';
export type { SimNetwork, SimNetworkOptions } from './network.ts';
export { SimProcess, type ProcessMain } from './process.ts';
export type { RunLimits, RunOutcome } from './scheduler.ts';
export { SimulationError, SimWorld, type ProcessOptions, type SimWorldOptions } from './world.ts';

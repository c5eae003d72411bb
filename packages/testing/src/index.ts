export { extractArchive, readArchive, type ArchiveEntry } from './archive.ts';
export {
  Bench,
  bench,
  type Bar,
  type Comparison,
  type Contender,
  type Measured,
  type ProcessTimes,
  type RoundOptions,
} from './bench.ts';
export { messageValue } from './message-values.ts';
export { mutate, mutateBy, mutationKinds } from './mutate.ts';
export { fuzz, FuzzFailure, type FuzzCase, type FuzzOptions } from './fuzz.ts';
export { simulation, type Simulate, type SimulationOptions, type SimulationRun } from './simulation.ts';

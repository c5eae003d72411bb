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
export { mutate, mutateBy, mutationKinds, randomBytes } from './mutate.ts';

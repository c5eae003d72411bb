/**
 * Rejections that nobody awaits, while a world runs: Node would end the process for them, so they end the run.
 *
 * The listeners that others have on the process (a test runner's) stand aside meanwhile, for what is told as the run's failure
 * is not theirs to tell again. Worlds that run at the same time are all told, for nobody can say whose rejection it was.
 */

type Listener = NodeJS.UnhandledRejectionListener;

/** On listeners of worlds, so that one world does not put another's aside. */
const ofWorld = Symbol.for('ottla.sim.LostRejections');

/** Calls `onLost` for each until the returned function is called. */
export function watchLostRejections(onLost: (reason: unknown) => void): () => void {
  const listener: Listener = Object.assign((reason: unknown) => onLost(reason), { [ofWorld]: true });
  const others = process.listeners('unhandledRejection').filter((other) => !(ofWorld in other));
  for (const other of others) process.off('unhandledRejection', other);
  process.on('unhandledRejection', listener);
  return () => {
    process.off('unhandledRejection', listener);
    for (const other of others) process.on('unhandledRejection', other);
  };
}

/** The inner loop of a bench, and what keeps V8 from seeing that nobody wants its result. */

/** Calls the contender `calls` times and returns the nanoseconds that took. */
export type TimedLoop = (calls: number) => number;

/** Holds on to results; a bench process has one, and nothing depends on what is in it. */
const sink = { number: 0, object: null as unknown };

/** Makes a result observable at the cost of a store. */
export function consumeInto(value: unknown): void {
  if (typeof value === 'number') sink.number = (sink.number + value) | 0;
  else sink.object = value;
}

/**
 * A loop of its own for each contender: one shared loop would see many functions at its call site, stop inlining any of
 * them, and charge the first contender for the types of the last.
 */
export function timedLoop(run: () => unknown): TimedLoop {
  // oxlint-disable-next-line no-implied-eval -- fresh source is what gives a loop its own type feedback
  const build = new Function(
    'run',
    'consume',
    'now',
    `return (calls) => {
       const started = now();
       for (let i = 0; i < calls; i++) consume(run());
       return Number(now() - started);
     };`,
  ) as (run: () => unknown, consume: (value: unknown) => void, now: () => bigint) => TimedLoop;
  return build(run, consumeInto, () => process.hrtime.bigint());
}

/** 32-bit FNV-1a of a result, as hex: bytes as they are, anything else by its JSON. */
export function fingerprint(value: unknown): string {
  const bytes = value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value, writeBigInt) ?? 'undefined');
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function writeBigInt(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return fingerprint(value);
  return value;
}

/** The middle sample; of an even count the mean of the middle two. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What happens next in a simulation: a heap of tasks in virtual time, and the only source of turns. */
import { assert } from '../assert.ts';
import type { Prng } from '../prng.ts';
import type { Life } from './life.ts';
import type { Trace } from './trace.ts';
import { watchLostRejections } from './lost-rejections.ts';
import { takeTurns } from './turns.ts';

export interface Task {
  readonly kind: string;
  readonly run: () => void;
  /** Whose turn it is; null for what happens to the world (a partition heals). */
  readonly life: Life | null;
  dueMicros: number;
  /** Chance decides between tasks that are due at the same time. */
  order: number;
  sequence: number;
  isCancelled: boolean;
}

export interface RunLimits {
  /** Stop when this much virtual time has passed since the world began, in milliseconds. */
  readonly untilMs?: number;
  /** Looked at before every event; stop when true. */
  readonly until?: () => boolean;
  /** Stop after this many events of this run. Default 10,000,000. */
  readonly maxEvents?: number;
}

export interface RunOutcome {
  /** Why the run stopped; `idle` when nothing is left that could happen. */
  readonly reason: 'until' | 'time' | 'events' | 'idle';
  /** Of this run. */
  readonly events: number;
}

const EVENTS_MAX = 10_000_000;
/** Cancelled tasks are swept out when they are more than this and more than half of the heap. */
const SWEEP_FROM = 1_024;

export class Scheduler {
  #nowMicros = 0;
  #sequence = 0;
  #cancelled = 0;
  #isRunning = false;
  /** Whose turn it was last; null before the first, or when it was the world's. */
  #lastLife: Life | null = null;
  #heap: Task[] = [];
  readonly #prng: Prng;
  readonly #trace: Trace;

  constructor(prng: Prng, trace: Trace) {
    this.#prng = prng;
    this.#trace = trace;
  }

  /** Virtual microseconds since the world began; whole. */
  get nowMicros(): number {
    return this.#nowMicros;
  }

  /** @param delayMicros at least 0; rounded up. Nothing happens when `life` is over or the task is cancelled by then. */
  schedule(delayMicros: number, life: Life | null, kind: string, run: () => void): Task {
    assert(delayMicros >= 0 && delayMicros < Infinity, `a delay is not negative: ${delayMicros}`);
    const task: Task = {
      kind,
      run,
      life,
      dueMicros: this.#nowMicros + Math.ceil(delayMicros),
      order: this.#prng.uint32(),
      sequence: this.#sequence++,
      isCancelled: false,
    };
    push(this.#heap, task);
    return task;
  }

  cancel(task: Task): void {
    if (task.isCancelled) return;
    task.isCancelled = true;
    // A test that sets and cancels a 30 s timeout a request would otherwise carry them all along.
    if (++this.#cancelled > SWEEP_FROM && this.#cancelled * 2 > this.#heap.length) this.#sweep();
  }

  /** Rejects with whatever a task throws. */
  async run(limits: RunLimits): Promise<RunOutcome> {
    assert(!this.#isRunning, 'a world runs once at a time');
    this.#isRunning = true;
    let lost: Error | null = null;
    // Node tells before the next turn, so the last turn was that of the process that let the promise go.
    const stopWatching = watchLostRejections((reason) => (lost ??= lostRejection(this.#lastLife, reason)));
    const eventsMax = limits.maxEvents ?? EVENTS_MAX;
    let events = 0;
    let reason: RunOutcome['reason'] | null = null;
    try {
      await takeTurns(() => {
        if (lost !== null) throw lost;
        reason = this.#reasonToStop(limits) ?? (events === eventsMax ? 'events' : null);
        if (reason !== null) return false;
        events++;
        this.#step();
        return true;
      });
    } finally {
      stopWatching();
      this.#isRunning = false;
    }
    return { reason: reason ?? 'idle', events };
  }

  #reasonToStop({ until, untilMs }: RunLimits): RunOutcome['reason'] | null {
    if (until?.() === true) return 'until';
    const next = this.#peek();
    if (untilMs !== undefined && (next === undefined || next.dueMicros > untilMs * 1000)) {
      this.#nowMicros = Math.max(this.#nowMicros, Math.round(untilMs * 1000));
      return 'time';
    }
    return next === undefined ? 'idle' : null;
  }

  /** The next task that will happen; those that will not, and those of a process that stands still, are moved away. */
  #peek(): Task | undefined {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined) return undefined;
      const { life } = next;
      if (next.isCancelled) this.#cancelled--;
      else if (life === null || (life.isAlive && life.pausedUntilMicros <= next.dueMicros)) return next;
      pop(this.#heap);
      if (!next.isCancelled && life !== null && life.isAlive) this.#postpone(next, life.pausedUntilMicros);
    }
  }

  /** What became due while a process stood still happens afterwards in the order in which it became due. */
  #postpone(task: Task, untilMicros: number): void {
    task.dueMicros = untilMicros;
    task.order = -1;
    task.sequence = this.#sequence++;
    push(this.#heap, task);
  }

  #step(): void {
    const task = pop(this.#heap);
    // It can no longer be cancelled, and must not be counted as if it lay in the heap.
    task.isCancelled = true;
    this.#nowMicros = task.dueMicros;
    this.#trace.record(task.dueMicros, task.life === null ? 'world' : task.life.name, task.kind);
    this.#lastLife = task.life;
    task.run();
  }

  #sweep(): void {
    const live = this.#heap.filter((task) => !task.isCancelled);
    this.#heap = [];
    for (const task of live) push(this.#heap, task);
    this.#cancelled = 0;
  }
}

function lostRejection(life: Life | null, cause: unknown): Error {
  const who = life === null ? 'the world' : `process ${life.name}`;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Error(`a promise of ${who} was rejected and nobody awaits it: ${why}`, { cause });
}

function isBefore(a: Task, b: Task): boolean {
  if (a.dueMicros !== b.dueMicros) return a.dueMicros < b.dueMicros;
  return a.order === b.order ? a.sequence < b.sequence : a.order < b.order;
}

function push(heap: Task[], task: Task): void {
  let index = heap.length;
  heap.push(task);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(task, heap[parent]!)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = task;
}

/** The heap is not empty. */
function pop(heap: Task[]): Task {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, last)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = last;
  return first;
}

/**
 * Timeouts by the hundred thousand on one clock timer: a hierarchical timing wheel (Varghese and Lauck, SOSP 1987).
 *
 * Time is cut into ticks. A wheel of level L has 32 slots of 32^L ticks; an entry lies in the lowest level that reaches its
 * tick, and moves down ("cascades") when the wheel comes to its slot. Adding and cancelling are O(1), each entry cascades
 * at most once a level, and only slots that hold something cost a wake-up.
 */
import { assert } from './assert.ts';
import type { Clock, Timer } from './io.ts';

const SLOT_COUNT = 32; // as many as a bitmap of one int32 can tell
/** Ticks that one slot of each level spans. The top level reaches 2^35 ticks: a year of milliseconds. */
const SLOT_TICKS = [1, 2 ** 5, 2 ** 10, 2 ** 15, 2 ** 20, 2 ** 25, 2 ** 30] as const;
const SPAN_TICKS = SLOT_COUNT * 2 ** 30;
/** Clocks refuse, or worse fire at once, beyond this (Node's setTimeout). A wheel that waits longer wakes in between. */
const CLOCK_DELAY_MS_MAX = 2 ** 31 - 1;
const NEVER = Number.POSITIVE_INFINITY;

export interface TimerWheelOptions {
  /** Resolution, whole: an entry fires never before its delay is over, and within a tick after. Default 1. */
  readonly tickMs?: number;
}

/**
 * A timeout that its owner may keep and start again as often as it likes, without allocation: the owner is passed to
 * `fire`, so one function serves all entries of a kind and none needs a closure.
 */
export class TimerEntry<Owner = undefined> {
  readonly #owner: Owner;
  readonly #fire: (owner: Owner) => void;
  /** The wheel's own, as are the three below: on which wheel this entry is pending. */
  wheel: TimerWheel | null = null;
  next: TimerNode;
  previous: TimerNode;
  tick = 0;

  constructor(owner: Owner, fire: (owner: Owner) => void) {
    this.#owner = owner;
    this.#fire = fire;
    this.next = this;
    this.previous = this;
  }

  /** True from `schedule` until it fires or is cancelled. False already while it fires. */
  get isPending(): boolean {
    return this.wheel !== null;
  }

  /** Takes it off its wheel in O(1). False when it was not pending: then it fired, or never will. */
  cancel(): boolean {
    if (this.wheel === null) return false;
    this.wheel.cancel(this);
    return true;
  }

  /** For the wheel alone. */
  run(): void {
    this.#fire(this.#owner);
  }
}

/** An entry as the wheel sees it, whoever owns it; also the head of a slot's circular list. */
interface TimerNode {
  wheel: TimerWheel | null;
  next: TimerNode;
  previous: TimerNode;
  tick: number;
  run(): void;
}

/**
 * Fires entries in the order of their ticks; those of one tick in an order that is not promised, but is the same for the
 * same calls. At most one timer of the clock is outstanding, and none while the wheel is empty.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #tickMs: number;
  /** Where tick 0 lies on the monotonic clock. Whole, as ticks are: the arithmetic between ticks and doubles is exact. */
  readonly #originMs: number;
  /** Heads of the slots, level after level. */
  readonly #slots: TimerNode[] = [];
  /** Per level a bit for each slot that may hold entries. A cancelled entry leaves its bit behind, at most for a wake-up. */
  readonly #occupied = new Int32Array(SLOT_TICKS.length);
  /** Entries taken out of their slots, about to fire or to cascade. */
  readonly #due: TimerNode = createHead();
  /** All up to this tick have fired. Every entry in a slot is later. */
  #tick = 0;
  #size = 0;
  #timer: Timer | null = null;
  /** What `#timer` waits for; never after the first occupied slot. */
  #wakeTick = NEVER;
  #isAdvancing = false;
  #isClosed = false;

  constructor(clock: Clock, options: TimerWheelOptions = {}) {
    this.#clock = clock;
    this.#tickMs = options.tickMs ?? 1;
    assert(Number.isSafeInteger(this.#tickMs) && this.#tickMs >= 1, 'a tick lasts whole milliseconds');
    this.#originMs = Math.floor(clock.monotonicMs());
    for (let i = 0; i < SLOT_TICKS.length * SLOT_COUNT; i++) this.#slots.push(createHead());
  }

  /** Entries that will still fire. */
  get size(): number {
    return this.#size;
  }

  /** Calls `fire` once, at least `delayMs` from now and within a tick of that. Never in this call. */
  add(delayMs: number, fire: () => void): TimerEntry {
    const entry = new TimerEntry(undefined, fire);
    this.schedule(entry, delayMs);
    return entry;
  }

  /** As `add`, for an entry that the caller owns; one that is pending on this wheel starts anew. */
  schedule<Owner>(entry: TimerEntry<Owner>, delayMs: number): void {
    assert(!this.#isClosed, 'a closed timer wheel takes no entries');
    assert(delayMs >= 0 && delayMs <= Number.MAX_SAFE_INTEGER, 'a delay is a number of milliseconds from 0 on');
    assert(entry.wheel === null || entry.wheel === this, 'a timer entry is on one wheel at a time');
    const nowMs = this.#clock.monotonicMs();
    if (entry.wheel === null) this.#size++;
    else unlink(entry);
    this.#catchUp(nowMs);
    entry.wheel = this;
    entry.tick = Math.max(this.#tickFor(nowMs + delayMs), this.#tick + 1);
    this.#armFor(this.#place(entry), nowMs);
  }

  /** For `TimerEntry.cancel`. */
  cancel(entry: TimerNode): void {
    assert(entry.wheel === this, 'an entry is cancelled on its own wheel');
    unlink(entry);
    entry.wheel = null;
    this.#size--;
    if (this.#size > 0) return;
    this.#occupied.fill(0);
    this.#disarm();
  }

  /** Drops all entries without firing them, and leaves the clock alone from here on. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const head of [this.#due, ...this.#slots]) {
      for (let node = head.next; node !== head; node = head.next) {
        unlink(node);
        node.wheel = null;
      }
    }
    this.#size = 0;
    this.#occupied.fill(0);
    this.#disarm();
  }

  /** The first tick that is not before this moment of the monotonic clock. */
  #tickFor(deadlineMs: number): number {
    return Math.ceil((deadlineMs - this.#originMs) / this.#tickMs);
  }

  /** The last tick that is not after this moment. */
  #tickAt(nowMs: number): number {
    return Math.floor((nowMs - this.#originMs) / this.#tickMs);
  }

  /** Moves time forward over ticks in which nothing can be due, so that new entries are placed as low as they can be. */
  #catchUp(nowMs: number): void {
    const nowTick = this.#tickAt(nowMs);
    if (nowTick > this.#tick && nowTick < this.#wakeTick && !this.#isAdvancing) this.#tick = nowTick;
  }

  /** Puts an entry into its slot and returns the tick at which that begins. */
  #place(entry: TimerNode): number {
    // What is beyond the span waits in the last slot of the top level, and is placed again from there.
    const ticksAhead = Math.min(entry.tick - this.#tick, SPAN_TICKS - 1);
    let level = 0;
    while (level < SLOT_TICKS.length - 1 && ticksAhead >= SLOT_TICKS[level + 1]!) level++;
    const turn = Math.floor((this.#tick + ticksAhead) / SLOT_TICKS[level]!);
    const slot = turn % SLOT_COUNT;
    this.#occupied[level]! |= 1 << slot;
    append(this.#slots[level * SLOT_COUNT + slot]!, entry);
    return turn * SLOT_TICKS[level]!;
  }

  /** The start of the first slot after `#tick` that may hold entries. */
  #nextSlotTick(): number {
    let earliest = NEVER;
    for (let level = 0; level < SLOT_TICKS.length; level++) {
      const occupied = this.#occupied[level]!;
      if (occupied === 0) continue;
      // Slots are 1 to 32 ahead of where this level is now: the own slot was emptied on arrival, so it means a full turn.
      const ahead = Math.floor(this.#tick / SLOT_TICKS[level]!) + 1;
      const shift = ahead % SLOT_COUNT;
      const turned = (occupied >>> shift) | (occupied << (SLOT_COUNT - shift));
      const first = 31 - Math.clz32(turned & -turned);
      earliest = Math.min(earliest, (ahead + first) * SLOT_TICKS[level]!);
    }
    return earliest;
  }

  #armFor(wakeTick: number, nowMs: number): void {
    if (this.#isAdvancing || wakeTick >= this.#wakeTick) return; // the end of advancing arms by itself
    this.#disarm();
    this.#wakeTick = wakeTick;
    const delayMs = Math.max(0, this.#originMs + wakeTick * this.#tickMs - nowMs);
    this.#timer = this.#clock.after(Math.min(delayMs, CLOCK_DELAY_MS_MAX), () => this.#wake());
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#wakeTick = NEVER;
  }

  #wake(): void {
    this.#timer = null;
    this.#wakeTick = NEVER;
    this.#isAdvancing = true;
    try {
      this.#advance(this.#tickAt(this.#clock.monotonicMs()));
    } finally {
      // Also when an entry threw: the others still fire, those of its tick at once.
      this.#isAdvancing = false;
      const isDrained = this.#due.next === this.#due;
      if (this.#size > 0) this.#armFor(isDrained ? this.#nextSlotTick() : this.#tick, this.#clock.monotonicMs());
    }
  }

  /** From occupied slot to occupied slot, however far that is: a jump of years costs no more than what it makes due. */
  #advance(nowTick: number): void {
    this.#drainDue();
    for (let tick = this.#nextSlotTick(); tick <= nowTick; tick = this.#nextSlotTick()) {
      this.#tick = tick;
      for (let level = 0; level < SLOT_TICKS.length && tick % SLOT_TICKS[level]! === 0; level++) {
        const slot = (tick / SLOT_TICKS[level]!) % SLOT_COUNT;
        this.#occupied[level]! &= ~(1 << slot);
        moveAll(this.#slots[level * SLOT_COUNT + slot]!, this.#due);
      }
      this.#drainDue();
    }
    this.#tick = Math.max(this.#tick, nowTick);
  }

  /** Fires what is due and places the rest anew. NOTE(order): an entry is off the list, and may be rescheduled, as it fires. */
  #drainDue(): void {
    for (let node = this.#due.next; node !== this.#due; node = this.#due.next) {
      unlink(node);
      if (node.tick > this.#tick) {
        this.#place(node);
      } else {
        node.wheel = null;
        this.#size--;
        node.run();
      }
    }
  }
}

function createHead(): TimerNode {
  return new TimerEntry(undefined, () => assert(false, 'the head of a slot never fires'));
}

function append(head: TimerNode, node: TimerNode): void {
  node.next = head;
  node.previous = head.previous;
  head.previous.next = node;
  head.previous = node;
}

function unlink(node: TimerNode): void {
  node.previous.next = node.next;
  node.next.previous = node.previous;
  // A node that its owner keeps must not keep its former neighbours.
  node.next = node;
  node.previous = node;
}

function moveAll(from: TimerNode, to: TimerNode): void {
  if (from.next === from) return;
  from.next.previous = to.previous;
  to.previous.next = from.next;
  from.previous.next = to;
  to.previous = from.previous;
  from.next = from;
  from.previous = from;
}

import { Line } from '../sync/index.js';
import type { Limits, Policy, Verdict } from './policy.js';

/** What a slot admits: a call, or a value of an operator. @internal */
export interface SlotRun {
  /** There is a place for it: it starts, and says `leave` when it has ended. */
  start(): void;
  /** It runs, and another takes its place: it is to end, and says `leave` when it has. */
  cancel(): void;
  /** It waited, and will never start. It is out already. */
  discard(): void;
}

/**
 * Places to run in, one slot for every key: a policy decides who gets them, and this executes.
 *
 *     restart, one place          running {a}          waiting []
 *       b comes: a is cancelled   running {a, leaving} waiting [b]
 *       c comes: b is discarded   running {a, leaving} waiting [c]
 *       a has cleaned up          running {c}          waiting []
 *
 * A slot that is empty is forgotten, so there may be any number of keys in the course of time.
 *
 * @internal
 */
export class Slots {
  readonly #policy: Policy;
  readonly #limits: Limits;
  readonly #slots = new Map<unknown, Slot>();

  constructor(policy: Policy, limits: Limits) {
    this.#policy = policy;
    this.#limits = limits;
  }

  /** How many keys somebody runs or waits for. */
  get size(): number {
    return this.#slots.size;
  }

  admit(run: SlotRun, key?: unknown): Verdict {
    let slot = this.#slots.get(key);
    if (slot === undefined) this.#slots.set(key, (slot = new Slot()));
    const decision = this.#policy(slot, this.#limits);
    if (decision.verdict !== 'admitted') {
      if (slot.empty) this.#slots.delete(key);
      return decision.verdict;
    }
    const cancelled = decision.cancel === 0 ? [] : slot.takeActive(decision.cancel);
    const discarded = decision.discard === 0 ? [] : slot.takeWaiting(decision.discard);
    slot.line.push(run);
    for (const each of discarded) each.discard();
    for (const each of cancelled) each.cancel();
    this.#startWaiting(slot, key);
    return 'admitted';
  }

  /** `run` has ended, or waits no longer. */
  leave(run: SlotRun, key?: unknown): void {
    const slot = this.#slots.get(key);
    if (slot === undefined || !slot.remove(run)) return;
    this.#startWaiting(slot, key);
    if (slot.empty && this.#slots.get(key) === slot) this.#slots.delete(key);
  }

  /** Nobody who waits will start. */
  clear(): void {
    for (const [key, slot] of this.#slots) {
      slot.line.clear();
      if (slot.empty) this.#slots.delete(key);
    }
  }

  #startWaiting(slot: Slot, key: unknown): void {
    while (slot.waiting > 0 && slot.active + slot.leaving < this.#limits.concurrency) {
      if (this.#slots.get(key) !== slot) return;
      slot.startNext();
    }
  }
}

class Slot {
  readonly #active = new Set<SlotRun>();
  readonly #leaving = new Set<SlotRun>();
  readonly line = new Line<SlotRun>();

  get active(): number {
    return this.#active.size;
  }

  get leaving(): number {
    return this.#leaving.size;
  }

  get waiting(): number {
    return this.line.length;
  }

  get empty(): boolean {
    return this.active + this.leaving + this.waiting === 0;
  }

  startNext(): void {
    const run = this.line.shift() as SlotRun;
    this.#active.add(run);
    run.start();
  }

  /** The oldest that run; from now on they are leaving. */
  takeActive(count: number): SlotRun[] {
    const runs = [...this.#active].slice(0, count);
    for (const run of runs) {
      this.#active.delete(run);
      this.#leaving.add(run);
    }
    return runs;
  }

  /** The oldest that wait; they are out. */
  takeWaiting(count: number): SlotRun[] {
    return Array.from({ length: count }, () => this.line.shift() as SlotRun);
  }

  remove(run: SlotRun): boolean {
    return this.#active.delete(run) || this.#leaving.delete(run) || this.line.remove(run);
  }
}

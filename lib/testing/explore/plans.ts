import { type Deviation, deviationText } from './deviation.js';
import type { Policy, Slot } from './exploring-queue.js';
import { laneOf } from './step-names.js';

/** A policy that needs the names of steps. */
export interface Named extends Policy {
  /** Set before the run begins. */
  name: (slot: Slot) => string;
}

/** Chooses as a run before did, and says how that deviates from the usual order. @internal */
export class Recall implements Named {
  name: (slot: Slot) => string = () => '';
  readonly #choices: readonly number[];
  #next = 0;
  readonly #waiting = new Map<Slot, { readonly step: string; later: number }>();
  readonly #deviations: { readonly step: string; later: number }[] = [];

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  get deviations(): Deviation[] {
    return this.#deviations.map(({ step, later }) => ({ step, later }));
  }

  choose(open: readonly Slot[], count: number): number {
    const choice = count === 1 ? 0 : Math.min(this.#choices[this.#next++] ?? 0, count - 1);
    for (let i = 0; i < choice; i++) {
      const slot = open[i] as Slot;
      if (this.#waiting.has(slot)) continue;
      const deviation = { step: this.name(slot), later: 0 };
      this.#waiting.set(slot, deviation);
      this.#deviations.push(deviation);
    }
    this.#waiting.delete(open[choice] as Slot);
    for (const deviation of this.#waiting.values()) deviation.later++;
    return choice;
  }
}

interface Held {
  readonly index: number;
  /** How many others have still to go first. */
  left: number;
  readonly passedBy: string[];
}

/** The usual order but for a list of deviations. What does not fit is left out, and told. @internal */
export class FollowPlan implements Named {
  name: (slot: Slot) => string = () => '';
  readonly #plan: readonly Deviation[];
  readonly #later = new Map<string, number>();
  readonly #earlier = new Map<string, number>();
  readonly #held = new Map<Slot, Held>();
  readonly #applied: { readonly deviation: Deviation; readonly passedBy: readonly string[] }[] = [];
  readonly #met = new Set<number>();
  /** The first deviation that does not fit, and why. */
  misfit: string | undefined;

  constructor(plan: readonly Deviation[]) {
    this.#plan = plan;
    plan.forEach((deviation, i) => ('later' in deviation ? this.#later : this.#earlier).set(deviation.step, i));
  }

  choose(open: readonly Slot[], count: number): number {
    const choice = this.#choose(open, count);
    const slot = open[choice] as Slot;
    const held = this.#held.get(slot);
    if (held !== undefined) this.#release(slot, held);
    if (this.#held.size > 0) {
      const name = this.name(slot);
      for (const other of this.#held.values()) {
        other.left--;
        other.passedBy.push(name);
      }
    }
    return choice;
  }

  /** The deviations that took place, as they did, in order. */
  get deviations(): Deviation[] {
    return this.#applied.map(({ deviation }) => deviation);
  }

  /** By each step that went before at least two others: which ones, as places in `deviations`. */
  get overtakers(): Map<string, number[]> {
    const overtakers = new Map<string, number[]>();
    this.#applied.forEach(({ passedBy }, i) => {
      for (const step of passedBy) overtakers.set(step, [...(overtakers.get(step) ?? []), i]);
    });
    return new Map([...overtakers].filter(([, overtaken]) => overtaken.length > 1));
  }

  /** The run is over: what has not been met by now does not fit. `stepsOf` says how the lane of a step went. */
  end(stepsOf: (lane: string) => string): void {
    this.#plan.forEach(({ step }, i) => {
      if (!this.#met.has(i)) this.#miss(i, `the run had no such step: ${stepsOf(laneOf(step))}`);
    });
  }

  #choose(open: readonly Slot[], count: number): number {
    if (this.#held.size > 0) {
      for (let i = 0; i < count; i++) if (this.#held.get(open[i] as Slot)?.left === 0) return i;
    }
    let usual = -1;
    let before = 0;
    for (let i = 0; i < count; i++) {
      const slot = open[i] as Slot;
      if (this.#held.has(slot)) continue;
      if (usual < 0) {
        if (this.#holds(slot)) continue;
        usual = i;
        if (this.#earlier.size === 0) return i;
        if (this.#earlier.has(this.name(slot))) this.#advance(slot, 0);
      } else if (before > 0 && this.#earlier.has(this.name(slot)) && this.#advance(slot, before)) {
        return i;
      }
      before++;
    }
    return usual < 0 ? 0 : usual; // all are held: the one that waits longest cannot wait any longer
  }

  #holds(slot: Slot): boolean {
    if (this.#later.size === 0) return false;
    const index = this.#later.get(this.name(slot));
    if (index === undefined || this.#met.has(index)) return false;
    this.#met.add(index);
    const { later } = this.#plan[index] as { readonly later: number };
    this.#held.set(slot, { index, left: later, passedBy: [] });
    return true;
  }

  #release(slot: Slot, { index, left, passedBy }: Held): void {
    this.#held.delete(slot);
    const later = passedBy.length;
    if (left > 0) {
      this.#miss(index, `only ${later} could go first: nothing else was ready, or within reach`);
    }
    if (later > 0) this.#applied.push({ deviation: { step: this.name(slot), later }, passedBy });
  }

  /** May it go now, before `before` others? */
  #advance(slot: Slot, before: number): boolean {
    const step = this.name(slot);
    const index = this.#earlier.get(step) as number;
    if (this.#met.has(index)) return false;
    const { earlier } = this.#plan[index] as { readonly earlier: number };
    if (before > earlier) return false;
    this.#met.add(index);
    if (before < earlier) this.#miss(index, `only ${before} were ready to be overtaken`);
    if (before > 0) this.#applied.push({ deviation: { step, earlier: before }, passedBy: [] });
    return true;
  }

  #miss(index: number, why: string): void {
    const { length } = this.#plan;
    this.misfit ??= `deviation ${index + 1} of ${length}, ${deviationText(this.#plan[index] as Deviation)}, does not fit: ${why}`;
  }
}

import type { Policy, Slot } from './exploring-queue.js';

/** A policy that remembers what it chose where there was a choice. @internal */
export interface Recorded extends Policy {
  readonly choices: number[];
}

/** Everything that may run next is as likely. @internal */
export class EvenWalk implements Recorded {
  readonly choices: number[] = [];
  /** How many orders there would be if everybody had as many choices: on average over many walks, how many there are. */
  orders = 1;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  choose(_open: readonly Slot[], count: number): number {
    if (count === 1) return 0;
    const choice = Math.floor(this.#random() * count);
    this.choices.push(choice);
    this.orders *= count;
    return choice;
  }
}

/** Mostly the usual order, with a deviation now and then. @internal */
export class SparseWalk implements Recorded {
  readonly choices: number[] = [];
  readonly #random: () => number;
  readonly #share: number;

  constructor(random: () => number) {
    this.#random = random;
    this.#share = 0.05 + 0.45 * random();
  }

  choose(_open: readonly Slot[], count: number): number {
    if (count === 1) return 0;
    const choice = this.#random() < this.#share ? 1 + Math.floor(this.#random() * (count - 1)) : 0;
    this.choices.push(choice);
    return choice;
  }
}

/** Some tasks are slow, others fast: who has the highest rank goes first, and now and then somebody gets another rank. @internal */
export class RankedWalk implements Recorded {
  readonly choices: number[] = [];
  readonly #random: () => number;
  readonly #ranks = new Map<unknown, number>();

  constructor(random: () => number) {
    this.#random = random;
  }

  choose(open: readonly Slot[], count: number): number {
    if (count === 1) return 0;
    let choice = 0;
    let highest = -1;
    for (let i = 0; i < count; i++) {
      const slot = open[i] as Slot;
      const rank = this.#rank(slot.kind === 'callback' ? 'callback' : slot.entry);
      if (rank > highest) {
        highest = rank;
        choice = i;
      }
    }
    if (this.#random() < 0.1) {
      const slot = open[choice] as Slot;
      this.#ranks.delete(slot.kind === 'callback' ? 'callback' : slot.entry);
    }
    this.choices.push(choice);
    return choice;
  }

  #rank(of: unknown): number {
    let rank = this.#ranks.get(of);
    if (rank === undefined) this.#ranks.set(of, (rank = this.#random()));
    return rank;
  }
}

/**
 * One order after the other, each different from all before: the last choice that has an alternative left takes it.
 *
 *     0 0 0   0 0 1   0 1 0   …   the first is the usual order
 *
 * @internal
 */
export class DepthFirst implements Recorded {
  readonly choices: number[] = [];
  readonly #counts: number[] = [];
  #depth = 0;
  /** The same choices led elsewhere. */
  astray = false;

  choose(_open: readonly Slot[], count: number): number {
    if (count === 1) return 0;
    const depth = this.#depth++;
    if (depth === this.choices.length) {
      this.choices.push(0);
      this.#counts.push(count);
    } else if (this.#counts[depth] !== count) {
      this.astray = true;
      return 0;
    }
    return this.choices[depth] as number;
  }

  /** Goes on to the next order; false if there is none. */
  next(): boolean {
    this.astray ||= this.#depth !== this.choices.length;
    this.#depth = 0;
    for (let last = this.choices.length - 1; last >= 0; last--) {
      const choice = (this.choices[last] as number) + 1;
      if (choice < (this.#counts[last] as number)) {
        this.choices[last] = choice;
        return true;
      }
      this.choices.pop();
      this.#counts.pop();
    }
    return false;
  }
}

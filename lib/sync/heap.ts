import type { Storage } from './storage.js';

/** Negative: `a` goes before `b`; positive: after it; 0: neither. */
export type Compare<T> = (a: T, b: T) => number;

interface Entry<T> {
  readonly item: T;
  /** Order of arrival: equal items leave in it. */
  readonly order: number;
}

/**
 * A binary heap: the smallest item comes out first, of equal ones the one that came first.
 *
 * A comparison may throw, since it is the user's. Both operations therefore compare first and move afterwards: whatever is
 * thrown, no item is lost and none is taken in.
 */
export class Heap<T> implements Storage<T> {
  readonly #entries: Entry<T>[] = [];
  readonly #compare: Compare<T>;
  #arrivals = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#entries.length;
  }

  push(item: T): void {
    const entries = this.#entries;
    const entry = { item, order: this.#arrivals };
    let target = entries.length;
    while (target > 0 && this.#before(entry, entries[parent(target)]!)) target = parent(target);

    let position = entries.length;
    while (position > target) {
      entries[position] = entries[parent(position)]!;
      position = parent(position);
    }
    entries[target] = entry;
    this.#arrivals++;
  }

  take(): T {
    const entries = this.#entries;
    const top = entries[0]!;
    const last = entries[entries.length - 1]!;
    const size = entries.length - 1;
    const path: number[] = []; // of those that move up by one place, from the top down
    for (let child = 1; child < size; child = 2 * child + 1) {
      if (child + 1 < size && this.#before(entries[child + 1]!, entries[child]!)) child++;
      if (!this.#before(entries[child]!, last)) break;
      path.push(child);
    }

    entries.pop();
    if (size > 0) {
      let position = 0;
      for (const child of path) {
        entries[position] = entries[child]!;
        position = child;
      }
      entries[position] = last;
    }
    return top.item;
  }

  #before(a: Entry<T>, b: Entry<T>): boolean {
    const order: unknown = this.#compare(a.item, b.item);
    if (typeof order !== 'number' || Number.isNaN(order)) {
      throw new TypeError(
        `the compare function of a PriorityQueue has to return a number, as for Array.sort, got ${String(order)}; ` +
          'for numbers a and b return a - b',
      );
    }
    return order < 0 || (order === 0 && a.order < b.order);
  }
}

function parent(position: number): number {
  return (position - 1) >> 1;
}

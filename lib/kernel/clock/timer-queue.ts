import type { Runnable } from '../ground/protocol.js';

/** An entry of the timer queue. `order` is the order of scheduling: equal deadlines fire in that order. */
export interface Timer extends Runnable {
  readonly deadline: number;
  order: number;
  /** True while the entry lies in a queue. */
  queued: boolean;
  /** True if it is to be dropped instead of run. */
  readonly dropped: boolean;
}

/**
 * The timers of a loop: a heap by (deadline, order), of four children a node. A timer that is cancelled stays until it
 * reaches the head, or until more than half of a large heap is such: then they are removed at once, so that cancelling is
 * cheap and memory stays bounded.
 *
 * The deadlines lie in an array of their own, side by side: to look at those of a hundred thousand timers, each in its own
 * corner of the memory, would take three times as long.
 *
 * @internal
 */
export class TimerQueue {
  #timers: Timer[] = [];
  #deadlines = new Float64Array(64);
  #order = 0;
  #dropped = 0;

  /** How many timers are still to fire. */
  get size(): number {
    return this.#timers.length - this.#dropped;
  }

  push(timer: Timer): void {
    timer.order = this.#order++;
    timer.queued = true;
    const index = this.#timers.length;
    if (index === this.#deadlines.length) this.#resize(index * 2);
    this.#timers.push(timer);
    this.#up(index, timer);
  }

  /** Tells the queue that `timer`, which lies in it, is dropped from now on. */
  drop(timer: Timer): void {
    if (!timer.queued) return;
    this.#dropped++;
    if (this.#dropped > 64 && this.#dropped * 2 > this.#timers.length) this.#compact();
  }

  /** The first deadline, or undefined. Removes dropped timers at the head. */
  first(): number | undefined {
    for (let head = this.#timers[0]; head !== undefined; head = this.#timers[0]) {
      if (!head.dropped) return this.#deadlines[0];
      this.#dropped--;
      this.#shift();
    }
    return undefined;
  }

  /** The first timer if its deadline is `now` or earlier, removed; else undefined. */
  due(now: number): Timer | undefined {
    const deadline = this.first();
    return deadline !== undefined && deadline <= now ? this.#shift() : undefined;
  }

  #shift(): Timer {
    const timers = this.#timers;
    const head = timers[0] as Timer;
    const last = timers.pop() as Timer;
    if (timers.length > 0) this.#down(0, last);
    head.queued = false;
    return head;
  }

  #compact(): void {
    this.#timers = this.#timers.filter((timer) => {
      if (timer.dropped) timer.queued = false;
      return !timer.dropped;
    });
    this.#dropped = 0;
    const { length } = this.#timers;
    this.#resize(Math.max(64, length * 2));
    for (const [i, timer] of this.#timers.entries()) this.#deadlines[i] = timer.deadline;
    for (let i = (length - 2) >> 2; i >= 0; i--) this.#down(i, this.#timers[i] as Timer);
  }

  #resize(capacity: number): void {
    const deadlines = new Float64Array(capacity);
    deadlines.set(this.#deadlines.subarray(0, Math.min(capacity, this.#timers.length)));
    this.#deadlines = deadlines;
  }

  /** Puts `timer` where `index` is, or above. */
  #up(index: number, timer: Timer): void {
    const timers = this.#timers;
    const deadlines = this.#deadlines;
    const { deadline } = timer;
    while (index > 0) {
      const parent = (index - 1) >> 2;
      // It is the latest: of two equal ones the other comes first.
      if (deadline >= (deadlines[parent] as number)) break;
      deadlines[index] = deadlines[parent] as number;
      timers[index] = timers[parent] as Timer;
      index = parent;
    }
    deadlines[index] = deadline;
    timers[index] = timer;
  }

  /** Puts `timer` where `index` is, or below. */
  #down(index: number, timer: Timer): void {
    const timers = this.#timers;
    const deadlines = this.#deadlines;
    const size = timers.length;
    const { deadline } = timer;
    for (let first = 4 * index + 1; first < size; first = 4 * index + 1) {
      let child = first;
      let least = deadlines[first] as number;
      for (let other = first + 1; other < size && other < first + 4; other++) {
        const at = deadlines[other] as number;
        if (at < least || (at === least && this.#isBefore(other, child))) {
          child = other;
          least = at;
        }
      }
      if (least > deadline || (least === deadline && timer.order < (timers[child] as Timer).order)) break;
      deadlines[index] = least;
      timers[index] = timers[child] as Timer;
      index = child;
    }
    deadlines[index] = deadline;
    timers[index] = timer;
  }

  #isBefore(a: number, b: number): boolean {
    return (this.#timers[a] as Timer).order < (this.#timers[b] as Timer).order;
  }
}

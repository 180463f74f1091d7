import type { Runnable } from './protocol.js';

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
 * The timers of a loop: a binary heap by (deadline, order). A timer that is cancelled stays until it reaches the head,
 * or until more than half of a large heap is such: then they are removed at once, so that cancelling is cheap and
 * memory stays bounded.
 *
 * @internal
 */
export class TimerQueue {
  #heap: Timer[] = [];
  #order = 0;
  #dropped = 0;

  /** How many timers are still to fire. */
  get size(): number {
    return this.#heap.length - this.#dropped;
  }

  push(timer: Timer): void {
    timer.order = this.#order++;
    timer.queued = true;
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
  }

  /** Tells the queue that `timer`, which lies in it, is dropped from now on. */
  drop(timer: Timer): void {
    if (!timer.queued) return;
    this.#dropped++;
    if (this.#dropped > 64 && this.#dropped * 2 > this.#heap.length) this.#compact();
  }

  /** The first deadline, or undefined. Removes dropped timers at the head. */
  first(): number | undefined {
    for (let head = this.#heap[0]; head !== undefined; head = this.#heap[0]) {
      if (!head.dropped) return head.deadline;
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
    const heap = this.#heap;
    const head = heap[0] as Timer;
    const last = heap.pop() as Timer;
    if (heap.length > 0) {
      heap[0] = last;
      this.#down(0);
    }
    head.queued = false;
    return head;
  }

  #compact(): void {
    this.#heap = this.#heap.filter((timer) => {
      if (timer.dropped) timer.queued = false;
      return !timer.dropped;
    });
    this.#dropped = 0;
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#down(i);
  }

  #up(index: number): void {
    const heap = this.#heap;
    const timer = heap[index] as Timer;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Timer;
      if (!before(timer, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = timer;
  }

  #down(index: number): void {
    const heap = this.#heap;
    const timer = heap[index] as Timer;
    const size = heap.length;
    for (let child = 2 * index + 1; child < size; child = 2 * index + 1) {
      if (child + 1 < size && before(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      const below = heap[child] as Timer;
      if (!before(below, timer)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = timer;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}

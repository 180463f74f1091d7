import { assertFunction } from '../kernel/index.js';
import { Heap } from './heap.js';
import { naturalOrder, assertOrder } from './natural-order.js';
import { Queue } from './queue.js';

/**
 * A queue that gives the smallest item first, and of equal ones the one that was put first.
 *
 * ```text
 * --put(2)--put(3)--put(1)--get(): 1--get(): 2--get(): 3--
 * ```
 *
 * Without a `compare` function the items are numbers, strings, dates, or whatever `<` orders, or arrays, which compare
 * element by element as tuples do in Python: `[priority, job]` is the usual item. Elements that have no order, such as the
 * job, count as equal, so that jobs of one priority come in the order in which they were put. (CPython's heap leaves that
 * order open, and compares the jobs.)
 *
 * In everything else it is a {@link Queue}, **Cancellation** included.
 *
 * **Errors:** those of {@link Queue}. `TypeError` when an item without an order is put and there is no `compare` (an object, `NaN`,
 * `undefined`, an array that begins with one of them), and when `compare` does not give a number; what `compare` throws. The queue
 * is then as it was before.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from 'rxtasks';
 *
 * const jobs = new PriorityQueue<[priority: number, job: string]>();
 * jobs.putNowait([2, 'sweep']);
 * jobs.putNowait([1, 'put out the fire']);
 * console.log(jobs.getNowait()); // [ 1, 'put out the fire' ]
 *
 * const longest = new PriorityQueue<string>(0, (a, b) => b.length - a.length);
 * longest.putNowait('ox');
 * longest.putNowait('giraffe');
 * console.log(longest.getNowait()); // giraffe
 * ```
 *
 * asyncio: `asyncio.PriorityQueue`.
 */
export class PriorityQueue<T> extends Queue<T> {
  /**
   * @param maxsize how many items it holds before `put` waits; 0 or less: any number
   * @param compare negative if `a` goes before `b`, positive if after it, 0 if they are equal, as for `Array.sort`
   */
  constructor(maxsize = 0, compare?: (a: T, b: T) => number) {
    const cure = 'pass one, as in (a, b) => a.priority - b.priority';
    if (compare !== undefined) assertFunction('new PriorityQueue(maxsize, compare)', 'a function', compare, cure);
    super(maxsize, compare ? new Heap(compare) : new NaturalHeap<T>());
  }

  override toString(): string {
    return this.describe('PriorityQueue');
  }
}

/** A heap that takes only what has an order by itself. */
class NaturalHeap<T> extends Heap<T> {
  constructor() {
    super(naturalOrder);
  }

  check(item: T): void {
    assertOrder(item);
  }

  override push(item: T): void {
    this.check(item);
    super.push(item);
  }
}

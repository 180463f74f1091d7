import { Queue } from './queue.js';
import type { Storage } from './storage.js';

/**
 * A queue that gives the item that was put last.
 *
 * ```text
 * --put(a)--put(b)--get(): b--get(): a--
 * ```
 *
 * In everything else it is a {@link Queue}, **Cancellation** and **Errors** included.
 *
 * @example
 * ```ts
 * import { LifoQueue } from 'rxtasks';
 *
 * const visited = new LifoQueue<string>();
 * visited.putNowait('first page');
 * visited.putNowait('second page');
 * console.log(visited.getNowait()); // second page
 * ```
 *
 * asyncio: `asyncio.LifoQueue`.
 */
export class LifoQueue<T> extends Queue<T> {
  /**
   * @param maxsize how many items it holds before `put` waits; 0 or less: any number
   */
  constructor(maxsize = 0) {
    super(maxsize, new Stack<T>());
  }

  override toString(): string {
    return this.describe('LifoQueue');
  }
}

class Stack<T> implements Storage<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  take(): T {
    return this.#items.pop() as T;
  }
}

import { Coroutine, RESOLVE, atOnce, cancelledError, passAwait, type Resume } from '../kernel/index.js';
import { LINE_UP_TO_GET, STOP_GETTING, type Gettable } from './get.js';
import type { Waiter } from './waiters.js';

/**
 * `for await (const item of queue)`: takes an item each time that it is asked, and is over when the queue is shut down and
 * empty, or when it was left.
 *
 * It does not say that it is an AsyncIterator: of that one TypeScript believes that `for await` waits for each value, here
 * maybe a task.
 *
 * @internal
 */
export class QueueIterator<T> {
  readonly #queue: Gettable<T>;
  /** Where it waits: it may be asked more than once at a time. */
  readonly #waiters = new Set<Waiter>();
  #left = false;

  constructor(queue: Gettable<T>) {
    this.#queue = queue;
  }

  // An item is boxed all the way: a promise that is resolved with a task would wait for it.

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#left || this.#queue.empty()) return new Coroutine('next', this.#next, [], this).then();
    const request = passAwait();
    return request === null ? Promise.resolve(this.#take()) : Promise.reject(cancelledError(request));
  }

  /** Whoever still waits in `next()` takes nothing. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#left = true;
    for (const waiter of this.#waiters) if (!waiter.done()) waiter[RESOLVE]();
    return atOnce(OVER);
  }

  *#next(): Generator<void, IteratorResult<T, undefined>, Resume> {
    const queue = this.#queue;
    while (!this.#left) {
      if (!queue.empty()) return this.#take();
      const waiter = queue[LINE_UP_TO_GET]();
      if (waiter === null) break;
      yield* this.#wait(waiter);
    }
    return OVER;
  }

  *#wait(waiter: Waiter): Generator<void, void, Resume> {
    let goesOn = false;
    this.#waiters.add(waiter);
    try {
      yield* waiter;
      goesOn = !this.#left;
    } finally {
      this.#waiters.delete(waiter);
      if (!goesOn) this.#queue[STOP_GETTING](waiter);
    }
  }

  #take(): IteratorYieldResult<T> {
    return { done: false, value: this.#queue.getNowait() };
  }
}

const OVER: IteratorReturnResult<undefined> = { done: true, value: undefined };

import { QueueEmpty, QueueFull, QueueShutDown } from '../errors/index.js';
import { Coroutine, Deque, RESOLVE, type Resume, assertNumber, keepExemplars } from '../kernel/index.js';
import { Attempt, Operation, ran } from './attempt.js';
import { Event } from './event.js';
import { Get, LINE_UP_TO_GET, STOP_GETTING, type Gettable } from './get.js';
import { Primitive } from './primitive.js';
import { QueueIterator } from './queue-iterator.js';
import type { Storage } from './storage.js';
import { Waiters, type Waiter } from './waiters.js';

const LINE_UP_TO_PUT: unique symbol = Symbol('rxtasks.lineUpToPut');
const STOP_PUTTING: unique symbol = Symbol('rxtasks.stopPutting');

/**
 * Items on their way from those who put to those who get, first in, first out. With a maximum size, producers wait for
 * consumers (backpressure).
 *
 * ```text
 * new Queue(1)
 * producer: --put(a)--put(b)........----put(c)....
 * consumer: ----------------get(): a--------get(): b--
 * ```
 *
 * Each item counts as unfinished from `put` until somebody says `taskDone()`, once for each item got; `join()` waits until
 * nothing is unfinished. `shutdown()` ends a queue: producers and consumers that wait get {@link QueueShutDown}.
 *
 * `for await (const item of queue)` takes items until the queue is shut down and empty; in coroutines that is `get()` until it
 * throws {@link QueueShutDown}.
 *
 * Being woken reserves nothing: a consumer that comes in between may take the item first, and the woken one goes on
 * waiting.
 *
 * **Cancellation:** a task that is cancelled in `get()` has taken nothing, one that is cancelled in `put()` has put nothing; if
 * it had been woken already, the next one is woken. Leaving a `for await` takes nothing; cancelled while it waits it throws the
 * CancelledError.
 *
 * **Errors:** {@link QueueEmpty} and {@link QueueFull} from the forms that do not wait, {@link QueueShutDown} after
 * `shutdown()`, `RangeError` from one `taskDone()` too many. {@link RuntimeError} when tasks of two event loops wait for one queue.
 *
 * @example
 * ```ts
 * import { Queue, coroutine, createTask, run, sleep } from 'rxtasks';
 *
 * const main = coroutine(function* () {
 *   const jobs = new Queue<string>(2);
 *   const worker = createTask(function* () {
 *     for (;;) {
 *       const job = yield* jobs.get();
 *       yield* sleep(10);
 *       console.log(`${job} done`); // a done, then b done, then c done
 *       jobs.taskDone();
 *     }
 *   });
 *   for (const job of ['a', 'b', 'c']) yield* jobs.put(job);
 *   yield* jobs.join();
 *   worker.cancel();
 * });
 * await run(main());
 * ```
 *
 * @see {@link PriorityQueue}, {@link LifoQueue} for another order.
 *
 * asyncio: `asyncio.Queue`.
 */
export class Queue<T> extends Primitive implements Gettable<T> {
  readonly #maxsize: number;
  readonly #items: Storage<T>;
  readonly #getters = new Waiters();
  readonly #putters = new Waiters();
  readonly #finished = new Event();
  #unfinished = 0;
  #shutdown = false;

  /**
   * @param maxsize how many items it holds before `put` waits; 0 or less: any number
   */
  constructor(maxsize?: number);
  /** @internal */
  constructor(maxsize?: number, items?: Storage<T>);
  constructor(maxsize = 0, items: Storage<T> = new Deque<T>()) {
    super();
    const cure = 'pass the number of items it may hold, 0 for any number';
    assertNumber('new Queue(maxsize)', 'a number', maxsize, cure);
    this.#maxsize = maxsize;
    this.#items = items;
    this.#finished.set();
  }

  /** How many items it may hold; 0 or less: any number. */
  get maxsize(): number {
    return this.#maxsize;
  }

  /**
   * How many items it holds.
   *
   * asyncio: `Queue.qsize()`.
   */
  qsize(): number {
    return this.#items.size;
  }

  /** Does it hold no item? */
  empty(): boolean {
    return this.#items.size === 0;
  }

  /** Does it hold as many items as it may? Never, without a maximum size. */
  full(): boolean {
    return this.#maxsize > 0 && this.#items.size >= this.#maxsize;
  }

  /**
   * Puts an item, after waiting for room if there is none.
   *
   * **Cancellation:** nothing is put.
   *
   * **Errors:** {@link QueueShutDown} if the queue is shut down, before or meanwhile.
   *
   * asyncio: `Queue.put(item)`.
   */
  put(item: T): Coroutine<void> {
    this.#items.check?.(item);
    return new Put(this, item);
  }

  /**
   * Puts an item, now.
   *
   * **Errors:** {@link QueueFull} if there is no room, {@link QueueShutDown} if the queue is shut down.
   *
   * asyncio: `Queue.put_nowait(item)`.
   */
  putNowait(item: T): void {
    if (this.#shutdown) throw new QueueShutDown('Queue.put(): the queue was shut down, it takes no more items');
    if (this.full()) {
      throw new QueueFull(
        `Queue.putNowait(): the queue is full, it holds ${this.qsize()} of ${this.#maxsize} items; wait for room with put()`,
      );
    }
    this.#items.push(item);
    this.#unfinished++;
    this.#finished.clear();
    wakeNext(this.#getters);
  }

  /**
   * Takes an item, after waiting for one if there is none.
   *
   * **Cancellation:** nothing is taken.
   *
   * **Errors:** {@link QueueShutDown} if the queue is empty and shut down, before or meanwhile.
   *
   * asyncio: `Queue.get()`.
   */
  get(): Coroutine<T> {
    return new Get(this);
  }

  /**
   * Takes items, each when it is asked for, until the queue is shut down and empty: `for await (const item of queue)`.
   *
   * **Cancellation:** as `get()`. Leaving the loop takes nothing more.
   *
   * asyncio has none: there it is `get()`, until `QueueShutDown`.
   */
  [Symbol.asyncIterator](): QueueIterator<T> {
    return new QueueIterator<T>(this);
  }

  /**
   * Takes an item, now.
   *
   * **Errors:** {@link QueueEmpty} if there is none, {@link QueueShutDown} if there is none and the queue is shut down.
   *
   * asyncio: `Queue.get_nowait()`.
   */
  getNowait(): T {
    if (this.empty()) {
      if (this.#shutdown) throw new QueueShutDown('Queue.get(): the queue was shut down, and it holds no more items');
      throw new QueueEmpty('Queue.getNowait(): the queue is empty; wait for an item with get()');
    }
    const item = this.#items.take();
    wakeNext(this.#putters);
    return item;
  }

  /**
   * Says that the work for an item that was got is done. To be called once for each item, however its work ended.
   *
   * **Errors:** `RangeError` if it was called for every item already.
   *
   * asyncio: `Queue.task_done()`, with a `ValueError`.
   */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new RangeError(
        'Queue.taskDone(): expected an unfinished item, and every item that was put is done; call it once for each item got',
      );
    }
    this.#unfinished--;
    if (this.#unfinished === 0) this.#finished.set();
  }

  /**
   * Waits until every item that was put has been got and marked by `taskDone()`; does not wait if that is so.
   *
   * **Cancellation:** leaves; the items are not touched.
   *
   * asyncio: `Queue.join()`.
   */
  join(): Coroutine<void> {
    return new Coroutine<void>('join', this.#join, [], this);
  }

  /**
   * Ends the queue: nothing can be put any more, and who waits in `put()` gets {@link QueueShutDown}. What it holds can still
   * be got; then, or at once if it holds nothing, `get()` throws {@link QueueShutDown} too.
   *
   * @param immediate drop the items that are left, as if they were got and done
   *
   * asyncio: `Queue.shutdown(immediate=False)`.
   */
  shutdown(immediate = false): void {
    this.#shutdown = true;
    if (immediate) {
      while (!this.empty()) {
        this.#items.take();
        if (this.#unfinished > 0) this.#unfinished--;
      }
      if (this.#unfinished === 0) this.#finished.set();
    }
    while (wakeNext(this.#getters));
    while (wakeNext(this.#putters));
  }

  /** `<Queue maxsize=2 size=2 putters=1 unfinished=3>`, `<Queue maxsize=0 size=0 getters=1 shutdown>`. */
  toString(): string {
    return this.describe('Queue');
  }

  /** @internal */
  protected describe(name: string): string {
    const parts = [`<${name} maxsize=${this.#maxsize} size=${this.qsize()}`];
    if (this.#getters.size > 0) parts.push(`getters=${this.#getters.size}`);
    if (this.#putters.size > 0) parts.push(`putters=${this.#putters.size}`);
    if (this.#unfinished > 0) parts.push(`unfinished=${this.#unfinished}`);
    if (this.#shutdown) parts.push('shutdown');
    return `${parts.join(' ')}>`;
  }

  /** Lines up to put. @internal */
  [LINE_UP_TO_PUT](): Waiter {
    if (this.#shutdown) throw new QueueShutDown('Queue.put(): the queue was shut down, it takes no more items');
    return this.#putters.add(this.newWaiter());
  }

  /** @internal */
  [STOP_PUTTING](waiter: Waiter): void {
    if (forgo(this.#putters, waiter) && !this.full()) wakeNext(this.#putters);
  }

  /** Lines up to get. @internal */
  [LINE_UP_TO_GET](): Waiter | null {
    return this.#shutdown ? null : this.#getters.add(this.newWaiter());
  }

  /** @internal */
  [STOP_GETTING](waiter: Waiter): void {
    if (forgo(this.#getters, waiter) && !this.empty()) wakeNext(this.#getters);
  }

  *#join(): Generator<void, void, Resume> {
    if (this.#unfinished > 0) yield* this.#finished.wait();
  }
}

/** What `put(item)` gives. */
class Put<T> extends Operation<void> {
  readonly #queue: Queue<T>;
  readonly #item: T;

  constructor(queue: Queue<T>, item: T) {
    super('put');
    this.#queue = queue;
    this.#item = item;
  }

  protected override attempt(): Attempt<void> {
    return new Putting(this.#queue, this.#item);
  }
}

class Putting<T> extends Attempt<void> {
  readonly #queue: Queue<T>;
  readonly #item: T;

  constructor(queue: Queue<T>, item: T) {
    super();
    this.#queue = queue;
    this.#item = item;
  }

  protected override begin(): void {
    if (this.#queue.full()) this.waitFor(this.#queue[LINE_UP_TO_PUT]());
    else this.end(this.#queue.putNowait(this.#item));
  }

  protected override woken(): void {
    this.begin(); // somebody may have come first
  }

  protected override left(waiter: Waiter): void {
    this.#queue[STOP_PUTTING](waiter);
  }
}

/** Leaves the list without having gone on; true if it had been woken, so that it is for another to go on. */
function forgo(waiters: Waiters, waiter: Waiter): boolean {
  waiter.cancel();
  waiters.remove(waiter);
  return !waiter.cancelled();
}

/** Takes the first one that still waits out of the list and wakes it; false if there is none. */
function wakeNext(waiters: Waiters): boolean {
  const waiter = waiters.shiftPending();
  waiter?.[RESOLVE]();
  return waiter !== undefined;
}

keepExemplars(() => {
  const queue = new Queue<number>();
  return [queue, ran(new Put(queue, 0)), ran(new Get(queue))];
});

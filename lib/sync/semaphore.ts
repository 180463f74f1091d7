import { RESOLVE, type Body, type Coroutine, assertNumber, keepExemplars, refusal } from '../kernel/index.js';
import { Acquire, FORGO, GUARD, TAKE, TAKE_TURN, type Acquirable } from './acquire.js';
import { ran } from './attempt.js';
import { ENTER_BLOCK, EXIT_BLOCK, exclusively, type BlockGuard } from './exclusive.js';
import type { Guard } from './guard.js';
import { Primitive } from './primitive.js';
import { Waiters, type Waiter } from './waiters.js';

/**
 * A number of permits: as many tasks at once as there are permits, the others wait their turn.
 *
 * ```text
 * new Semaphore(2)
 * a: --acquire====work====release---------
 * b: --acquire======work======release-----
 * c: --acquire....waits...====work====----
 * ```
 *
 * `acquire()` takes a permit and waits while there is none; `release()` gives one. Permits are handed over in the order in
 * which tasks asked, at the moment of the release: a task that releases and acquires again goes to the back. Anybody
 * may release, also more often than was acquired; where that would be a mistake, use {@link BoundedSemaphore}.
 *
 * **Cancellation:** a task that is cancelled while it waits leaves the queue; a permit that had been handed to it goes to
 * the next one.
 *
 * **Errors:** `RangeError` if `value` is negative or no whole number, `TypeError` if it is no number.
 * {@link RuntimeError} when tasks of two event loops wait for one semaphore.
 *
 * @example
 * ```ts
 * import { Semaphore, coroutine, gather, run, sleep } from 'rxtasks';
 *
 * const permits = new Semaphore(2);
 * const download = coroutine(function* (file: string) {
 *   using _permit = yield* permits.acquire();
 *   yield* sleep(10); // at most two are here
 *   return file;
 * });
 * const main = coroutine(function* () {
 *   console.log(yield* gather(['a', 'b', 'c'].map(download))); // [ 'a', 'b', 'c' ]
 * });
 * await run(main());
 * ```
 *
 * @see {@link Lock} for a single permit.
 *
 * asyncio: `asyncio.Semaphore`.
 */
export class Semaphore extends Primitive implements Acquirable {
  readonly #waiters = new Waiters();
  #value: number;

  /**
   * @param value the number of permits at the start, at least 0; `Infinity` if nobody shall wait
   */
  constructor(value = 1) {
    super();
    const cure = 'pass the number of tasks that may hold it at once';
    assertNumber('new Semaphore(value)', 'a whole number, at least 0', value, cure);
    if (value < 0 || (!Number.isInteger(value) && value !== Infinity)) {
      throw new RangeError(refusal('new Semaphore(value)', 'a whole number, at least 0', value, cure));
    }
    this.#value = value;
  }

  /**
   * Would `acquire()` have to wait? So it is if no permit is left, or if others are in the queue.
   *
   * asyncio: `Semaphore.locked()`.
   */
  locked(): boolean {
    return this.#value === 0 || !this.#waiters.allCancelled();
  }

  /**
   * Waits for a permit and takes it. Resumes with a guard: `using permit = yield* semaphore.acquire()` gives the permit back
   * at the end of the block.
   *
   * **Cancellation:** leaves the queue without a permit.
   *
   * asyncio: `Semaphore.acquire()`, which gives true.
   */
  acquire(): Coroutine<Guard> {
    return new Acquire(this);
  }

  /**
   * Gives a permit: to the first task in the queue, if there is one.
   *
   * asyncio: `Semaphore.release()`.
   */
  release(): void {
    this.#value++;
    this.#wakeNext();
  }

  /**
   * Runs `body` while it holds a permit, resumes with its result, and gives the permit back however the body ends. The body
   * is a generator function, which runs inside the waiting task, an async function, or a function that returns an
   * Observable.
   *
   * **Cancellation:** while it waits, `body` never runs; later it is the body that is cancelled, and the permit is given
   * back after its clean-up.
   *
   * **Errors:** those of the body; `TypeError` if `body` is no function.
   *
   * asyncio: `async with semaphore:`.
   */
  runExclusive<T>(body: Body<void, T>): Coroutine<T> {
    return exclusively('Semaphore.runExclusive(body)', this, body);
  }

  /** `<Semaphore unlocked value=1>`, `<Semaphore locked waiters=2>`. */
  toString(): string {
    return this.describe('Semaphore', this.#value);
  }

  /** @internal */
  protected describe(name: string, value: number): string {
    const waiters = this.#waiters.size === 0 ? '' : ` waiters=${this.#waiters.size}`;
    return `<${name} ${this.locked() ? 'locked' : `unlocked value=${value}`}${waiters}>`;
  }

  /**
   * How many permits are left.
   *
   * @internal
   */
  protected get value(): number {
    return this.#value;
  }

  /** @internal */
  [TAKE](): Waiter | null {
    if (this.locked()) return this.#waiters.add(this.newWaiter());
    this.#value--;
    return null;
  }

  /** @internal */
  [TAKE_TURN](waiter: Waiter): void {
    this.#waiters.remove(waiter);
    this.#wakeOthers();
  }

  /** @internal */
  [FORGO](waiter: Waiter): void {
    this.#waiters.remove(waiter);
    // Chosen, but it could not go on: the permit goes back.
    if (waiter.done() && !waiter.cancelled()) this.#value++;
    this.#wakeOthers();
  }

  /** @internal */
  [GUARD](): BlockGuard {
    return new Permit(this);
  }

  /** For permits that came while the one who left was the reason why others had to queue. */
  #wakeOthers(): void {
    while (this.#value > 0 && this.#wakeNext());
  }

  /** Hands a permit to the first one that waits; false if there is none. */
  #wakeNext(): boolean {
    const waiter = this.#waiters.firstPending();
    if (!waiter) return false;
    this.#value--;
    waiter[RESOLVE]();
    return true;
  }
}

/** Gives back one permit, once. */
class Permit implements BlockGuard {
  readonly #semaphore: Semaphore;
  #released = false;

  constructor(semaphore: Semaphore) {
    this.#semaphore = semaphore;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#semaphore.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal */
  [ENTER_BLOCK](): void {}

  /** Permits are all alike: whoever gave one back in the body gave one back too many. @internal */
  [EXIT_BLOCK](): void {
    this.release();
  }
}

keepExemplars(() => {
  const semaphore = new Semaphore();
  return [semaphore, ran(new Acquire(semaphore))];
});

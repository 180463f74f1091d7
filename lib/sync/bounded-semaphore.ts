import { Semaphore } from './semaphore.js';

/**
 * A semaphore that finds the release that is one too many: it never holds more permits than at the start.
 *
 * ```text
 * new BoundedSemaphore(1)
 * a: --acquire====work====release-----release: RangeError
 * ```
 *
 * Use it wherever permits stand for something that exists a fixed number of times, such as connections.
 *
 * **Cancellation:** as {@link Semaphore}.
 *
 * **Errors:** `RangeError` from `release()` when nothing was acquired.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore, coroutine, run } from 'rxtasks';
 *
 * const main = coroutine(function* () {
 *   const connections = new BoundedSemaphore(1);
 *   yield* connections.acquire();
 *   connections.release();
 *   try {
 *     connections.release();
 *   } catch (error) {
 *     console.log((error as Error).name); // RangeError
 *   }
 * });
 * await run(main());
 * ```
 *
 * @see {@link Semaphore} where permits may be made by releasing, as a signal.
 *
 * asyncio: `asyncio.BoundedSemaphore`.
 */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  /**
   * @param value the number of permits, at least 0; with `Infinity` there is no release too many
   */
  constructor(value = 1) {
    super(value);
    this.#bound = value;
  }

  /**
   * Gives a permit: to the first task in the queue, if there is one.
   *
   * **Errors:** `RangeError` if all permits are there already.
   *
   * asyncio: `BoundedSemaphore.release()`, with a `ValueError`.
   */
  override release(): void {
    if (this.value >= this.#bound && this.#bound !== Infinity) {
      throw new RangeError(
        `BoundedSemaphore.release(): expected that a permit is out, and all ${this.#bound} are back; release once per ` +
          'acquire(), or leave it to `using permit = yield* semaphore.acquire()` or semaphore.runExclusive(body)',
      );
    }
    super.release();
  }

  /** `<BoundedSemaphore unlocked value=1>`, `<BoundedSemaphore locked waiters=2>`. */
  override toString(): string {
    return this.describe('BoundedSemaphore', this.value);
  }
}

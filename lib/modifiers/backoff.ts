import { assertAtLeast, assertFunction, assertTime, refusal } from '../kernel/index.js';

/** A failed attempt, as a backoff sees it. */
export interface FailedAttempt {
  /** How many attempts there were: 1 after the first. */
  readonly attempt: number;
  /** What the attempt failed with. */
  readonly error: unknown;
  /** Milliseconds since the first attempt started, by the clock of the loop. */
  readonly elapsed: number;
}

/**
 * How long to wait after which failure before the next attempt, and when to give up. A value that is made once and used
 * anywhere; each method gives a new one, which does its part to what it was called on, in the order written.
 *
 * ```
 * Backoff.exponential(100).maxDelay(500).maxAttempts(6)
 *   attempt   1    2     3     4     5     6
 *   waits     100   200   400   500   500   gives up
 * ```
 *
 * ```ts
 * import { Backoff } from 'rxtasks';
 *
 * const backoff = Backoff.exponential(100).maxDelay(500).maxAttempts(6);
 * const delays = [1, 2, 3, 4, 5, 6].map((attempt) => backoff.delay({ attempt, error: new Error(), elapsed: 0 }));
 * console.log(delays); // [ 100, 200, 400, 500, 500, null ]
 * ```
 *
 * @see {@link withRetry}
 *
 * Python: `tenacity`'s `wait` and `stop`. RxJS: the `delay` function of `retry`.
 */
export class Backoff {
  readonly #delay: (failure: FailedAttempt) => number | null;

  private constructor(delay: (failure: FailedAttempt) => number | null) {
    this.#delay = delay;
  }

  /**
   * Any rule: milliseconds, or null to give up.
   *
   * **Errors:** TypeError if `delay` is no function.
   */
  static from(delay: (failure: FailedAttempt) => number | null): Backoff {
    assertFunction('Backoff.from(delay)', 'a function', delay);
    return new Backoff(delay);
  }

  /** Always the same time. **Errors:** TypeError or RangeError for what is no time. */
  static constant(ms: number): Backoff {
    assertTime('Backoff.constant(ms)', 'ms', ms);
    return new Backoff(() => ms);
  }

  /**
   * `first` after the first failure, and `factor` times as long after each further one.
   *
   * **Errors:** TypeError or RangeError for what is no time, RangeError for a factor below 1.
   */
  static exponential(first: number, factor = 2): Backoff {
    assertTime('Backoff.exponential(first)', 'first', first);
    assertAtLeast('Backoff.exponential(first, factor)', 1, factor);
    // Nothing stays nothing, also after so many attempts that the factor has become infinite.
    return new Backoff(({ attempt }) => (first === 0 ? 0 : first * factor ** (attempt - 1)));
  }

  /** Waits for `ms` at most. **Errors:** TypeError or RangeError for what is no time. */
  maxDelay(ms: number): Backoff {
    assertTime('Backoff.maxDelay(ms)', 'ms', ms);
    return this.#map((delay) => Math.min(delay, ms));
  }

  /**
   * Waits for a random time instead, so that many who failed together do not come back together: between the delay and
   * 1 - `part` of it.
   *
   * @param part 1: anything between nothing and the delay; 0.5: at least half of it
   * @param random gives numbers from 0 up to 1
   *
   * **Errors:** RangeError for a part that is not between 0 and 1, TypeError if `random` is no function.
   */
  jitter(part = 1, random: () => number = Math.random): Backoff {
    if (!(part >= 0 && part <= 1)) {
      throw new RangeError(refusal('Backoff.jitter(part)', 'a number between 0 and 1', part));
    }
    assertFunction('Backoff.jitter(part, random)', 'a function', random);
    return this.#map((delay) => delay * (1 - part * random()));
  }

  /** Gives up after `count` attempts, the first one included. **Errors:** RangeError for a count below 1. */
  maxAttempts(count: number): Backoff {
    assertAtLeast('Backoff.maxAttempts(count)', 1, count);
    return this.#map((delay, { attempt }) => (attempt < count ? delay : null));
  }

  /**
   * Gives up where the next attempt would start later than `ms` after the first one.
   *
   * **Errors:** TypeError or RangeError for what is no time.
   */
  maxElapsed(ms: number): Backoff {
    assertTime('Backoff.maxElapsed(ms)', 'ms', ms);
    return this.#map((delay, { elapsed }) => (elapsed + delay <= ms ? delay : null));
  }

  /**
   * Gives up on errors that `isTransient` does not know. **Errors:** TypeError if it is no function; what it throws takes the
   * place of the failure.
   */
  when(isTransient: (error: unknown) => boolean): Backoff {
    assertFunction('Backoff.when(isTransient)', 'a function', isTransient);
    return this.#map((delay, { error }) => (isTransient(error) ? delay : null));
  }

  /** Milliseconds to wait after a failure, or null: give up. */
  delay(failure: FailedAttempt): number | null {
    return this.#delay(failure);
  }

  #map(change: (delay: number, failure: FailedAttempt) => number | null): Backoff {
    return new Backoff((failure) => {
      const delay = this.#delay(failure);
      return delay === null ? null : change(delay, failure);
    });
  }
}

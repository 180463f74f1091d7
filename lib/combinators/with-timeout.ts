import { type Body, Coroutine, type Resume, assertBody, assertLimit } from '../kernel/index.js';
import { Timeout } from './timeout.js';

/**
 * Runs a body with a time limit.
 *
 * ```
 * body          ----------------
 * withTimeout   ---!x                30 ms: the body gets a CancelledError, whoever waits a TimeoutError
 * ```
 *
 * The body is called with the {@link Timeout}, by which the limit can be moved. A generator function runs inside of the
 * waiting task.
 *
 * @param ms the limit in milliseconds, from the moment at which the coroutine starts; null or Infinity: none
 *
 * **Cancellation:** at the limit the body is cancelled and may clean up first; a cancellation from outside stays one. An
 * async function that cannot hear it - it awaits nothing of this library and has read no `signal` - is left behind a
 * millisecond later, and the exception handler is told (kind `abandoned`).
 *
 * **Errors:** TimeoutError; those of the body. At the call: TypeError or RangeError for what is no time, TypeError for what
 * is no body.
 *
 * ```ts
 * import { run, sleep, withTimeout } from 'rxtasks';
 *
 * await run(function* () {
 *   try {
 *     yield* withTimeout(10, function* () {
 *       yield* sleep(1000);
 *     });
 *   } catch (error) {
 *     console.log((error as Error).name); // TimeoutError
 *   }
 * });
 * ```
 *
 * asyncio: `async with asyncio.timeout(delay)`. RxJS: `timeout`, which does not wait for clean-up.
 */
export function withTimeout<T>(ms: number | null, body: Body<Timeout, T>): Coroutine<T> {
  assertArguments('withTimeout(ms, body)', 'ms', ms, body);
  return new Coroutine<T>('withTimeout', runWithin, [ms, body]);
}

/**
 * {@link withTimeout} with a deadline on the loop's clock.
 *
 * @param when in ms, as `loop.time()` tells; null or Infinity: no limit
 *
 * ```ts
 * import { getRunningLoop, run, sleep, withTimeoutAt } from 'rxtasks';
 *
 * await run(function* () {
 *   const soon = getRunningLoop().time() + 1000;
 *   yield* withTimeoutAt(soon, function* () {
 *     yield* sleep(10);
 *   });
 *   console.log('in time'); // in time
 * });
 * ```
 *
 * asyncio: `async with asyncio.timeout_at(when)`.
 */
export function withTimeoutAt<T>(when: number | null, body: Body<Timeout, T>): Coroutine<T> {
  assertArguments('withTimeoutAt(when, body)', 'when', when, body);
  return new Coroutine<T>('withTimeoutAt', runUntil, [when, body]);
}

function* runWithin<T>(ms: number | null, body: Body<Timeout, T>): Generator<void, T, Resume> {
  return yield* new Timeout(ms).run(body);
}

function* runUntil<T>(when: number | null, body: Body<Timeout, T>): Generator<void, T, Resume> {
  return yield* Timeout.at(when).run(body);
}

function assertArguments(call: string, name: string, time: number | null, body: unknown): void {
  assertLimit(call, name, time);
  assertBody(call, body);
}

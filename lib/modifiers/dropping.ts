import type { AnySource } from '../kernel/index.js';
import { type QueueOptions, limitsOf } from './limits.js';
import { type Modified, modifyCalls } from './modified-calls.js';
import { drop } from './policy.js';

/**
 * Makes a function whose calls are dropped while one runs.
 *
 * ```
 * call 1      s------r|
 * call 2         x             dropped: never runs
 * call 3               s------r|
 * ```
 *
 * Each call gives its task at once; that of a dropped call is cancelled. With `maxQueue` so many wait, in order, and those beyond
 * are dropped; with `key` each key has a place of its own.
 *
 * @param make gives the source to run: a coroutine function, an async function, …; called when it is its turn
 *
 * **Cancellation:** the task of a dropped call ends with a CancelledError whose source is `'dropping'`.
 *
 * **Errors:** those of the source, through the task. TypeError at the call for what is no function, RangeError for a
 * concurrency below 1 or a maxQueue below 0.
 *
 * ```ts
 * import { coroutine, dropping, run, sleep } from 'rxtasks';
 *
 * const submit = dropping(
 *   coroutine(function* submit(order: number) {
 *     yield* sleep(10);
 *     return `order ${order} sent`;
 *   }),
 * );
 * await run(async () => {
 *   const [first, doubleClick] = [submit(1), submit(1)];
 *   console.log(await first, doubleClick.cancelled()); // order 1 sent true
 * });
 * ```
 *
 * @see {@link dropTask} for the values of an Observable
 *
 * ember-concurrency: `drop`. RxJS: `exhaustMap`.
 */
export function dropping<A extends unknown[], S extends AnySource<unknown>, This = unknown>(
  make: (this: This, ...args: A) => S,
  options: QueueOptions<A> = {},
): Modified<A, S, This> {
  const limits = limitsOf('dropping(make', options, { default: 0 });
  return modifyCalls({ name: 'dropping', policy: drop, limits }, make, options);
}

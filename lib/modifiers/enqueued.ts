import type { AnySource } from '../kernel/index.js';
import { type QueueOptions, limitsOf } from './limits.js';
import { type Modified, modifyCalls } from './modified-calls.js';
import { enqueue } from './policy.js';

/**
 * Makes a function whose calls run one after the other, in the order of the calls.
 *
 * ```
 * call 1      s----r|
 * call 2        w--s----r|
 * call 3         w------s----r|
 * ```
 *
 * Each call gives its task at once. With `maxQueue` so many may wait: a call beyond fails, for work that must not be lost must not
 * be lost in silence either. With `key` each key has a line of its own; with `concurrency: n` n run at the same time.
 *
 * @param make gives the source to run: a coroutine function, an async function, …; called when it is its turn
 *
 * **Cancellation:** cancelling a task that waits for its turn takes it out of the line. A call that waits for a later call of
 * the same function waits for ever.
 *
 * **Errors:** those of the source, and QueueFull, through the task. TypeError at the call for what is no function, RangeError
 * for a concurrency below 1 or a maxQueue below 0.
 *
 * ```ts
 * import { coroutine, enqueued, gather, run, sleep } from 'rxtasks';
 *
 * const append = enqueued(
 *   coroutine(function* append(line: string, ms: number) {
 *     yield* sleep(ms);
 *     console.log(line); // one, then two
 *   }),
 * );
 * await run(function* () {
 *   yield* gather([append('one', 20), append('two', 1)]);
 * });
 * ```
 *
 * @see {@link enqueueTask} for the values of an Observable
 *
 * ember-concurrency: `enqueue`. RxJS: `concatMap`.
 */
export function enqueued<A extends unknown[], S extends AnySource<unknown>, This = unknown>(
  make: (this: This, ...args: A) => S,
  options: QueueOptions<A> = {},
): Modified<A, S, This> {
  const limits = limitsOf('enqueued(make', options, { default: Infinity });
  return modifyCalls({ name: 'enqueued', policy: enqueue, limits }, make, options);
}

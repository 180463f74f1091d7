import type { AnySource } from '../kernel/index.js';
import { type QueueOptions, limitsOf } from './limits.js';
import { type Modified, modifyCalls } from './modified-calls.js';
import { keepLatest } from './policy.js';

/**
 * Makes a function that lets the running call end, and then runs the newest of those that came meanwhile.
 *
 * ```
 * call 1      s--------r|
 * call 2        w--x                 given up for call 3
 * call 3           w---s--------r|
 * ```
 *
 * Each call gives its task at once. With `maxQueue: n` the n newest are kept, and run in order; with `key` that is so among the
 * calls of one key.
 *
 * @param make gives the source to run: a coroutine function, an async function, …; called when it is its turn
 *
 * **Cancellation:** the task of a call that is given up ends with a CancelledError whose source is `'keepingLatest'`; what runs is
 * never cancelled.
 *
 * **Errors:** those of the source, through the task. TypeError at the call for what is no function, RangeError for a
 * concurrency or a maxQueue below 1.
 *
 * ```ts
 * import { coroutine, keepingLatest, run, sleep } from 'rxtasks';
 *
 * const save = keepingLatest(
 *   coroutine(function* save(text: string) {
 *     yield* sleep(10);
 *     console.log('saved', text); // saved a, then saved abc
 *   }),
 * );
 * await run(async () => {
 *   for (const text of ['a', 'ab']) save(text);
 *   await save('abc');
 * });
 * ```
 *
 * @see {@link keepLatestTask} for the values of an Observable
 *
 * ember-concurrency: `keepLatest`. RxJS has none; it is an `exhaustMap` with a trailing value.
 */
export function keepingLatest<A extends unknown[], S extends AnySource<unknown>, This = unknown>(
  make: (this: This, ...args: A) => S,
  options: QueueOptions<A> = {},
): Modified<A, S, This> {
  const limits = limitsOf('keepingLatest(make', options, { default: 1, least: 1 });
  return modifyCalls({ name: 'keepingLatest', policy: keepLatest, limits }, make, options);
}

import type { AnySource } from '../kernel/index.js';
import { type RestartOptions, limitsOf } from './limits.js';
import { type Modified, modifyCalls } from './modified-calls.js';
import { restart } from './policy.js';

/**
 * Makes a function whose newest call wins: a call cancels the one that runs, waits for its clean-up, and then runs.
 *
 * ```
 * call 1      s------!f-x            cancelled by call 2, cleans up
 * call 2             w--s------r|    waits for that, and runs
 * ```
 *
 * Each call gives its task at once. Of those that wait for a clean-up only the newest is left. With `key` that is so among the
 * calls of one key, with `concurrency: n` the n newest run.
 *
 * @param make gives the source to run: a coroutine function, an async function, …; called when it is its turn
 *
 * **Cancellation:** the task of a call that is replaced ends with a CancelledError whose source is `'restartable'`. Cancelling a
 * task that waits for its turn gives the turn up.
 *
 * **Errors:** those of the source, through the task. TypeError at the call for what is no function, RangeError for a
 * concurrency below 1.
 *
 * ```ts
 * import { coroutine, restartable, run, sleep } from 'rxtasks';
 *
 * const search = restartable(
 *   coroutine(function* search(text: string) {
 *     try {
 *       yield* sleep(100);
 *       return `results for ${text}`;
 *     } finally {
 *       console.log('left', text); // left a, then left ab
 *     }
 *   }),
 * );
 * await run(async () => {
 *   const first = search('a');
 *   await sleep(5);
 *   console.log(await search('ab'), first.cancelled()); // results for ab true
 * });
 * ```
 *
 * @see {@link restartTask} for the values of an Observable
 *
 * ember-concurrency: `restartable`. RxJS: `switchMap`, which does not wait for the clean-up.
 */
export function restartable<A extends unknown[], S extends AnySource<unknown>, This = unknown>(
  make: (this: This, ...args: A) => S,
  options: RestartOptions<A> = {},
): Modified<A, S, This> {
  const limits = limitsOf('restartable(make', options, { default: 1 });
  return modifyCalls({ name: 'restartable', policy: restart, limits }, make, options);
}

import type { OperatorFunction } from 'rxjs';
import type { AnySource, ResultOf } from '../kernel/index.js';
import { type QueueOptions, enqueue, limitsOf } from '../modifiers/index.js';
import { mapInSlots } from './in-slots.js';

/**
 * Runs a task for every value, one after the other.
 *
 * ```
 * source           -a-b-|
 *   a               ----1|
 *   b                    ---2|
 * enqueueTask(f)   -----1---2|
 * ```
 *
 * With `maxQueue: n` n values may wait; one beyond is an error, for what must not be lost must not be lost in silence either.
 * With `key` there is a line for every key, freed when nobody is in it; with `concurrency: n` n run at the same time.
 *
 * **The project** is the body of its task: it is called in the first step of that task, a turn after the value at the
 * earliest, and never if the task is cancelled before. What must happen in the very event, such as `preventDefault()`,
 * goes into a `tap` before. All values of what it gives are emitted, and none for an empty source.
 *
 * @param project gives the source to run for a value; a function is called in turn. A future is watched, not owned.
 *
 * **Cancellation:** unsubscribing cancels all, and starts none that still waits; a task whose pipeline this is waits for their
 * clean-up.
 *
 * **Errors:** the first failure, or QueueFull, which cancels the others, waits for their clean-up, and is then told. At the call:
 * TypeError for a `project` that is no function, RangeError for a concurrency below 1 or a maxQueue below 0.
 *
 * ```ts
 * import { from, toArray } from 'rxjs';
 * import { enqueueTask, run, sleep } from 'rxtasks';
 *
 * const transfers = from([
 *   { account: 'ann', ms: 20 },
 *   { account: 'ann', ms: 1 },
 *   { account: 'bob', ms: 10 },
 * ]);
 * const inOrderPerAccount = transfers.pipe(
 *   enqueueTask(({ account, ms }) => sleep(ms, `${account} ${ms}`), { key: ({ account }) => account }),
 *   toArray(),
 * );
 * console.log(await run(inOrderPerAccount)); // [ 'bob 10', 'ann 20', 'ann 1' ]
 * ```
 *
 * @see {@link enqueued} for functions, {@link mapTask} for a limit on how many run and nothing else
 *
 * ember-concurrency: `enqueue`. RxJS: `concatMap`; keyed: `groupBy` and `mergeMap`, whose groups stay unless a duration ends them.
 */
export function enqueueTask<V, S extends AnySource<unknown>>(
  project: (value: V, index: number) => S,
  options: QueueOptions<[value: V, index: number]> = {},
): OperatorFunction<V, ResultOf<S>> {
  const limits = limitsOf('enqueueTask(project', options, { default: Infinity });
  return mapInSlots<V, S>('enqueueTask', project, enqueue, limits, options);
}

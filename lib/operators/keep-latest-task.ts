import type { OperatorFunction } from 'rxjs';
import type { AnySource, ResultOf } from '../kernel/index.js';
import { type QueueOptions, keepLatest, limitsOf } from '../modifiers/index.js';
import { mapInSlots } from './in-slots.js';

/**
 * Runs a task for a value, lets it end, and then runs one for the newest of the values that came meanwhile.
 *
 * ```
 * source              -a-b-c----|
 *   a                  -----1|
 *   c                        ----3|
 * keepLatestTask(f)   ------1----3|       b was given up for c
 * ```
 *
 * With `maxQueue: n` the n newest are kept, and run in order. With `key` there is a slot for every key, freed when nobody is in
 * it; with `concurrency: n` n run at the same time.
 *
 * **The project** is the body of its task: it is called in the first step of that task, a turn after the value at the
 * earliest, and never if the task is cancelled before. What must happen in the very event, such as `preventDefault()`,
 * goes into a `tap` before. All values of what it gives are emitted, and none for an empty source.
 *
 * @param project gives the source to run for a value; a function is called in turn. A future is watched, not owned.
 *
 * **Cancellation:** unsubscribing cancels all; a task whose pipeline this is waits for their clean-up.
 *
 * **Errors:** the first failure, which cancels the others, waits for their clean-up, and is then told. At the call: TypeError for
 * a `project` that is no function, RangeError for a concurrency or a maxQueue below 1.
 *
 * ```ts
 * import { of, toArray } from 'rxjs';
 * import { keepLatestTask, run, sleep } from 'rxtasks';
 *
 * const drafts = of('a', 'ab', 'abc');
 * const saved = drafts.pipe(
 *   keepLatestTask((text) => sleep(10, text)),
 *   toArray(),
 * );
 * console.log(await run(saved)); // [ 'a', 'abc' ]
 * ```
 *
 * @see {@link keepingLatest} for functions
 *
 * ember-concurrency: `keepLatest`. RxJS has none; it is an `exhaustMap` with a trailing value.
 */
export function keepLatestTask<V, S extends AnySource<unknown>>(
  project: (value: V, index: number) => S,
  options: QueueOptions<[value: V, index: number]> = {},
): OperatorFunction<V, ResultOf<S>> {
  const limits = limitsOf('keepLatestTask(project', options, { default: 1, least: 1 });
  return mapInSlots<V, S>('keepLatestTask', project, keepLatest, limits, options);
}

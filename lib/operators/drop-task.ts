import type { OperatorFunction } from 'rxjs';
import type { AnySource, ResultOf } from '../kernel/index.js';
import { type QueueOptions, drop, limitsOf } from '../modifiers/index.js';
import { mapInSlots } from './in-slots.js';

/**
 * Runs a task for a value, and drops the values that come meanwhile.
 *
 * ```
 * source        -a--b---c---|
 *   a            -----1|
 *   c                    ----3|
 * dropTask(f)   ------1------3|       b was dropped
 * ```
 *
 * With `maxQueue: n` n values wait, in order, and those beyond are dropped. With `key` there is a slot for every key, freed when
 * nobody is in it; with `concurrency: n` n run at the same time.
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
 * a `project` that is no function, RangeError for a concurrency below 1 or a maxQueue below 0.
 *
 * ```ts
 * import { of } from 'rxjs';
 * import { dropTask, run, sleep } from 'rxtasks';
 *
 * const clicks = of('first', 'second', 'third');
 * console.log(await run(clicks.pipe(dropTask((click) => sleep(10, click))))); // first
 * ```
 *
 * @see {@link dropping} for functions
 *
 * ember-concurrency: `drop`. RxJS: `exhaustMap`.
 */
export function dropTask<V, S extends AnySource<unknown>>(
  project: (value: V, index: number) => S,
  options: QueueOptions<[value: V, index: number]> = {},
): OperatorFunction<V, ResultOf<S>> {
  const limits = limitsOf('dropTask(project', options, { default: 0 });
  return mapInSlots<V, S>('dropTask', project, drop, limits, options);
}

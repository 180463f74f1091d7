import type { OperatorFunction } from 'rxjs';
import type { AnySource, ResultOf } from '../kernel/index.js';
import { type RestartOptions, limitsOf, restart } from '../modifiers/index.js';
import { mapInSlots } from './in-slots.js';

/**
 * Runs a task for every value; the newest wins: it cancels the one that runs, waits for its clean-up, and then starts.
 *
 * ```
 * source           -a----b------|
 *   a               -----!f-x          cancelled, cleans up
 *   b                      --s---2|
 * restartTask(f)   --------------2|
 * ```
 *
 * Of those that wait for a clean-up only the newest is left. With `key` there is a slot for every key, freed when nobody is in
 * it; with `concurrency: n` the n newest run. All values of a task are emitted, until it is replaced.
 *
 * **The project** is the body of its task: it is called in the first step of that task, a turn after the value at the
 * earliest, and never if the task is cancelled before. What must happen in the very event, such as `preventDefault()`,
 * goes into a `tap` before.
 *
 * @param project gives the source to run for a value; a function is called in turn. A future is watched, not owned: once
 *   replaced it runs on, unheeded.
 *
 * **Cancellation:** unsubscribing cancels all; a task whose pipeline this is waits for their clean-up. A replaced task gets a
 * CancelledError whose source is `'restartTask'`.
 *
 * **Errors:** the first failure, also that of the clean-up of a replaced task: it cancels the others, waits for their clean-up,
 * and is then told. At the call: TypeError for a `project` that is no function, RangeError for a concurrency below 1.
 *
 * ```ts
 * import { concat, of } from 'rxjs';
 * import { coroutine, delayStart, restartTask, resultOf, run, sleep } from 'rxtasks';
 *
 * const search = coroutine(function* (text: string) {
 *   try {
 *     yield* sleep(100);
 *     return `results for ${text}`;
 *   } finally {
 *     console.log('left', text); // left a, then left ab
 *   }
 * });
 * await run(function* () {
 *   const typed = concat(of('a'), of('ab').pipe(delayStart(10)));
 *   console.log(yield* resultOf(typed.pipe(restartTask(search)))); // results for ab
 * });
 * ```
 *
 * @see {@link restartable} for functions
 *
 * ember-concurrency: `restartable`. RxJS: `switchMap`, which starts the next one while the last one still cleans up.
 */
export function restartTask<V, S extends AnySource<unknown>>(
  project: (value: V, index: number) => S,
  options: RestartOptions<[value: V, index: number]> = {},
): OperatorFunction<V, ResultOf<S>> {
  const limits = limitsOf('restartTask(project', options, { default: 1 });
  return mapInSlots<V, S>('restartTask', project, restart, limits, options);
}

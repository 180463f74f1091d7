import type { Observable, UnaryFunction } from 'rxjs';
import { type CreateTaskOptions, type Task, assertSource, assertTaskOptions, createTask } from '../kernel/index.js';

/**
 * Ends a pipeline as a hot task: subscribes, and keeps the last value as the result.
 *
 * ```
 * source         --a--b--|
 * toTask()       --------(b|)        late watchers get b too
 * ```
 *
 * It subscribes at once, so that nothing of a hot Observable is missed; {@link createTask} does one turn later. A source
 * that ends at once gives a task that is done.
 *
 * It ends a standalone `pipe(…)`: `pipe(map(f), toTask())(source$)`. As a method RxJS types the result as an Observable;
 * there write `createTask(source$.pipe(…))`.
 *
 * **Cancellation:** `task.cancel()` unsubscribes from the source, and waits for the coroutines that it started.
 *
 * **Errors:** EmptyError for a source without a value, unless `defaultValue` is given; those of the source. At the call: TypeError
 * for what is no source, and for wrong options.
 *
 * ```ts
 * import { Subject, map, pipe } from 'rxjs';
 * import { toTask } from 'rxtasks';
 *
 * const double = pipe(map((n: number) => 2 * n), toTask({ name: 'double' }));
 * const clicks = new Subject<number>();
 * const task = double(clicks);
 * clicks.next(2);
 * clicks.complete();
 * console.log(task.name, await task); // double 4
 * ```
 *
 * @see {@link createTask}
 *
 * asyncio: `asyncio.create_task()`. RxJS: `lastValueFrom`, with a handle.
 */
export function toTask<T>(options?: CreateTaskOptions): UnaryFunction<Observable<T>, Task<T, T>> {
  if (options !== undefined) assertTaskOptions('toTask(options)', options);
  return (source) => {
    assertSource('toTask()', source);
    return createTask<T>(source, { ...options, eager: true }) as Task<T, T>;
  };
}

import type { Observable, UnaryFunction } from 'rxjs';
import { type CreateTaskOptions, type Task, createTask } from '../kernel/index.js';

/**
 * Ends a pipeline as a hot task: subscribes, and keeps the last value as the result.
 *
 * ```
 * source         --a--b--|
 * toTask()       --------(b|)        late watchers get b too
 * ```
 *
 * It ends a standalone `pipe(…)`: `pipe(map(f), toTask())(source$)`. As a method RxJS types the result as an Observable;
 * there write `createTask(source$.pipe(…))`.
 *
 * **Cancellation:** `task.cancel()` unsubscribes from the source, and waits for the coroutines that it started.
 *
 * **Errors:** EmptyError for a source without a value, unless `defaultValue` is given; those of the source.
 *
 * ```ts
 * import { map, of, pipe } from 'rxjs';
 * import { toTask } from 'rxtasks';
 *
 * const double = pipe(map((n: number) => 2 * n), toTask({ name: 'double' }));
 * const task = double(of(1, 2));
 * console.log(task.name, await task); // double 4
 * ```
 *
 * @see {@link createTask}
 *
 * asyncio: `asyncio.create_task()`. RxJS: `lastValueFrom`, with a handle.
 */
export function toTask<T>(options?: CreateTaskOptions): UnaryFunction<Observable<T>, Task<T, T>> {
  return (source) => createTask<T>(source, { ...options, eager: true }) as Task<T, T>;
}

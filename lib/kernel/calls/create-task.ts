import type { Observable } from 'rxjs';
import type { EventLoop } from '../loop/event-loop.js';
import { getEventLoop } from '../loop/get-event-loop.js';
import type { Resume } from '../ground/resume.js';
import type { TaskSource } from '../sources/source.js';
import { assertTaskOptions } from '../tasks/task-options.js';
import { NO_OPTIONS, type Task, type TaskOptions } from '../tasks/task.js';

/** Options of `createTask`. */
export interface CreateTaskOptions extends TaskOptions {
  /** The loop to run on. Default: `getEventLoop()`. */
  readonly loop?: EventLoop | undefined;
}

export function createTask<T, P = unknown>(
  source: (task: Task<unknown, P>) => Generator<void, T, Resume>,
  options?: CreateTaskOptions,
): Task<T, P>;
export function createTask<T, P = unknown>(
  source: (task: Task<unknown, P>) => PromiseLike<T>,
  options?: CreateTaskOptions,
): Task<T, P>;
export function createTask<T, P = unknown>(
  source: (task: Task<unknown, P>) => Observable<T>,
  options?: CreateTaskOptions,
): Task<T, P>;
export function createTask<T, P = unknown>(
  source: (task: Task<unknown, P>) => AsyncIterable<T>,
  options?: CreateTaskOptions,
): Task<T, P>;
export function createTask<T>(source: TaskSource<T>, options?: CreateTaskOptions): Task<T>;
/**
 * Starts a recipe: makes a task of a coroutine, an Observable, an async function, … that runs beside the caller.
 *
 * ```
 * createTask   c----------------      returns at once
 * the task      -s----s----r|         starts in the next iteration of the loop
 * ```
 *
 * A function is called in the first step, with the task. A promise runs already when it comes here and can be neither
 * cancelled nor shielded: give the function, `createTask(work)`, not `createTask(work())`.
 *
 * An Observable is subscribed to in that first step, too: what a hot one emits before is missed. `toTask()(o$)`
 * subscribes at once, as does `createTask(o$, { eager: true })`. The result is its last value.
 *
 * **Cancellation:** `task.cancel()`, or aborting the `signal` of the options. Watching is not owning, but waiting is:
 * unsubscribing from a task stops watching, so inside of `switchMap`, `exhaustMap`, `retry` return the cold coroutine,
 * not a task; who waits for it, by `yield*` or `await`, and is cancelled, cancels it. `shield(task)` keeps it out of
 * that.
 *
 * **Errors:** TypeError for what is not a source and for wrong options, before there is a task; the failure of the source
 * through the task, and EmptyError if it has ended without a value, unless `defaultValue` is given.
 *
 * ```ts
 * import { createTask, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   const task = createTask(sleep(10, 'done'), { name: 'nap' });
 *   console.log(task.name, yield* task); // nap done
 * });
 * ```
 *
 * @see {@link Task}
 *
 * asyncio: `asyncio.create_task()`. RxJS: `subscribe()` that gives a handle with a result.
 */
export function createTask(source: unknown, options: CreateTaskOptions = NO_OPTIONS): unknown {
  if (options !== NO_OPTIONS) assertTaskOptions('createTask(source, options)', options, source);
  return (options.loop ?? getEventLoop()).createTask(source as TaskSource<unknown>, options);
}

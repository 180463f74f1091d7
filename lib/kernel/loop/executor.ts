import type { Observable } from 'rxjs';
import type { Future } from '../futures/future.js';
import type { Resume } from '../ground/resume.js';

/**
 * Where blocking work runs: `submit` starts it at once, elsewhere. Those of this library are in `rxtasks/executors` and
 * `rxtasks/queue`.
 *
 * asyncio: `concurrent.futures.Executor`.
 */
export interface Executor {
  submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Future<RemoteResult<R>>;
  shutdown?(options?: { wait?: boolean; cancelPending?: boolean }): unknown;
}

/**
 * What a job ends with whose function returns an `R`: what a promise resolves to, what a coroutine or a generator returns, the
 * last value of an Observable, else the value itself.
 */
export type RemoteResult<R> = 0 extends 1 & R
  ? R
  : R extends Observable<infer T>
    ? T
    : R extends Generator<unknown, infer T, Resume>
      ? T
      : Awaited<R>;

/** A function for an executor. If it declares one parameter more than it is given, that one gets the remote task. */
export type RemoteFunction<A extends unknown[], R, P = unknown> = (...args: [...A, task: RemoteTask<P>]) => R;

/**
 * What a function that runs in a worker knows of the task it runs for. It gets it as its last parameter, if it declares one
 * parameter more than it is given:
 *
 * ```ts
 * import { type RemoteTask, ThreadPoolExecutor } from 'rxtasks/executors';
 *
 * await using pool = new ThreadPoolExecutor();
 * const task = pool.submit((steps: number, task: RemoteTask<number>) => {
 *   for (let step = 1; step <= steps; step++) {
 *     task.signal.throwIfAborted();
 *     task.report(step / steps);
 *   }
 *   return 'done';
 * }, 2);
 * task.progress$.subscribe((part) => console.log(part)); // 0.5, then 1
 * console.log(await task); // done
 * ```
 */
export interface RemoteTask<P = unknown> {
  /** The name of the task. */
  readonly name: string;
  /**
   * Aborts when the task is cancelled; its reason is a CancelledError. In a thread `aborted` is up to date even in a loop that
   * never lets go.
   */
  readonly signal: AbortSignal;
  /** The trace that the job belongs to (W3C Trace Context), if it was submitted in one. */
  readonly traceparent: string | undefined;
  /** Arrives in `task.progress$`: in order, and all of it before the result. */
  report(progress: P): void;
  /** Marks a result whose memory is handed over instead of copied: `return task.transfer(bytes, [bytes.buffer])`. */
  transfer<T extends object>(value: T, list: readonly Transferable[]): T;
}

import {
  type Coroutine,
  type Executor,
  Future,
  type RemoteFunction,
  type RemoteResult,
  type RemoteTask,
  type Task,
  assertTime,
  getEventLoop,
  got,
} from '../kernel/index.js';
import { type CallSite, callSiteOf } from './wire/call-site.js';
import { carry } from './wire/carry.js';
import { coldCall } from './cold-call.js';
import type { Engine } from './engine.js';
import { functionReference } from './sending/function-reference.js';
import { Job, type JobOptions } from './job.js';
import { JobList } from './job-list.js';
import { type MapOptions, mapJobs } from './map-jobs.js';
import { packArguments } from './wire/values.js';
import type { Call } from './wire/wire.js';

/** How an executor is shut down. */
export interface ShutdownOptions {
  /** Wait until all jobs have ended and everything is freed. Default: true. */
  readonly wait?: boolean | undefined;
  /** Cancel the jobs that have not been started. Default: false. */
  readonly cancelPending?: boolean | undefined;
}

/**
 * What all executors are: work is submitted, and comes back as a task.
 *
 * **Cancellation:** cancelling the task of a job that waits removes it; it never starts. A running one is asked: its
 * `task.signal` aborts. It may clean up and stop, or go on to return its value. After `grace` ms it is killed.
 */
export abstract class JobExecutor implements Executor {
  readonly #jobs: JobList;
  readonly #options: JobOptions;

  /** @internal */
  constructor(jobs: JobList | Engine, options: JobOptions) {
    this.#jobs = jobs instanceof JobList ? jobs : new JobList(jobs);
    this.#options = options;
  }

  // First the one with the task: by it the parameters of functions that do not say their types get theirs.
  submit<A extends unknown[], R, P>(fn: RemoteFunction<A, R, P>, ...args: A): Task<RemoteResult<R>, P>;
  submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Task<RemoteResult<R>>;
  /**
   * Starts `fn(...args)` in a worker, or queues it; gives the task at once.
   *
   * **Errors:** TypeError for a function that cannot be sent, DataCloneError (a DOMException) for an argument that cannot be
   * copied, RuntimeError after `shutdown`: each at the call. What `fn` throws arrives through the task, with its class name,
   * message, cause, own properties and stack; BrokenExecutorError if the worker is lost.
   *
   * asyncio: `Executor.submit`.
   */
  submit(fn: (...args: never[]) => unknown, ...args: unknown[]): unknown {
    return this.#submit('submit(fn, ...args)', fn, args);
  }

  call<A extends unknown[], R, P>(fn: RemoteFunction<A, R, P>, ...args: A): Coroutine<RemoteResult<R>>;
  call<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Coroutine<RemoteResult<R>>;
  /**
   * `submit`, cold: a coroutine that submits `fn(...args)` when it is awaited, subscribed to or made a task, each time anew. It is
   * what belongs into a pipeline:
   *
   * ```ts
   * import { from, lastValueFrom, mergeMap, toArray } from 'rxjs';
   * import { ThreadPoolExecutor } from 'rxtasks/executors';
   *
   * await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
   * const square = (n: number) => n * n;
   * const squares$ = from([1, 2, 3]).pipe(
   *   mergeMap((n) => pool.call(square, n)),
   *   toArray(),
   * );
   * console.log((await lastValueFrom(squares$)).sort()); // [ 1, 4, 9 ]
   * ```
   *
   * **Cancellation:** unsubscribing, or cancelling the task that awaits it, cancels the job.
   *
   * **Errors:** TypeError at the call for a function that cannot be sent; the others of `submit` when it runs.
   *
   * asyncio: `asyncio.to_thread`, for any executor. RxJS: `defer`.
   */
  call(fn: (...args: never[]) => unknown, ...args: unknown[]): Coroutine<unknown> {
    return coldCall('call(fn, ...args)', fn, args, () => this);
  }

  /**
   * Calls `fn` with each item; the results come in the order of the items. At most `concurrency` jobs are ahead of who takes
   * the results, so the items may be without end.
   *
   * **Cancellation:** leaving the loop (`break`, `return()`) cancels what runs and waits for it.
   *
   * **Errors:** the first failure cancels the others, waits for their clean-up, and is thrown in its place.
   *
   * asyncio: `Executor.map`. RxJS: `concatMap` with a look-ahead.
   */
  map<T, R>(
    fn: (item: T, task: RemoteTask<never>) => R,
    items: Iterable<T> | AsyncIterable<T>,
    options: MapOptions = {},
  ): AsyncIterableIterator<RemoteResult<R>> {
    const { capacity } = this.#jobs.engine;
    return mapJobs(
      (item: T) => this.submit<[T], R, never>(fn, item) as Task<RemoteResult<R>>,
      items,
      options,
      capacity,
    );
  }

  /** This very executor, with other options for the jobs submitted through it. */
  with(options: JobOptions): JobExecutor {
    assertOptions('with(options)', options);
    return new View(this.#jobs, { ...this.#options, ...options });
  }

  /**
   * Refuses new jobs, and frees all threads, processes and connections when the last job has ended. May be repeated.
   *
   * asyncio: `Executor.shutdown(wait, cancel_futures)`.
   */
  shutdown(options: ShutdownOptions = {}): Future<void> {
    const { wait = true, cancelPending = false } = options;
    const future = new Future<void>(getEventLoop());
    const closed = this.#jobs.shutdown(cancelPending);
    if (!wait) {
      closed.catch(() => {});
      future.setResult();
      return future;
    }
    closed.then(
      () => void (future.done() || future.setResult()),
      (error: unknown) => void (future.done() || future.setException(error)),
    );
    return future;
  }

  /** Waits for all jobs, then frees everything: `await using pool = new ThreadPoolExecutor()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#jobs.shutdown(false); // not a future, by which whoever has been asked to cancel would leave at once
  }

  #submit(call: string, fn: unknown, args: unknown[]): Task<unknown, unknown> {
    this.#jobs.assertOpen(call);
    const reference = functionReference(call, fn);
    const { bytesOnly } = this.#jobs.engine;
    const { values, transfer } = packArguments(call, args, bytesOnly);
    const name = this.#options.name ?? (reference.name || 'anonymous');
    const place = callSiteOf(this.submit);
    const carried = carry(bytesOnly);
    const sent = { name, fn: reference, args: values, ...(carried === undefined ? {} : { carried }) };
    // what may be sent again is not handed over
    const handed = this.#options.idempotent === true && ArrayBuffer.isView(values) ? [] : transfer;
    return this.#add(sent, handed, this.#options, place);
  }

  /** Submits a call that was made elsewhere. @internal */
  submitCall(call: Call, options: JobOptions): Task<unknown, unknown> {
    this.#jobs.assertOpen('submitCall(call)');
    return this.#add(call, [], options, {});
  }

  #add(call: Call, transfer: readonly unknown[], options: JobOptions, place: CallSite): Task<unknown> {
    const loop = getEventLoop();
    const job = new Job<unknown>(loop, this.#jobs, call, transfer, options, place);
    const internal = { name: call.name, eager: true, runsNoCode: true };
    const task = loop.createTask<unknown>(job, internal);
    job.task = task;
    this.#jobs.add(job);
    return task;
  }
}

class View extends JobExecutor {}

/** **Errors:** TypeError, RangeError. @internal */
export function assertOptions(call: string, options: JobOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${call}: expected an object of options, got ${got(options)}`);
  }
  const { name, grace, idempotent } = options;
  if (name !== undefined && typeof name !== 'string') {
    throw new TypeError(`${call}: expected name to be a string, got ${got(name)}`);
  }
  if (grace !== undefined) assertTime(call, 'grace', grace);
  if (idempotent !== undefined && typeof idempotent !== 'boolean') {
    throw new TypeError(`${call}: expected idempotent to be true or false, got ${got(idempotent)}`);
  }
}

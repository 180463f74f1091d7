import { Observable, type OperatorFunction, Subject, type Subscriber, takeUntil } from 'rxjs';
import {
  ADD,
  type AnySource,
  CONSUME,
  Future,
  REMOVE,
  type ResultOf,
  RUN,
  type Runnable,
  type TaskOptions,
  type TaskSource,
  assertSource,
  got,
} from '../kernel/index.js';
import { assertConcurrency } from './concurrency.js';
import { OwnedTasks } from './owned-tasks.js';

/** Options of `mapTask`. */
export interface MapTaskOptions<V> {
  /** How many run at the same time. Default: no limit. */
  readonly concurrency?: number | undefined;
  /** The name of each task. */
  readonly name?: string | ((value: V, index: number) => string) | undefined;
}

/**
 * Runs a task for every value, so many at the same time, and emits the results as they come.
 *
 * ```
 * source                    a-b-c|
 *   a                       ----1|
 *   b                         -----2|
 *   c                           --3|          waits for a place
 * mapTask(f, { concurrency: 2 }) ----1--23|
 * ```
 *
 * **A failure** cancels the siblings, waits for their clean-up, and then errors. So does a task that was cancelled by itself,
 * with its CancelledError.
 *
 * @param project the source to run for a value; a function is called as a task's body. A future is watched, not owned.
 *
 * **Cancellation:** unsubscribing cancels all; a task whose pipeline this is waits for their clean-up.
 *
 * **Errors:** the first failure; further ones, and one that finds the subscriber gone, go to the exception handler. At the
 * call: TypeError for a `project` that is no function, RangeError for a concurrency below 1.
 *
 * ```ts
 * import { of, toArray } from 'rxjs';
 * import { coroutine, mapTask, resultOf, run, sleep } from 'rxtasks';
 *
 * const square = coroutine(function* (n: number) {
 *   yield* sleep(n);
 *   return n * n;
 * });
 * await run(function* () {
 *   const squares = of(30, 10, 20).pipe(mapTask(square, { concurrency: 2 }), toArray());
 *   console.log(yield* resultOf(squares)); // [ 100, 900, 400 ]
 * });
 * ```
 *
 * RxJS: `mergeMap(project, concurrency)`, which neither waits for clean-up nor names what runs.
 */
export function mapTask<V, S extends AnySource<unknown>>(
  project: (value: V, index: number) => S,
  options: MapTaskOptions<V> = {},
): OperatorFunction<V, ResultOf<S>> {
  if (typeof project !== 'function') {
    throw new TypeError(`mapTask(project): expected a function that gives a source, got ${got(project)}`);
  }
  const { concurrency = Infinity } = options;
  assertConcurrency('mapTask(project, { concurrency })', concurrency);
  return (source) =>
    new Observable<ResultOf<S>>((subscriber) => {
      new MappedTasks<V, ResultOf<S>>(subscriber, project, concurrency, options.name).subscribeTo(source);
    });
}

/**
 * One subscription of mapTask. Values that find no free place wait in a line; whoever ends frees a place.
 *
 *     running {a b}  waiting [c d]   a ends ──▶ running {b c}  waiting [d]
 */
class MappedTasks<V, T> {
  readonly #subscriber: Subscriber<T>;
  readonly #project: (value: V, index: number) => AnySource<unknown>;
  readonly #concurrency: number;
  readonly #name: MapTaskOptions<V>['name'];
  readonly #owned = new OwnedTasks();
  /** Who is told when a future ends that `project` has given: nobody's to cancel, and nobody to wait for after a failure. */
  readonly #watching = new Map<Runnable, Future<T>>();
  /** Ends the subscription to the source, also while that one is still being subscribed to. */
  readonly #stop = new Subject<void>();
  #waiting: V[] = [];
  /** The first of `waiting` that is still to start. */
  #first = 0;
  #running = 0;
  #index = 0;
  #sourceEnded = false;
  #failure: { readonly error: unknown } | null = null;
  #told = false;

  constructor(
    subscriber: Subscriber<T>,
    project: (value: V, index: number) => AnySource<unknown>,
    concurrency: number,
    name: MapTaskOptions<V>['name'],
  ) {
    this.#subscriber = subscriber;
    this.#project = project;
    this.#concurrency = concurrency;
    this.#name = name;
  }

  subscribeTo(source: Observable<V>): void {
    this.#subscriber.add(() => {
      if (this.#failure !== null && !this.#told) this.#owned.reportUntold(this.#failure.error);
      this.#endAll();
      this.#owned.cancel();
    });
    const values = source.pipe(takeUntil(this.#stop)).subscribe({
      next: (value) => {
        this.#waiting.push(value);
        this.#startWaiting();
      },
      error: (error: unknown) => this.#fail(error),
      complete: () => {
        this.#sourceEnded = true;
        this.#settle();
      },
    });
    this.#subscriber.add(values);
  }

  #startWaiting(): void {
    while (this.#running < this.#concurrency && this.#first < this.#waiting.length) {
      const value = this.#waiting[this.#first++] as V;
      if (this.#first === this.#waiting.length) {
        this.#waiting = [];
        this.#first = 0;
      }
      this.#start(value);
    }
  }

  #start(value: V): void {
    const index = this.#index++;
    let future: Future<T>;
    let watched: boolean;
    try {
      const source = this.#project(value, index);
      assertSource('mapTask(project)', source);
      if (this.#subscriber.closed) return;
      const name = typeof this.#name === 'function' ? this.#name(value, index) : this.#name;
      watched = Future.is(source);
      future = this.#owned.start<T>(source as TaskSource<T>, { name } satisfies TaskOptions);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#running++;
    const entry: Runnable = {
      [RUN]: () => this.#owned.origin.run(() => this.#ended(future, entry, watched), undefined),
    };
    if (watched) this.#watching.set(entry, future);
    future[ADD](entry);
  }

  #ended(future: Future<T>, entry: Runnable, watched: boolean): void {
    if (watched && !this.#watching.delete(entry)) return;
    this.#running--;
    if (this.#subscriber.closed) return;
    if (this.#failure === null) {
      if (future.cancelled() || future.failed) this.#fail(future[CONSUME]());
      else this.#subscriber.next(future.result());
      this.#startWaiting();
    }
    this.#settle();
  }

  /** The first failure: nothing new starts, the others are cancelled; it is told when they have ended. */
  #fail(error: unknown): void {
    if (this.#failure !== null || this.#subscriber.closed) return;
    this.#failure = { error };
    this.#endAll();
    this.#owned.cancel('mapTask');
    this.#settle();
  }

  /** Nothing new starts, and what others own is no longer watched. */
  #endAll(): void {
    this.#waiting = [];
    this.#first = 0;
    for (const [entry, future] of this.#watching) {
      future[REMOVE](entry);
      this.#running--;
    }
    this.#watching.clear();
    this.#stop.next();
  }

  #settle(): void {
    if (this.#running > 0 || this.#subscriber.closed) return;
    if (this.#failure !== null) {
      this.#told = true;
      this.#subscriber.error(this.#failure.error);
    } else if (this.#sourceEnded && this.#first === this.#waiting.length) {
      this.#subscriber.complete();
    }
  }
}

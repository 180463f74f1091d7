import { Observable, Subject } from 'rxjs';
import { TimeoutError } from '../errors/index.js';
import {
  ADD,
  Coroutine,
  SharedCallback,
  type Future,
  ImmediateRun,
  REMOVE,
  type Resume,
  type ResultOf,
  type TimerHandle,
  assertLimit,
  getEventLoop,
} from '../kernel/index.js';
import { Queue } from '../sync/index.js';
import { assertSources, distinct, toFutures } from './to-futures.js';
import type { WaitedFuture } from './wait.js';

/** Options of `asCompleted`. */
export interface AsCompletedOptions {
  /** Milliseconds for all of them; null, undefined or Infinity: no limit. */
  readonly timeout?: number | null | undefined;
}

/**
 * Starts many and takes each as it ends.
 *
 * ```
 * a             ------1|
 * b             --2|
 * asCompleted   --b---a|        the tasks themselves, in the order in which they end
 * ```
 *
 * Everything is started at the call. What is given back is used in one of three ways:
 *
 * * `for (const next of asCompleted(list)) … yield* next` in a coroutine: awaitables of the results, the first that is awaited
 *   gives the first result;
 * * `for await (const task of asCompleted(list))` in an async function: the tasks, done;
 * * as an Observable of the tasks: every subscriber gets all of them from the start, and a failed task is a value.
 *
 * Both iterations take from one queue, and can be left and resumed. In a coroutine `nextDone()` gives the next task.
 *
 * **Cancellation:** leaving or cancelling the iteration stops nothing.
 *
 * **Errors:** after the timeout every item that is left is a TimeoutError, one only for an Observable; nothing is cancelled.
 * Awaiting an item of the plain iteration throws what its task did. At the call: TypeError for what is no list of sources,
 * RangeError for futures of different loops.
 *
 * ```ts
 * import { asCompleted, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   for (const next of asCompleted([sleep(100, 'slow'), sleep(10, 'fast')])) {
 *     console.log(yield* next); // fast, then slow
 *   }
 * });
 * ```
 *
 * asyncio: `asyncio.as_completed()`. RxJS: `merge`, were it to tell which one ended.
 */
export function asCompleted<S>(
  sources: Iterable<S>,
  options: AsCompletedOptions = {},
): AsCompleted<WaitedFuture<S>, ResultOf<S>> {
  const call = 'asCompleted(sources)';
  assertSources(call, sources);
  const { timeout } = options;
  assertLimit(call, 'timeout', timeout);
  const futures = distinct(toFutures(call, sources));
  return new AsCompleted<Future<unknown>, ResultOf<S>>(futures, timeout ?? Infinity) as never;
}

/** See {@link asCompleted}. */
export class AsCompleted<F extends Future<unknown>, T> extends Observable<F> implements Iterable<Coroutine<T>> {
  /** Done futures; null: the time is up. */
  readonly #queue = new Queue<F | null>();
  /** For subscribers: everything from the start, and what comes. */
  readonly #completed: F[] = [];
  readonly #completions = new Subject<F>();
  readonly #futures: readonly Future<unknown>[];
  readonly #onEnded = new SharedCallback((future) => this.#completedOne(future));
  /** How many have not ended. */
  #todo: number;
  /** How many the iterations have not given yet. */
  #left: number;
  readonly #timer: TimerHandle | null = null;

  /** @internal */
  constructor(futures: readonly Future<unknown>[], timeout: number) {
    super((subscriber) => {
      for (const future of this.#completed) subscriber.next(future);
      return this.#completions.subscribe(subscriber);
    });
    this.#futures = futures;
    this.#todo = this.#left = futures.length;
    for (const future of futures) future[ADD](this.#onEnded);
    if (futures.length === 0) this.#completions.complete();
    else if (timeout !== Infinity) this.#timer = getEventLoop().callLater(timeout, () => this.#expired());
  }

  /** Awaitables of the results, in the order of completion. */
  [Symbol.iterator](): Iterator<Coroutine<T>, undefined> {
    return {
      next: () => {
        if (this.#left === 0) return { done: true, value: undefined };
        this.#left--;
        return { done: false, value: new Coroutine<T>('nextResult', this.#nextResult, [], this) };
      },
    };
  }

  /** The tasks, done, in the order of completion. */
  [Symbol.asyncIterator](): { next(): Promise<IteratorResult<F, undefined>> } {
    // Not typed as AsyncIterator: of that one TypeScript believes that `for await` waits for each value, here for a task.
    return {
      // The task is boxed all the way: a promise that is resolved with a task would wait for it.
      next: () => new Coroutine<IteratorResult<F, undefined>>('next', this.#nextStep, [], this).then(),
    };
  }

  /** For coroutines: the next task that is done, or undefined after the last. */
  nextDone(): Coroutine<F | undefined> {
    return new Coroutine<F | undefined>('nextDone', this.#nextDone, [], this);
  }

  *#nextDone(): Generator<void, F | undefined, Resume> {
    return (yield* this.#nextStep()).value;
  }

  #nextResult(): Generator<void, T, Resume> {
    if (this.#queue.empty()) return this.#waitForResult();
    return new ImmediateRun(inTime(this.#queue.getNowait()).result()) as unknown as Generator<void, T, Resume>;
  }

  *#waitForResult(): Generator<void, T, Resume> {
    return (yield* this.#take()).result() as T;
  }

  *#nextStep(): Generator<void, IteratorResult<F, undefined>, Resume> {
    if (this.#left === 0) return { done: true, value: undefined };
    this.#left--;
    return { done: false, value: yield* this.#take() };
  }

  *#take(): Generator<void, F, Resume> {
    return inTime(this.#queue.empty() ? yield* this.#queue.get() : this.#queue.getNowait());
  }

  #completedOne(future: Future<unknown>): void {
    if (this.#todo === 0) return; // the time is up
    this.#todo--;
    this.#completed.push(future as F);
    this.#queue.putNowait(future as F);
    if (this.#todo === 0) this.#timer?.cancel();
    this.#completions.next(future as F);
    if (this.#todo === 0) this.#completions.complete();
  }

  #expired(): void {
    for (const future of this.#futures) future[REMOVE](this.#onEnded);
    for (; this.#todo > 0; this.#todo--) this.#queue.putNowait(null);
    this.#completions.error(timeUp());
  }
}

function inTime<F>(future: F | null): F {
  if (future === null) throw timeUp();
  return future;
}

function timeUp(): TimeoutError {
  return new TimeoutError('asCompleted: the time limit was reached before all sources had ended');
}

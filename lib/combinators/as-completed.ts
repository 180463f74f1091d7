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
  atOnce,
  getEventLoop,
} from '../kernel/index.js';
import { Queue } from '../sync/index.js';
import { assertSources, distinct, toFutures, without } from './to-futures.js';
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
 * Both iterations take from one queue, and can be left and resumed. In a coroutine `nextDone()` gives the next task. Whoever
 * leaves lets go of the sources; taken up again, it gives what has ended meanwhile in the order of the list, and the time
 * limit is that from the start.
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
  readonly #loop = getEventLoop();
  /** On the loop's clock. */
  readonly #deadline: number;
  /** Iterations that go on, and single items that somebody waits for; subscribers are those of `#completions`. */
  readonly #takers = new Set<object>();
  /** What is to be watched, or is watched. */
  #futures: readonly Future<unknown>[];
  /** Among the callbacks of the futures; null while nobody is interested. */
  #onEnded: SharedCallback | null = null;
  #timer: TimerHandle | null = null;
  /** How many have not ended. */
  #todo: number;
  /** How many the iterations have not given yet. */
  #left: number;

  /** @internal */
  constructor(futures: readonly Future<unknown>[], timeout: number) {
    super((subscriber) => {
      for (const future of this.#completed) subscriber.next(future);
      subscriber.add(this.#completions.subscribe(subscriber));
      this.#watch();
      return () => this.#letGo();
    });
    this.#futures = futures;
    this.#todo = this.#left = futures.length;
    this.#deadline = timeout === Infinity ? Infinity : this.#loop.time() + timeout;
    if (futures.length === 0) this.#completions.complete();
    else this.#watch();
  }

  /** Awaitables of the results, in the order of completion. */
  [Symbol.iterator](): Iterator<Coroutine<T>, undefined> {
    const iterator: Iterator<Coroutine<T>, undefined> = {
      next: () => {
        if (this.#left === 0) return OVER;
        this.#left--;
        this.#takeUp(iterator);
        return { done: false, value: new Coroutine<T>('nextResult', this.#nextResult, [], this) };
      },
      return: () => {
        this.#leave(iterator);
        return OVER;
      },
    };
    return iterator;
  }

  /** The tasks, done, in the order of completion. */
  [Symbol.asyncIterator](): AsCompletedIterator<F> {
    const iterator: AsCompletedIterator<F> = {
      // The task is boxed all the way: a promise that is resolved with a task would wait for it.
      next: () =>
        new Coroutine<IteratorResult<F, undefined>>('next', this.#nextStep, [iterator], this).then(
          null,
          (error: unknown) => {
            this.#leave(iterator); // `for await` does not call return() then
            throw error;
          },
        ),
      return: () => {
        this.#leave(iterator);
        return atOnce(OVER);
      },
    };
    return iterator;
  }

  /** For coroutines: the next task that is done, or undefined after the last. */
  nextDone(): Coroutine<F | undefined> {
    return new Coroutine<F | undefined>('nextDone', this.#nextDone, [], this);
  }

  *#nextDone(): Generator<void, F | undefined, Resume> {
    try {
      return (yield* this.#nextStep(this)).value;
    } catch (error) {
      this.#leave(this);
      throw error;
    }
  }

  *#nextStep(taker: object): Generator<void, IteratorResult<F, undefined>, Resume> {
    if (this.#left === 0) return OVER;
    this.#left--;
    this.#takeUp(taker);
    return { done: false, value: inTime(this.#queue.empty() ? yield* this.#queue.get() : this.#queue.getNowait()) };
  }

  #nextResult(): Generator<void, T, Resume> {
    if (this.#queue.empty()) return this.#waitForResult();
    return new ImmediateRun(inTime(this.#queue.getNowait()).result()) as unknown as Generator<void, T, Resume>;
  }

  /** Its iteration may have been left: `const [first] = asCompleted(…)` leaves before anybody waits for `first`. */
  *#waitForResult(): Generator<void, T, Resume> {
    const item = this.#queue.get();
    this.#takeUp(item);
    try {
      return inTime(yield* item).result() as T;
    } finally {
      this.#leave(item);
    }
  }

  #takeUp(taker: object): void {
    this.#takers.add(taker);
    this.#watch();
  }

  #leave(taker: object): void {
    if (this.#takers.delete(taker)) this.#letGo();
  }

  /** What has ended since it was let go is told in the order of the list. */
  #watch(): void {
    if (this.#onEnded !== null || this.#todo === 0) return;
    const onEnded = new SharedCallback((future) => {
      if (this.#onEnded === onEnded) this.#completedOne(future);
    });
    this.#onEnded = onEnded;
    for (const future of this.#futures) future[ADD](onEnded);
    if (this.#deadline !== Infinity) this.#timer = this.#loop.callAt(this.#deadline, () => this.#expired());
  }

  /** If nobody takes any more, nothing may be left in the futures, which may live for long. */
  #letGo(): void {
    if (this.#onEnded === null || this.#takers.size > 0 || this.#completions.observed) return;
    this.#futures = without(this.#futures, this.#completed);
    this.#unwatch();
  }

  #unwatch(): void {
    const onEnded = this.#onEnded as SharedCallback;
    this.#onEnded = null;
    for (const future of this.#futures) future[REMOVE](onEnded);
    this.#timer?.cancel();
  }

  #completedOne(future: Future<unknown>): void {
    this.#todo--;
    this.#completed.push(future as F);
    this.#queue.putNowait(future as F);
    if (this.#todo === 0) this.#timer?.cancel();
    this.#completions.next(future as F);
    if (this.#todo === 0) this.#completions.complete();
  }

  #expired(): void {
    this.#unwatch();
    for (; this.#todo > 0; this.#todo--) this.#queue.putNowait(null);
    this.#completions.error(timeUp());
  }
}

/** Not typed as AsyncIterator: of that one TypeScript believes that `for await` waits for each value, here for a task. */
interface AsCompletedIterator<F> {
  next(): Promise<IteratorResult<F, undefined>>;
  return(): Promise<IteratorResult<F, undefined>>;
}

const OVER: IteratorReturnResult<undefined> = { done: true, value: undefined };

function inTime<F>(future: F | null): F {
  if (future === null) throw timeUp();
  return future;
}

function timeUp(): TimeoutError {
  return new TimeoutError('asCompleted: the time limit was reached before all sources had ended');
}

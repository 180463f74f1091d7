import {
  ADD,
  Coroutine,
  SharedCallback,
  type EventLoop,
  type Future,
  REMOVE,
  RESOLVE,
  type Resume,
  type ResultOf,
  type Task,
  type TimerHandle,
  assertLimit,
  got,
} from '../kernel/index.js';
import { assertSources, distinct, prepareAll } from './to-futures.js';

/** `wait` returns when every future is done. */
export const ALL_COMPLETED = 'ALL_COMPLETED';
/** `wait` returns when any future is done. */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/** `wait` returns when any future has failed, or all are done. */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';

/** When `wait` returns. */
export type ReturnWhen = typeof ALL_COMPLETED | typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION;

/** Options of `wait`. */
export interface WaitOptions {
  /** Milliseconds; null, undefined or Infinity: no limit. */
  readonly timeout?: number | null | undefined;
  /** Default: `ALL_COMPLETED`. */
  readonly returnWhen?: ReturnWhen | undefined;
}

/** What `wait` gives: sets in the order of the arguments. */
export interface Waited<F> {
  readonly done: Set<F>;
  readonly pending: Set<F>;
}

/** A future given is handed out itself; anything else as its new task. */
export type WaitedFuture<S> = S extends Future<unknown> ? S : Task<ResultOf<S>>;

/**
 * Waits for many, but takes no result: gives who is done and who is not, and leaves all of them running.
 *
 * ```
 * a            ----1|
 * b            ----------2|
 * wait         ------r|            timeout: 60 ms;  r = { done: a, pending: b }
 * ```
 *
 * **Cancellation:** cancels the wait, never what is waited for.
 *
 * **Errors:** failures are not thrown: look at the futures in `done`; a time-out is no error either. At the call: RangeError
 * for no source at all and for an unknown `returnWhen`, TypeError for what is no list of sources.
 *
 * ```ts
 * import { createTask, run, sleep, wait } from 'rxtasks';
 *
 * await run(function* () {
 *   const tasks = [createTask(sleep(10, 'fast')), createTask(sleep(5000, 'slow'))];
 *   const { done, pending } = yield* wait(tasks, { timeout: 200 });
 *   console.log(done.size, pending.size); // 1 1
 * });
 * ```
 *
 * asyncio: `asyncio.wait()`. RxJS: `merge` with `takeUntil(timer(ms))`, were it to keep the sources running.
 */
export function wait<S>(sources: Iterable<S>, options: WaitOptions = {}): Coroutine<Waited<WaitedFuture<S>>> {
  const call = 'wait(sources)';
  assertSources(call, sources);
  const { timeout, returnWhen = ALL_COMPLETED } = options;
  if (returnWhen !== ALL_COMPLETED && returnWhen !== FIRST_COMPLETED && returnWhen !== FIRST_EXCEPTION) {
    throw new RangeError(
      `${call}: expected returnWhen to be ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, got ${got(returnWhen)}`,
    );
  }
  assertLimit(call, 'timeout', timeout);
  const list = [...sources];
  if (list.length === 0) throw new RangeError(`${call}: expected at least one source, got an empty list`);
  const start = prepareAll(call, list);
  return new Coroutine('wait', waiting, [start, timeout ?? Infinity, returnWhen]) as never;
}

function* waiting(
  start: () => Future<unknown>[],
  timeout: number,
  returnWhen: ReturnWhen,
): Generator<void, Waited<Future<unknown>>, Resume> {
  const list = start();
  const { loop } = list[0] as Future<unknown>;
  loop.observer?.waiting?.(new Set(list));
  const call = new WaitCall(loop, distinct(list), timeout, returnWhen);
  try {
    yield* call.over;
  } finally {
    call.leave();
  }
  const done = new Set<Future<unknown>>();
  const pending = new Set<Future<unknown>>();
  for (const future of list) (future.done() ? done : pending).add(future);
  return { done, pending };
}

/** One wait. */
class WaitCall {
  readonly over: Future<void>;
  readonly #futures: readonly Future<unknown>[];
  readonly #returnWhen: ReturnWhen;
  readonly #onEnded = new SharedCallback((future) => this.#ended(future));
  readonly #timer: TimerHandle | undefined;
  #left: number;

  constructor(loop: EventLoop, futures: readonly Future<unknown>[], timeout: number, returnWhen: ReturnWhen) {
    this.over = loop.createFuture<void>();
    this.#futures = futures;
    this.#left = futures.length;
    this.#returnWhen = returnWhen;
    if (timeout !== Infinity) this.#timer = loop.callLater(timeout, () => this.#finish());
    for (const future of futures) future[ADD](this.#onEnded);
  }

  leave(): void {
    this.#timer?.cancel();
    for (const future of this.#futures) future[REMOVE](this.#onEnded);
  }

  #ended(future: Future<unknown>): void {
    this.#left--;
    const enough =
      this.#left === 0 ||
      this.#returnWhen === FIRST_COMPLETED ||
      (this.#returnWhen === FIRST_EXCEPTION && future.failed);
    if (!enough) return;
    this.#timer?.cancel();
    this.#finish();
  }

  #finish(): void {
    if (!this.over.done()) this.over[RESOLVE]();
  }
}

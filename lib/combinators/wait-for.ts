import { TimeoutError, isCancelled } from '../errors/index.js';
import {
  ADD,
  type AnySource,
  LimitRequest,
  type Coroutine,
  type Future,
  REMOVE,
  RESOLVE,
  type Resume,
  type Runnable,
  RUN,
  type TaskFunction,
  type TaskSource,
  assertLimit,
  cancelFuture,
  currentStrand,
  drive,
  ensureFuture,
  getEventLoop,
  prepareSource,
  sourceForRun,
} from '../kernel/index.js';
import { Carrier } from './carrier.js';
import { Timeout } from './timeout.js';

/**
 * Waits for one source, but not for ever.
 *
 * ```
 * source    ----------------r|
 * waitFor   ---!                 30 ms: the source is cancelled
 *              --x               its clean-up has ended: TimeoutError
 * ```
 *
 * @param timeout milliseconds; null, undefined or Infinity: no limit; 0 or less: the result if it is there already
 *
 * **Cancellation:** at the time-out, and when the waiting task is cancelled, the source is cancelled, and waited for. To
 * keep it running: `waitFor(shield(task), ms)`.
 *
 * **A limit is a limit.** Who can hear that it is reached is waited for, and a value that comes all the same is the
 * result. An async function that cannot hear it - it awaits nothing of this library and has read no `signal` - is left
 * behind a millisecond later, and the exception handler is told (kind `abandoned`). So give it what it can hear by:
 * `waitFor(async ({ signal }) => fetch(url, { signal }), ms)`.
 *
 * **Errors:** TimeoutError; the failure of the source, also of its clean-up. At the call: TypeError for what is not a source,
 * TypeError or RangeError for what is no time.
 *
 * ```ts
 * import { run, sleep, waitFor } from 'rxtasks';
 *
 * await run(function* () {
 *   console.log(yield* waitFor(sleep(10, 'in time'), 1000)); // in time
 * });
 * ```
 *
 * asyncio: `asyncio.wait_for()`. RxJS: `timeout`.
 */
export function waitFor<T>(source: TaskSource<T>, timeout?: number | null): Coroutine<T>;
export function waitFor<T>(source: TaskFunction<T>, timeout?: number | null): Coroutine<T>;
export function waitFor<T>(source: AnySource<T>, timeout: number | null = null): Coroutine<T> {
  const call = 'waitFor(source, timeout)';
  const prepared = prepareSource(call, source, getEventLoop());
  assertLimit(call, 'timeout', timeout);
  return new Carrier<T>('waitFor', waiting, prepared, [timeout]);
}

function waiting<T>(source: AnySource<T>, timeout: number | null): Generator<void, T, Resume> {
  return timeout === null || timeout > 0 ? limited(source, timeout) : atOnce(source);
}

function* limited<T>(source: AnySource<T>, timeout: number | null): Generator<void, T, Resume> {
  return yield* new Timeout(timeout).run(function* () {
    return yield* drive(source, currentStrand('waitFor(source, timeout)'));
  });
}

function* atOnce<T>(source: AnySource<T>): Generator<void, T, Resume> {
  const future: Future<T> = ensureFuture(sourceForRun(source, getEventLoop()) as TaskSource<T>);
  if (future.done()) return future.result();
  const waiter = future.loop.createFuture<void>();
  const wake: Runnable = {
    [RUN]: () => {
      if (!waiter.done()) waiter[RESOLVE]();
    },
  };
  future[ADD](wake);
  cancelFuture(future, new LimitRequest());
  try {
    yield* waiter;
  } finally {
    future[REMOVE](wake);
  }
  try {
    return future.result();
  } catch (error) {
    if (isCancelled(error)) throw new TimeoutError('the time limit was reached', { cause: error });
    throw error;
  }
}

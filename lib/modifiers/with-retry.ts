import { sleep } from '../combinators/index.js';
import { isCancelled } from '../errors/index.js';
import {
  type AnySource,
  Coroutine,
  Future,
  type Resume,
  type TaskFunction,
  type TaskSource,
  assertSource,
  currentStrand,
  drive,
  got,
  kindOf,
  refusal,
} from '../kernel/index.js';
import { Backoff, type FailedAttempt } from './backoff.js';

/** What `withRetry` reports as progress of the task in which it runs, after each failure that another attempt follows. */
export interface Retry extends FailedAttempt {
  /** Milliseconds until the next attempt. */
  readonly delay: number;
}

/**
 * Tries again what has failed, after a time that a backoff says.
 *
 * ```
 * attempts                ---x     --x         ---r|
 * Backoff.exponential(5)     5 ms     10 ms
 * withRetry               ------------------------r|
 * ```
 *
 * It is a coroutine: it waits on the clock of the loop, virtual or not. Each failure that another attempt follows is reported as
 * progress of the task: `{ attempt, error, elapsed, delay }`.
 *
 * @param source what can run again: a function, called for each attempt; a coroutine or an Observable, which start afresh
 *
 * **Cancellation:** a cancellation is never tried again, neither that of the waiting task nor the source's own; one that comes
 * between two attempts ends the wait.
 *
 * **Errors:** the last failure, when the backoff gives up; a failure of the clean-up of a cancelled attempt. At the call:
 * TypeError for what is no source or runs once only (a promise, a task, a generator object, a stream), and for what is no
 * backoff.
 *
 * ```ts
 * import { Backoff, coroutine, createTask, run, withRetry, type Retry } from 'rxtasks';
 *
 * const load = coroutine(function* load(attempt: { count: number }) {
 *   yield;
 *   if (++attempt.count < 3) throw new Error(`503, attempt ${attempt.count}`);
 *   return 'loaded';
 * });
 * await run(function* () {
 *   const task = createTask(withRetry(load({ count: 0 }), Backoff.exponential(5).maxAttempts(4)));
 *   task.progress$.subscribe((progress) => {
 *     const { error, delay } = progress as Retry;
 *     console.log(String(error), delay); // Error: 503, attempt 1 5, then Error: 503, attempt 2 10
 *   });
 *   console.log(yield* task); // loaded
 * });
 * ```
 *
 * RxJS: `retry({ count, delay })`, which tries again after a CancelledError too.
 */
export function withRetry<T>(source: TaskSource<T>, backoff: Backoff): Coroutine<T>;
export function withRetry<T>(source: TaskFunction<T>, backoff: Backoff): Coroutine<T>;
export function withRetry<T>(source: AnySource<T>, backoff: Backoff): Coroutine<T> {
  assertRepeatable(source);
  if (!(backoff instanceof Backoff)) {
    throw new TypeError(refusal('withRetry(source, backoff)', 'a Backoff, as Backoff.exponential(100)', backoff));
  }
  return new Coroutine<T>('withRetry', attempts, [source, backoff]);
}

function* attempts<T>(source: AnySource<T>, backoff: Backoff): Generator<void, T, Resume> {
  const strand = currentStrand('withRetry(source, backoff)');
  const { loop, task } = strand;
  const start = loop.time();
  for (let attempt = 1; ; attempt++) {
    const requests = strand.cancelling();
    try {
      return yield* drive(source, strand);
    } catch (error) {
      // A request that the attempt has answered with another error - of its clean-up - was a cancellation all the same.
      if (isCancelled(error) || strand.cancelling() > requests) throw error;
      const failure: FailedAttempt = { attempt, error, elapsed: loop.time() - start };
      const delay = backoff.delay(failure);
      if (delay === null) throw error;
      task.report({ ...failure, delay } satisfies Retry);
      yield* sleep(delay);
    }
  }
}

function assertRepeatable(source: unknown): void {
  const call = 'withRetry(source, backoff)';
  assertSource(call, source);
  const kind = kindOf(source);
  const once =
    Future.is(source) ||
    kind === 'promise' ||
    kind === 'generator' ||
    (kind === 'async iterable' && ('getReader' in (source as object) || 'next' in (source as object)));
  if (!once) return;
  throw new TypeError(
    `${call}: ${got(source)} runs once, and what has failed stays failed; give a function: withRetry(() => work(), backoff)`,
  );
}

import { Observable, type OperatorFunction } from 'rxjs';
import {
  type AnySource,
  Coroutine,
  type Resume,
  type TaskFunction,
  type TaskSource,
  assertTime,
  currentStrand,
  drive,
  getEventLoop,
  prepareSource,
} from '../kernel/index.js';
import { sleep } from './sleep.js';

/**
 * Starts a source after a time.
 *
 * ```
 * source                     --a--b|
 * delayStart(30, source)     -----b|      as a coroutine: the result
 * source.pipe(delayStart(30)) -----a--b|  as an operator: all values
 * ```
 *
 * With a source it is a coroutine, cold as all are: `createTask(delayStart(1000, work()))` starts it in the background.
 * Without one it is an operator. A future or a promise runs already; then only the waiting for it is delayed.
 *
 * @param ms milliseconds; Infinity: never
 *
 * **Cancellation:** before the time is over the source is never started; afterwards the source is cancelled.
 *
 * **Errors:** those of the source; at the call TypeError or RangeError for what is no time, TypeError for what is not a
 * source.
 *
 * ```ts
 * import { of } from 'rxjs';
 * import { delayStart, resultOf, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   console.log(yield* delayStart(10, sleep(10, 'late')), yield* resultOf(of(1, 2).pipe(delayStart(10)))); // late 2
 * });
 * ```
 *
 * asyncio: the recipe `await sleep(s); return await work()`. RxJS: `timer(ms).pipe(switchMap(() => source))`.
 */
export function delayStart<T>(ms: number): OperatorFunction<T, T>;
export function delayStart<T>(ms: number, source: TaskSource<T>): Coroutine<T>;
export function delayStart<T>(ms: number, source: TaskFunction<T>): Coroutine<T>;
export function delayStart<T>(ms: number, ...sources: AnySource<T>[]): Coroutine<T> | OperatorFunction<T, T> {
  const call = 'delayStart(ms, source)';
  assertTime(call, 'ms', ms);
  if (sources.length === 0) return delayed(ms);
  const source = prepareSource(call, sources[0] as AnySource<T>, getEventLoop());
  return new Coroutine<T>('delayStart', startLate, [ms, source]);
}

function* startLate<T>(ms: number, source: AnySource<T>): Generator<void, T, Resume> {
  yield* sleep(ms);
  return yield* drive(source, currentStrand('delayStart(ms, source)'));
}

/** Subscribes to the source when a sleep, which the loop at hand times, has ended. */
function delayed<T>(ms: number): OperatorFunction<T, T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const waiting = sleep(ms).subscribe({
        complete: () => subscriber.add(source.subscribe(subscriber)),
        error: (error: unknown) => subscriber.error(error),
      });
      return waiting;
    });
}

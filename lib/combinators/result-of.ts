import {
  type Coroutine,
  type AnySource,
  type Resume,
  type TaskFunction,
  type TaskSource,
  currentStrand,
  drive,
  getEventLoop,
  prepareSource,
} from '../kernel/index.js';
import { Carrier } from './carrier.js';

/**
 * Waits for any source and gives its result, typed: what `yield*` needs for what is not a library awaitable.
 *
 * ```
 * yield* resultOf(fetch(url))       a promise
 * yield* resultOf(source$)          an Observable: its last value
 * yield* resultOf(async () => …)    an async function
 * await resultOf(fetch(url))        a promise, in an async function: so a cancellation is heard
 * ```
 *
 * The source runs inside of the waiting task. A promise runs already: its reaction is attached at the call.
 *
 * **Cancellation:** of the waiting task: an Observable is unsubscribed, an async function is cancelled where it awaits
 * this library, a promise is abandoned (a later rejection goes to the exception handler). A signal alone delivers
 * nothing: after a bare `await fetch(url, { signal })` the next `await` of this library throws, also that of a `finally`;
 * after `await resultOf(fetch(url, { signal }))` the request is delivered.
 *
 * **Errors:** TypeError at the call for what is not a source; EmptyError for a source without a value; those of the source.
 *
 * ```ts
 * import { of } from 'rxjs';
 * import { resultOf, run } from 'rxtasks';
 *
 * await run(function* () {
 *   console.log(yield* resultOf(of(1, 2, 3)), yield* resultOf(Promise.resolve('four'))); // 3 four
 * });
 * ```
 *
 * asyncio: `await`. RxJS: `lastValueFrom`.
 */
export function resultOf<T>(source: TaskSource<T>): Coroutine<T>;
export function resultOf<T>(source: TaskFunction<T>): Coroutine<T>;
export function resultOf<T>(source: AnySource<T>): Coroutine<T> {
  return new Carrier<T>('resultOf', waiting, prepareSource('resultOf(source)', source, getEventLoop()));
}

function waiting<T>(source: AnySource<T>): Generator<void, T, Resume> {
  return drive(source, currentStrand('resultOf(source)'));
}

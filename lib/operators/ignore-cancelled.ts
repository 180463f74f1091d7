import { EMPTY, type MonoTypeOperatorFunction, catchError, throwError } from 'rxjs';
import { isCancelled } from '../errors/index.js';

/**
 * Completes where a cancellation would be an error.
 *
 * ```
 * task                ------!x       cancelled
 * ignoreCancelled()   -------|
 * ```
 *
 * Where no value has come before, `createTask`, `gather` and `resultOf`, which give a result, then fail with an EmptyError:
 * say what the result is, by `defaultIfEmpty(…)` or by `createTask(source, { defaultValue })`.
 *
 * **Errors:** any other error passes.
 *
 * ```ts
 * import { createTask, ignoreCancelled, sleep } from 'rxtasks';
 *
 * const task = createTask(sleep(1000));
 * task.pipe(ignoreCancelled()).subscribe({ complete: () => console.log('no longer needed') }); // no longer needed
 * task.cancel();
 * ```
 *
 * asyncio: `contextlib.suppress(CancelledError)` around an await.
 */
export function ignoreCancelled<T>(): MonoTypeOperatorFunction<T> {
  return catchError((error: unknown) => (isCancelled(error) ? EMPTY : throwError(() => error)));
}

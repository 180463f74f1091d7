import { type MonoTypeOperatorFunction, Observable, tap } from 'rxjs';
import { createTask, currentOwner, getEventLoop, refusalOfShutdown } from '../kernel/index.js';

/**
 * Lets the source run to its end although the subscriber leaves.
 *
 * ```
 * source        --a--b--c|
 * subscriber    --a--!            unsubscribes
 * the work      --a--b--c|        runs on, as a task
 * ```
 *
 * **Cancellation:** unsubscribing stops watching; the work is a task of the loop, and ends with `run()` at the latest.
 *
 * **Errors:** those of the source; one that comes after the subscriber has left goes to the exception handler.
 *
 * ```ts
 * import { coroutine, run, shielded, sleep } from 'rxtasks';
 *
 * const save = coroutine(function* save() {
 *   yield* sleep(10);
 *   console.log('saved'); // saved
 * });
 * await run(function* () {
 *   const subscription = save().pipe(shielded()).subscribe();
 *   yield;
 *   subscription.unsubscribe();
 *   yield* sleep(30);
 * });
 * ```
 *
 * @see {@link shield}
 *
 * asyncio: `asyncio.shield()`. RxJS: `share({ resetOnRefCountZero: false })`.
 */
export function shielded<T>(): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const refusal = refusalOfShutdown(getEventLoop(), currentOwner());
      if (refusal !== null) return subscriber.error(refusal);
      const task = createTask(source.pipe(tap((value) => subscriber.next(value))), { defaultValue: undefined });
      return task.subscribe({
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}

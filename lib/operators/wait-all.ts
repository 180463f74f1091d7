import { Observable, type OperatorFunction, defer, switchMap, toArray } from 'rxjs';
import { type WaitOptions, type Waited, type WaitedFuture, wait } from '../combinators/index.js';
import { assertSource } from '../kernel/index.js';
import { OwnedTasks } from './owned-tasks.js';

/**
 * Collects the sources that come, and when the last one has come starts them and waits: for all, for the first, or for some
 * time. Emits who is done and who is not.
 *
 * ```
 * sources                     -a-b|
 *   a                             --1|
 *   b                             ----------2|      runs on
 * waitAll({ timeout: 50 })    ---------(r|)         r = { done: {a}, pending: {b} }
 * ```
 *
 * **Cancellation:** unsubscribing before it has emitted cancels the tasks that it started; afterwards those in `pending` run
 * on and are the caller's.
 *
 * **Errors:** those of the outer source; RangeError for no source at all. Failures of the tasks are not thrown.
 *
 * ```ts
 * import { of } from 'rxjs';
 * import { resultOf, run, sleep, waitAll } from 'rxtasks';
 *
 * await run(function* () {
 *   const { done, pending } = yield* resultOf(of(sleep(10), sleep(5000)).pipe(waitAll({ timeout: 200 })));
 *   console.log(done.size, pending.size); // 1 1
 * });
 * ```
 *
 * @see {@link wait}
 *
 * asyncio: `asyncio.wait()`. RxJS: `merge`, `takeUntil` and `timer`, were they to keep the sources running.
 */
export function waitAll<S>(options: WaitOptions = {}): OperatorFunction<S, Waited<WaitedFuture<S>>> {
  return (sources) =>
    defer(() => {
      const owned = new OwnedTasks();
      return sources.pipe(
        toArray(),
        switchMap((list) => waiting<S>(list, owned, options)),
      );
    });
}

function waiting<S>(list: readonly S[], owned: OwnedTasks, options: WaitOptions): Observable<Waited<WaitedFuture<S>>> {
  for (const source of list) assertSource('waitAll()', source);
  return new Observable((subscriber) => {
    subscriber.add(() => owned.cancel());
    const futures = list.map((source) => owned.start<unknown>(source) as WaitedFuture<S>);
    const waited = owned.start<Waited<WaitedFuture<S>>>(wait(futures, options));
    subscriber.add(
      waited.subscribe({
        next: (result) => {
          owned.release();
          subscriber.next(result);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
  });
}

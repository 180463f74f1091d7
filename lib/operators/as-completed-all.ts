import { Observable, type OperatorFunction, map, mergeAll } from 'rxjs';
import type { WaitedFuture } from '../combinators/index.js';
import { ADD, type Future, Origin, REMOVE, RUN, type Runnable, assertAtLeast, assertSource } from '../kernel/index.js';
import { OwnedTasks } from './owned-tasks.js';

/**
 * Starts every source that comes and emits its task when that has ended.
 *
 * ```
 * sources             -a-b|
 *   a                  -----1|
 *   b                    -x
 * asCompletedAll()    -----b-a|       the tasks: a failed one is a value, look at its result()
 * ```
 *
 * Built on `mergeAll`.
 *
 * @param concurrency how many run at the same time; default: all
 *
 * **Cancellation:** unsubscribing cancels the tasks that it started and no future that was given to it.
 *
 * **Errors:** only those of the outer source; a failed task is emitted like any other. At the call: RangeError for a
 * concurrency below 1.
 *
 * ```ts
 * import { of } from 'rxjs';
 * import { asCompletedAll, run, sleep } from 'rxtasks';
 *
 * await run(
 *   of(sleep(60, 'slow'), sleep(10, 'fast')).pipe(asCompletedAll(), (tasks$) => {
 *     tasks$.subscribe((task) => console.log(task.result())); // fast, then slow
 *     return sleep(200);
 *   }),
 * );
 * ```
 *
 * @see {@link asCompleted}
 *
 * asyncio: `asyncio.as_completed()`. RxJS: `mergeAll`, were it to tell which one ended.
 */
export function asCompletedAll<S>(concurrency = Infinity): OperatorFunction<S, WaitedFuture<S>> {
  assertAtLeast('asCompletedAll(concurrency)', 1, concurrency);
  return (sources) =>
    new Observable<WaitedFuture<S>>((subscriber) => {
      const owned = new OwnedTasks();
      subscriber.add(() => owned.cancel());
      const ending = sources.pipe(
        map((source) => {
          assertSource('asCompletedAll()', source);
          return whenDone(() => owned.start<unknown>(source));
        }),
        mergeAll(concurrency),
      ) as Observable<unknown> as Observable<WaitedFuture<S>>;
      subscriber.add(ending.subscribe(subscriber));
    });
}

/** Starts a future when it is subscribed to, and emits the future itself when it is done. */
function whenDone<F extends Future<unknown>>(start: () => F): Observable<F> {
  return new Observable<F>((subscriber) => {
    const future = start();
    const origin = new Origin();
    const tell = () => {
      subscriber.next(future);
      subscriber.complete();
    };
    const ended: Runnable = { [RUN]: () => origin.run(tell, undefined) };
    future[ADD](ended);
    return () => future[REMOVE](ended);
  });
}

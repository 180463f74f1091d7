import { Observable, type OperatorFunction, defer, of, switchMap, toArray } from 'rxjs';
import { type GatherOptions, gather } from '../combinators/index.js';
import { type ResultOf, assertSource } from '../kernel/index.js';
import { joinFutures } from './join-futures.js';
import { OwnedTasks } from './owned-tasks.js';

/**
 * Collects the sources that come, and when the last one has come runs them at the same time and emits all results, in
 * order.
 *
 * ```
 * sources        --a-b|
 *   a              ------1|          started when the list is complete
 *   b              ---2|
 * gatherAll()    -----------([1,2]|)
 * ```
 *
 * No source at all gives `[]`.
 *
 * **Cancellation:** unsubscribing, and a failure, cancel the tasks that it started and no future that was given to it; a task
 * whose pipeline this is waits for their clean-up.
 *
 * **Errors:** the first failure; with `returnExceptions` failures are values.
 *
 * ```ts
 * import { of } from 'rxjs';
 * import { gatherAll, resultOf, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   console.log(yield* resultOf(of(sleep(20, 'slow'), sleep(10, 'fast')).pipe(gatherAll()))); // [ 'slow', 'fast' ]
 * });
 * ```
 *
 * @see {@link gather}
 *
 * asyncio: `asyncio.gather()`. RxJS: `forkJoin`; higher-order as `combineLatestAll`.
 */
export function gatherAll<S>(
  options: GatherOptions & { readonly returnExceptions: true },
): OperatorFunction<S, (ResultOf<S> | Error)[]>;
export function gatherAll<S>(options?: GatherOptions): OperatorFunction<S, ResultOf<S>[]>;
export function gatherAll<S>(options: GatherOptions = {}): OperatorFunction<S, unknown[]> {
  return (sources) =>
    defer(() => {
      const owned = new OwnedTasks();
      return sources.pipe(
        toArray(),
        switchMap((list) => together(list, owned, options)),
      );
    });
}

function together(list: readonly unknown[], owned: OwnedTasks, options: GatherOptions): Observable<unknown[]> {
  for (const source of list) assertSource('gatherAll()', source);
  if (list.length === 0) return of([]);
  return new Observable<unknown[]>((subscriber) => {
    subscriber.add(() => owned.cancel());
    const futures = list.map((source) => owned.start<unknown>(source));
    const joined = options.returnExceptions
      ? (gather(futures, { returnExceptions: true }) as Observable<unknown[]>)
      : joinFutures(futures, owned.origin);
    subscriber.add(joined.subscribe(subscriber));
  });
}

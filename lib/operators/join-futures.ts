import { Observable } from 'rxjs';
import { ADD, SharedCallback, type Future, type Origin, PEEK, REMOVE } from '../kernel/index.js';

/**
 * The results of futures, in order, when all have one; or the first failure. It is what `forkJoin` makes of them, but RxJS looks
 * through all subscriptions that are left whenever one of them ends.
 *
 * @param origin where it is told
 *
 * @internal
 */
export function joinFutures(futures: readonly Future<unknown>[], origin: Origin): Observable<unknown[]> {
  return new Observable<unknown[]>((subscriber) => {
    const left = new Set(futures);
    const fail = (error: unknown) => subscriber.error(error);
    const ended = (future: Future<unknown>) => {
      if (subscriber.closed) return;
      left.delete(future);
      if (future.failed || future.cancelled()) future[PEEK](() => {}, fail);
      if (left.size > 0 || subscriber.closed) return;
      subscriber.next(futures.map((each) => each.result()));
      subscriber.complete();
    };
    const onEnded = new SharedCallback((future) => origin.run(ended, future));
    for (const future of left) {
      if (!future.done()) future[ADD](onEnded);
      else ended(future);
    }
    return () => {
      for (const future of left) future[REMOVE](onEnded);
    };
  });
}

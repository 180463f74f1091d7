/**
 * What `acquire()` of a lock, a condition or a semaphore resumes with: the right to what was acquired, to be given back
 * once.
 *
 * ```ts
 * import { Lock, coroutine, run } from 'rxtasks';
 *
 * const lock = new Lock();
 * const work = coroutine(function* () {
 *   using _held = yield* lock.acquire(); // released where the block ends, however it ends
 *   console.log(String(lock)); // <Lock locked>
 * });
 * await run(work());
 * ```
 *
 * `release()` and `using` do the same, and a second time they do nothing. A guard of a lock gives back its own
 * acquisition only: after somebody called `lock.release()` for it, the guard never releases the lock of the next
 * holder. The permits of a semaphore are all alike, so there give back a permit either through its guard or by
 * `semaphore.release()`, not both.
 *
 * asyncio has no counterpart: there `acquire()` returns true, and `async with` gives nothing.
 */
export interface Guard extends Disposable {
  /** Gives back what was acquired; does nothing if that has been given back. */
  release(): void;
}

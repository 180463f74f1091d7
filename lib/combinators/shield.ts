import type { CancelledError } from '../errors/index.js';
import {
  CANCELLED,
  CancelRequest,
  type Future,
  type TaskFunction,
  type TaskSource,
  Watch,
  assertSource,
  ensureFuture,
} from '../kernel/index.js';

/**
 * Protects work from the cancellation of those who wait for it.
 *
 * ```
 * work            ----------r|
 * shield(work)    ----!x            cancelled; the work runs on
 * ```
 *
 * A promise is refused nothing but cannot be protected either: it runs already, in the task that made it. Give the
 * function: `shield(() => work(1))`.
 *
 * **Cancellation:** of the shield, or of who waits for it: the shield is cancelled, the work is not. Cancelling the work
 * cancels the shield.
 *
 * **Errors:** those of the work; one that comes after the shield was cancelled stays with the work's own task.
 *
 * ```ts
 * import { createTask, run, shield, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   const work = createTask(sleep(20, 'saved'));
 *   const waiter = createTask(shield(work));
 *   yield;
 *   waiter.cancel();
 *   console.log(yield* work); // saved
 * });
 * ```
 *
 * asyncio: `asyncio.shield()`. RxJS: `share({ resetOnRefCountZero: false })`.
 */
export function shield<T>(source: TaskSource<T>): Future<T>;
export function shield<T>(source: TaskFunction<T>): Future<T>;
export function shield<T>(source: TaskSource<T> | TaskFunction<T>): Future<T> {
  assertSource('shield(source)', source);
  const inner = ensureFuture(source as TaskSource<T>);
  return inner.done() ? inner : new Shield(inner);
}

/** What waits in the place of the source. As in asyncio, the message of a cancellation of the source stays there. */
class Shield<T> extends Watch<T> {
  protected override innerCancelled(error: unknown): void {
    const { source = 'cancel' } = error as CancelledError;
    this[CANCELLED](new CancelRequest(undefined, source, undefined, error));
  }
}

import {
  ADD,
  CANCELLED,
  Future,
  PEEK,
  REJECT,
  REMOVE,
  RESOLVE,
  RUN,
  type Runnable,
  type TaskFunction,
  type TaskSource,
  WAITING_FOR,
  type WaitingFor,
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

class Shield<T> extends Future<T> {
  readonly #inner: Future<T>;
  readonly #innerDone: Runnable = { [RUN]: () => this.#settle() };

  constructor(inner: Future<T>) {
    super(inner.loop);
    this.#inner = inner;
    inner[ADD](this.#innerDone);
    this[ADD]({ [RUN]: () => inner[REMOVE](this.#innerDone) });
  }

  /** @internal */
  override [WAITING_FOR](): WaitingFor {
    return { futures: [this.#inner], foreign: null };
  }

  #settle(): void {
    if (this.done()) return;
    if (this.#inner.cancelled()) {
      this[CANCELLED](null);
      return;
    }
    this.#inner[PEEK](
      (value) => this[RESOLVE](value),
      (error) => this[REJECT](error),
    );
  }
}

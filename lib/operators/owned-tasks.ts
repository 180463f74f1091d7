import { isCancelled } from '../errors/index.js';
import {
  ADD,
  CancelRequest,
  Future,
  Origin,
  RUN,
  type Task,
  type TaskOptions,
  type TaskSource,
  adoptChild,
  cancelFuture,
  currentOwner,
  getEventLoop,
  reportLateFailure,
} from '../kernel/index.js';

/**
 * The tasks that one subscription of an operator has started. It owns those, and only watches futures that were given to
 * it: those ran already, and run on.
 *
 * @internal
 */
export class OwnedTasks {
  readonly #running = new Set<Task<unknown>>();
  /** Where the subscription was made, and whose it is: what is started later, from wherever, belongs there too. */
  readonly #loop = getEventLoop();
  readonly #owner = currentOwner();
  readonly origin = new Origin();
  #cancelled = false;
  /** Those that were cancelled one by one: they clean up, and are not asked again. */
  readonly #asked = new WeakSet<Future<unknown>>();

  /** A future as it is; anything else as a task of this subscription. */
  start<T>(source: unknown, options?: TaskOptions): Future<T> {
    if (Future.is(source)) return source as Future<T>;
    const task = this.#loop.createTask(source as TaskSource<T>, { context: this.origin.context, ...options });
    const owned = task as Task<unknown>;
    this.#running.add(owned);
    adoptChild(owned, this.#owner);
    task[ADD]({ [RUN]: () => void this.#running.delete(owned) });
    return task;
  }

  /** They run on, and belong to nobody here. */
  release(): void {
    this.#running.clear();
  }

  /** Cancels one of them. */
  cancelOne(task: Future<unknown>, request: CancelRequest): void {
    this.#asked.add(task);
    cancelFuture(task, request);
  }

  /**
   * Cancels what runs, once, and reports what fails meanwhile. A pipeline that is torn down waits for it - also for what was
   * cancelled before and still cleans up.
   */
  cancel(source = 'unsubscribe'): void {
    const first = !this.#cancelled;
    this.#cancelled = true;
    for (const task of [...this.#running]) {
      if (task.done()) continue;
      adoptChild(task, this.#owner);
      if (!first) continue;
      reportLateFailure(task);
      if (!this.#asked.has(task)) cancelFuture(task, new CancelRequest(undefined, source));
    }
  }

  /** Reports a failure whose subscriber has left before it could be told. */
  reportUntold(exception: unknown): void {
    if (isCancelled(exception)) return;
    this.#loop.callExceptionHandler({
      kind: 'late-failure',
      message: 'an operator failed, and its subscriber left while it cleaned up',
      exception,
    });
  }
}

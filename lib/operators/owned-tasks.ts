import {
  ADD,
  CancelRequest,
  Future,
  RUN,
  type Task,
  type TaskOptions,
  type TaskSource,
  adoptChild,
  cancelFuture,
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

  /** A future as it is; anything else as a task of this subscription. */
  start<T>(source: unknown, options?: TaskOptions): Future<T> {
    if (Future.is(source)) return source as Future<T>;
    const task = getEventLoop().createTask(source as TaskSource<T>, options);
    const owned = task as Task<unknown>;
    this.#running.add(owned);
    adoptChild(owned);
    task[ADD]({ [RUN]: () => void this.#running.delete(owned) });
    return task;
  }

  /** They run on, and belong to nobody here. */
  release(): void {
    this.#running.clear();
  }

  /** Cancels what runs; the pipeline that is torn down waits for it, and a failure meanwhile is reported. */
  cancel(source = 'unsubscribe'): void {
    const tasks = [...this.#running];
    this.#running.clear();
    for (const task of tasks) {
      if (task.done()) continue;
      reportLateFailure(task);
      adoptChild(task);
      cancelFuture(task, new CancelRequest(undefined, source));
    }
  }
}

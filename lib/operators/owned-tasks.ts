import { isCancelled } from '../errors/index.js';
import {
  ADD,
  type CancelRequest,
  Future,
  Origin,
  RUN,
  type Runnable,
  type Task,
  type TaskOptions,
  type TaskSource,
  adoptChild,
  adoptCrowd,
  cancelOwned,
  currentOwner,
  getEventLoop,
  refusalOfShutdown,
  reportLateFailure,
  unsubscribed,
} from '../kernel/index.js';

/**
 * The tasks that one subscription of an operator has started. It owns those, and only watches futures that were given to
 * it: those ran already, and run on.
 *
 * @internal
 */
export class OwnedTasks implements Iterable<Task<unknown>> {
  // Those that run form a list through themselves, in the order in which they were started.
  #first: OwnedTask | null = null;
  #last: OwnedTask | null = null;
  /** Where the subscription was made, and whose it is: what is started later, from wherever, belongs there too. */
  readonly #loop = getEventLoop();
  readonly #owner = currentOwner();
  readonly origin = new Origin();
  /** Who waits for the clean-up; undefined as long as nothing was started. */
  #adopting: ReturnType<typeof adoptCrowd> | undefined;
  /** What they were cancelled with. */
  #cancelled: CancelRequest | null = null;

  /** For `start`: made once for all that have the same name. */
  options(name?: string): TaskOptions {
    return { context: this.origin.context, name };
  }

  /**
   * A future as it is; anything else as a task of this subscription, for which `owned` stands.
   *
   * **Errors:** CancelledError if the run has ended that this belongs to.
   */
  start<T>(source: unknown, options = this.options(), owned = new OwnedTask()): Future<T> {
    if (Future.is(source)) return source as Future<T>;
    const refusal = refusalOfShutdown(this.#loop, this.#owner);
    if (refusal !== null) throw refusal;
    if (this.#adopting === undefined) this.#adopting = adoptCrowd(this, this.#owner);
    const task = this.#loop.createTask(source as TaskSource<T>, options);
    owned.future = task;
    owned.list = this;
    owned.previous = this.#last;
    if (this.#last === null) this.#first = owned;
    else this.#last.next = owned;
    this.#last = owned;
    task[ADD](owned);
    // An eager one may have ended all of this in its first step, before it was in the list.
    if (this.#cancelled !== null && !task.done()) this.#cancel(task, this.#cancelled);
    return task;
  }

  /** `owned` has ended, or is nobody's any more. */
  remove(owned: OwnedTask): void {
    if (owned.list === null) return;
    owned.list = null;
    if (owned.previous === null) this.#first = owned.next;
    else owned.previous.next = owned.next;
    if (owned.next === null) this.#last = owned.previous;
    else owned.next.previous = owned.previous;
    owned.previous = owned.next = null;
  }

  *[Symbol.iterator](): Generator<Task<unknown>, void> {
    for (const { future } of this.#list()) yield future as Task<unknown>;
  }

  #list(): OwnedTask[] {
    const list: OwnedTask[] = [];
    for (let owned = this.#first; owned !== null; owned = owned.next) list.push(owned);
    return list;
  }

  /** They run on, and belong to nobody here. */
  release(): void {
    for (const owned of this.#list()) this.remove(owned);
  }

  /** Cancels one of them: it cleans up, and is not asked again. */
  cancelOne(owned: OwnedTask, request: CancelRequest): void {
    owned.asked = true;
    cancelOwned(owned.future as Task<unknown>, request);
  }

  /**
   * Cancels what runs, once, and reports what fails meanwhile. A pipeline that is torn down waits for it - also for what was
   * cancelled before and still cleans up.
   */
  cancel(request = unsubscribed()): void {
    const first = this.#cancelled === null;
    this.#cancelled ??= request;
    for (const { future, asked } of this.#list()) {
      const task = future as Task<unknown>;
      if (task.done()) continue;
      if (!first || asked) adoptChild(task, this.#owner);
      if (!first) continue;
      if (asked) reportLateFailure(task);
      else this.#cancel(task, request);
    }
    this.#adopting?.dismissCrowd?.(this);
    this.#adopting = null;
  }

  #cancel(task: Task<unknown>, request: CancelRequest): void {
    adoptChild(task, this.#owner);
    reportLateFailure(task);
    cancelOwned(task, request);
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

/**
 * One task that was started. It is its own callback and its own place in the list: with a million of them nothing else is
 * made for one, and no set is looked through.
 *
 * @internal
 */
export class OwnedTask implements Runnable {
  /** From the start on: the task. */
  future: Future<unknown> | null = null;
  /** In which it is. */
  list: OwnedTasks | null = null;
  previous: OwnedTask | null = null;
  next: OwnedTask | null = null;
  /** It was cancelled by itself. */
  asked = false;

  [RUN](): void {
    this.list?.remove(this);
    this.ended();
  }

  protected ended(): void {}
}

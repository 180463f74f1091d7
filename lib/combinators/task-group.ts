import type { Observable } from 'rxjs';
import { ExceptionGroup, RuntimeError, isCancelled } from '../errors/index.js';
import {
  ADD,
  type Body,
  CancelRequest,
  Coroutine,
  Endings,
  type Future,
  RESOLVE,
  type Resume,
  Scope,
  type Strand,
  type Task,
  type TaskOptions,
  type TaskSource,
  assertBody,
  assertSource,
  cancelFuture,
  kindOf,
  text,
} from '../kernel/index.js';

type State = 'created' | 'entered' | 'exiting' | 'finished';

/**
 * A scope that owns tasks: it is left when all of them have ended; the first failure cancels the others and the body.
 *
 * ```
 * body    -----|                      waits here for its children
 * a       ---------x                  fails: everybody else is cancelled,
 * b       ----------!--x              and waited for
 * group   -------------x              ExceptionGroup
 * ```
 *
 * It runs one body, once. Most code uses {@link withTaskGroup}.
 *
 * **Cancellation:** of the task that runs the group: body and children are cancelled and waited for. `cancel(reason)` ends
 * the group without an error.
 *
 * **Errors:** ExceptionGroup with the failures of the children in the order in which they were noticed, that of the body
 * last. RuntimeError for a second run, outside of a task, and for `createTask` before, while shutting down, and after.
 *
 * ```ts
 * import { ExceptionGroup, TaskGroup, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   const group = new TaskGroup();
 *   try {
 *     yield* group.run(function* () {
 *       group.createTask(sleep(1000));
 *       group.createTask(function* () {
 *         throw new Error('broken');
 *       });
 *     });
 *   } catch (error) {
 *     if (error instanceof ExceptionGroup) console.log(error.errors.map(String)); // [ 'Error: broken' ]
 *   }
 * });
 * ```
 *
 * asyncio: `asyncio.TaskGroup`, with `cancel()` of CPython 3.15.
 */
export class TaskGroup extends Scope {
  #state: State = 'created';
  #aborting = false;
  /** What has ended it before its time. */
  #cause: unknown;
  #parent: Strand<unknown> | null = null;
  /** How many requests the parent had swallowed before. */
  #base = 0;
  #parentCancelRequested = false;
  /** `cancel(reason)` was called: the request, and whether it has been given to the body. */
  #ownRequest: CancelRequest | null = null;
  #bodyAsked = false;
  readonly #tasks = new Set<Task<unknown>>();
  readonly #endings = new Endings((task) => this.#childDone(task as Task<unknown>));
  readonly #errors: unknown[] = [];
  #allDone: Future<void> | null = null;

  /** Runs `body` in the group: a generator function inline, or an async function, or one that returns an Observable. */
  run<T>(body: Body<this, T>): Coroutine<T> {
    assertBody('TaskGroup.run(body)', body);
    return new Coroutine<T>(this.#run, [body], this);
  }

  createTask<T, P = unknown>(
    source: (task: Task<unknown, P>) => Generator<void, T, Resume>,
    options?: TaskOptions,
  ): Task<T, P>;
  createTask<T, P = unknown>(source: (task: Task<unknown, P>) => PromiseLike<T>, options?: TaskOptions): Task<T, P>;
  createTask<T, P = unknown>(source: (task: Task<unknown, P>) => Observable<T>, options?: TaskOptions): Task<T, P>;
  createTask<T, P = unknown>(source: (task: Task<unknown, P>) => AsyncIterable<T>, options?: TaskOptions): Task<T, P>;
  createTask<T>(source: TaskSource<T>, options?: TaskOptions): Task<T>;
  /** A task that the group owns; the options of the function `createTask`. */
  createTask(source: unknown, options?: TaskOptions): unknown {
    const refused = this.#refusal();
    if (refused !== null) {
      if (kindOf(source) === 'generator') (source as Generator).return(undefined);
      throw new RuntimeError(`TaskGroup.createTask(source): ${refused}`);
    }
    assertSource('TaskGroup.createTask(source)', source);
    const { loop } = this.#parent as Strand<unknown>;
    const task = loop.createTask(source as TaskSource<unknown>, options);
    this.#tasks.add(task);
    if (task.done()) this.#childDone(task);
    else task[ADD](this.#endings);
    // An eager one may have ended the group in its first step, before it was in it.
    if (this.#aborting && !task.done()) cancelFuture(task, this.#abortRequest());
    return task;
  }

  /**
   * Ends the group early: children, and the body if it runs, are cancelled with `reason`, and the group is left without an
   * error - unless a child fails. May be repeated; before the body has started it takes effect at the body's first
   * suspension; after all have ended it does nothing.
   */
  cancel(reason?: string): void {
    if (this.#ownRequest !== null || this.#state === 'finished') return;
    if (this.#state === 'exiting' && this.#tasks.size === 0) return;
    this.#ownRequest = new CancelRequest(reason, 'task group', this);
    if (this.#state !== 'created') this.#cancelAll();
  }

  override toString(): string {
    const facts = [`tasks=${this.#tasks.size}`, `errors=${this.#errors.length}`];
    return `<TaskGroup ${this.#aborting ? 'cancelling' : this.#state} ${facts.join(' ')}>`;
  }

  *#run<T>(body: Body<this, T>): Generator<void, T, Resume> {
    if (this.#state !== 'created') {
      throw new RuntimeError('TaskGroup.run(body): a group runs one body, once; make a new one');
    }
    const parent = this.enter('TaskGroup.run(body)');
    this.#parent = parent;
    this.#base = parent.cancelling();
    this.#state = 'entered';
    if (this.#ownRequest !== null) this.#cancelAll();
    let result: T | undefined;
    let failure: { readonly error: unknown } | null = null;
    try {
      result = yield* this.runBody(body);
    } catch (error) {
      failure = { error: parent.cancellation(error) ?? error };
    }
    yield* this.#exit(parent, failure);
    return result as T;
  }

  *#exit(parent: Strand<unknown>, failure: { readonly error: unknown } | null): Generator<void, void, Resume> {
    this.#state = 'exiting';
    let propagate = failure !== null && isCancelled(failure.error) ? failure : null;
    if (failure !== null && !this.#aborting) this.#abort(failure.error);
    while (this.#tasks.size > 0) {
      parent.loop.observer?.waiting?.(this.#tasks);
      this.#allDone ??= parent.loop.createFuture<void>();
      try {
        yield* this.#allDone;
      } catch (error) {
        // While failures are being cleaned up a request is dropped here and armed again below; while the group ends by
        // its own cancel() nothing else would carry it on.
        if (!this.#aborting || this.#ownRequest !== null) propagate = { error };
        if (!this.#aborting) this.#abort(error);
      }
      this.#allDone = null;
    }
    this.#state = 'finished';
    if (this.#parentCancelRequested && parent.uncancel() === 0) propagate = null;
    if (this.#bodyAsked) {
      // Our own request is swallowed, and only ours: others that have come meanwhile keep the error going.
      if (parent.uncancel() <= this.#base) {
        parent.disarm(this);
        propagate = null;
      }
    }
    if (propagate !== null && this.#errors.length === 0) throw propagate.error;
    if (failure !== null && !isCancelled(failure.error)) this.#errors.push(failure.error);
    if (this.#errors.length > 0) {
      if (parent.cancelling() > 0) {
        // Armed again, so that the request from outside interrupts what comes next.
        parent.uncancel();
        cancelFuture(parent, new CancelRequest(undefined, 'task group'));
      }
      throw new ExceptionGroup('unhandled errors in a TaskGroup', this.#errors);
    }
  }

  /** @param cause what ended the group, unless it was its own `cancel(reason)` */
  #abort(cause?: unknown): void {
    this.#aborting = true;
    this.#cause = cause;
    const request = this.#abortRequest();
    for (const task of [...this.#tasks]) if (!task.done()) cancelFuture(task, request);
  }

  #abortRequest(): CancelRequest {
    return this.#ownRequest ?? new CancelRequest(undefined, 'task group', this, this.#cause);
  }

  /** What `cancel(reason)` does once the group is entered. */
  #cancelAll(): void {
    if (!this.#aborting) this.#abort();
    if (this.#state === 'entered' && !this.#parentCancelRequested && this.#parent !== null) {
      this.#bodyAsked = true;
      cancelFuture(this.#parent, this.#ownRequest as CancelRequest);
    }
  }

  #childDone(task: Task<unknown>): void {
    this.#tasks.delete(task);
    if (this.#allDone !== null && this.#tasks.size === 0 && !this.#allDone.done()) this.#allDone[RESOLVE]();
    if (task.cancelled() || !task.failed) return;
    const exception = task.exception();
    this.#errors.push(exception);
    const parent = this.#parent as Strand<unknown>;
    if (parent.done()) {
      parent.loop.callExceptionHandler({
        kind: 'taskgroup_parent_done',
        message: `${text(task)} has failed, but its parent task ${text(parent.task)} is completed already`,
        exception,
        task,
      });
      return;
    }
    if (this.#aborting || this.#parentCancelRequested) return;
    this.#abort(exception);
    this.#parentCancelRequested = true;
    cancelFuture(parent, new CancelRequest(undefined, 'task group', this, exception));
  }

  #refusal(): string | null {
    if (this.#state === 'created') return 'the group has not been entered; call it inside of the body of run()';
    if (this.#state === 'finished' || (this.#state === 'exiting' && this.#tasks.size === 0)) {
      return 'the group is finished; make the task before its body ends';
    }
    return this.#aborting ? 'the group is shutting down; it takes no tasks any more' : null;
  }
}

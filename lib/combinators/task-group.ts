import type { Observable } from 'rxjs';
import { ExceptionGroup, RuntimeError, isCancelled } from '../errors/index.js';
import {
  ADD,
  type Body,
  CancelRequest,
  Coroutine,
  SharedCallback,
  type Future,
  RESOLVE,
  type Resume,
  Scope,
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
 * **Cancellation:** of the task that runs the group: body and children are cancelled and waited for. `cancel(reason)`
 * ends the group without an error. Who is cancelled because another has failed gets a CancelledError whose source is
 * `'task group'`, and whose cause is the failure.
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
  #parentCancelRequested = false;
  /** `cancel(reason)` was called: the request, and whether it has been given to the body. */
  #ownRequest: CancelRequest | null = null;
  #bodyAsked = false;
  readonly #tasks = new Set<Task<unknown>>();
  readonly #onEnded = new SharedCallback((task) => this.#childDone(task as Task<unknown>));
  readonly #errors: unknown[] = [];
  #allDone: Future<void> | null = null;

  /** Runs `body` in the group: a generator function inline, or an async function, or one that returns an Observable. */
  run<T>(body: Body<this, T>): Coroutine<T> {
    assertBody('TaskGroup.run(body)', body);
    return new Coroutine<T>('run', this.#run, [body], this);
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
    const task = this.strand.loop.createTask(source as TaskSource<unknown>, options);
    this.#tasks.add(task);
    if (task.done()) this.#childDone(task);
    else task[ADD](this.#onEnded);
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
    this.enter('TaskGroup.run(body)');
    this.#state = 'entered';
    if (this.#ownRequest !== null) this.#cancelAll();
    let result: T | undefined;
    let failure: { readonly error: unknown } | null = null;
    try {
      result = yield* this.runBody(body);
    } catch (error) {
      failure = { error: this.strand.cancellation(error) ?? error };
    }
    yield* this.#exit(failure);
    return result as T;
  }

  /** @param failure how the body has failed, or that it was cancelled; null: it has returned */
  *#exit(failure: { readonly error: unknown } | null): Generator<void, void, Resume> {
    const { strand: parent } = this;
    this.#state = 'exiting';
    /** The CancelledError that goes on to whoever waits for the group. */
    let propagate = failure !== null && isCancelled(failure.error) ? failure : null;

    // The body was cancelled from outside, or has failed, and nothing has told the children yet:
    //
    //     group.createTask(child());
    //     yield* sleep(1000);             // CancelledError here, or
    //     throw new Error('broken');
    if (failure !== null && !this.#aborting) this.#abort(failure.error);

    while (this.#tasks.size > 0) {
      parent.loop.observer?.waiting?.(this.#tasks);
      this.#allDone ??= parent.loop.createFuture<void>();
      try {
        yield* this.#allDone;
      } catch (error) {
        // The task is cancelled while the body is over and children still run:
        //
        //     const task = createTask(group.run(function* () {
        //       group.createTask(child());
        //     }));
        //     yield* sleep(10);
        //     task.cancel();
        //
        // While failures are being cleaned up the request is dropped here and armed again below; while the group ends by
        // its own cancel() nothing else would carry it on.
        if (!this.#aborting || this.#ownRequest !== null) propagate = { error };
        if (!this.#aborting) this.#abort(error);
      }
      this.#allDone = null;
    }
    this.#state = 'finished';

    // A child has failed while the body was waiting, which we have interrupted:
    //
    //     group.createTask(fails());
    //     yield* sleep(1000);             // CancelledError here, that nobody but us has asked for
    if (this.#parentCancelRequested && parent.uncancel() === 0) propagate = null;

    // The group was ended early, while the body was waiting:
    //
    //     group.createTask(endsEarly());  // calls group.cancel('enough')
    //     yield* sleep(1000);             // CancelledError here: only ours is swallowed, one from outside goes on
    if (this.#bodyAsked && this.takeBack()) propagate = null;

    // Cancelled from outside, and no child has failed; failures come first.
    if (propagate !== null && this.#errors.length === 0) throw propagate.error;

    // The body itself has failed:
    //
    //     group.createTask(child());      // cancelled by now
    //     throw new Error('broken');      // the last one in the ExceptionGroup
    if (failure !== null && !isCancelled(failure.error)) this.#errors.push(failure.error);

    if (this.#errors.length > 0) {
      // Children have failed, and the task was cancelled from outside: the request is armed again, so that it interrupts what
      // comes next, and the counter stays as it was:
      //
      //     try {
      //       yield* group.run(body);     // ExceptionGroup
      //     } finally {
      //       yield* sleep(10);           // CancelledError
      //     }
      if (parent.cancelling() > 0) {
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
    if (this.#state === 'entered' && !this.#parentCancelRequested) {
      this.#bodyAsked = true;
      this.interrupt(this.#ownRequest as CancelRequest);
    }
  }

  #childDone(task: Task<unknown>): void {
    this.#tasks.delete(task);
    if (this.#allDone !== null && this.#tasks.size === 0 && !this.#allDone.done()) this.#allDone[RESOLVE]();
    if (task.cancelled() || !task.failed) return;
    const exception = task.exception();
    this.#errors.push(exception);
    const { strand: parent } = this;
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
    this.interrupt(new CancelRequest(undefined, 'task group', this, exception));
  }

  #refusal(): string | null {
    if (this.#state === 'created') return 'the group has not been entered; call it inside of the body of run()';
    if (this.#state === 'finished' || (this.#state === 'exiting' && this.#tasks.size === 0)) {
      return 'the group is finished; make the task before its body ends';
    }
    return this.#aborting ? 'the group is shutting down; it takes no tasks any more' : null;
  }
}

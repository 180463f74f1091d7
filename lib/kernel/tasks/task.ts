import type { Observable } from 'rxjs';
import { RuntimeError } from '../../errors/index.js';
import { CancelRequest, cancelFuture } from '../futures/cancel.js';
import { type Context, readContext } from '../now/context.js';
import { currentOwner } from '../now/current-owner.js';
import { prepareSource, recipeText } from '../sources/drive.js';
import type { EventLoop } from '../loop/event-loop.js';
import type { Future, FutureState } from '../futures/future.js';
import { awaitSource } from './await-source.js';
import { recordCreation, reportRunningPromise, watchForStuck } from '../futures/debug.js';
import type { Progress } from './progress.js';
import { PromiseFuture } from '../futures/promise-future.js';
import { onAbort } from '../ground/abort-signals.js';
import { CANCEL, CANCELLED, ENQUEUE, REQUEST, RUN, TEXT } from '../ground/protocol.js';
import { Reports } from './reports.js';
import { type AnySource, type Deferred, type TaskFunction, type TaskSource, kindOf } from '../sources/source.js';
import { Strand } from './strand.js';
import { assertTaskOptions } from './task-options.js';
import { errorText, isErrorLike } from '../ground/text.js';

/** How a task is made. */
export interface TaskOptions {
  /** A name for logs and for looking at what runs. Default: `Task-<n>`. */
  readonly name?: string | undefined;
  /** Run the first step now instead of in the next iteration of the loop. asyncio: `eager_start`. */
  readonly eager?: boolean | undefined;
  /** Aborting it cancels the task. */
  readonly signal?: AbortSignal | undefined;
  /** The result for a source that ends without a value, even `undefined`; without this option that is an EmptyError. */
  readonly defaultValue?: unknown;
  /** The context to run in. Default: that of the creator. */
  readonly context?: Context | undefined;
}

/** Shared, since a task keeps its options until it starts. @internal */
export const NO_OPTIONS: TaskOptions = {};

/**
 * A recipe running: a coroutine, an Observable, an async function, … started on a loop. It is a Future, hence an
 * Observable of its result, and can be awaited any number of times.
 *
 * ```
 * task   c---s----s----r|       created, steps, result
 * cancel           !
 *                  ---f-x       the request, the clean-up of the body, CancelledError
 * ```
 *
 * **Cancellation:** `cancel(message)` asks. The body gets a CancelledError where it waits and may clean up, wait in its
 * `finally`, or catch the error and go on: then the task is not cancelled. What the task waits for is cancelled along.
 *
 * ```ts
 * import { coroutine, createTask, run, sleep } from 'rxtasks';
 *
 * const work = coroutine(function* work() {
 *   yield* sleep(1000);
 * });
 * await run(function* () {
 *   const task = createTask(work(), { name: 'a' });
 *   yield* sleep(0);
 *   console.log(String(task)); // <Task pending name='a' running work() awaiting <Future pending>>
 *   task.cancel('enough');
 *   try {
 *     yield* task;
 *   } catch (error) {
 *     console.log(String(error), task.cancelled()); // CancelledError: enough true
 *   }
 * });
 * ```
 *
 * asyncio: `asyncio.Task`. RxJS: the subscription to a cold source, with a name, a result and an end.
 */
export class Task<T, P = unknown> extends Strand<T> {
  #name: string | number;
  #context: Context;
  #previous: Task<unknown> | null = null;
  #next: Task<unknown> | null = null;

  /** For task factories; everywhere else use `createTask`, or that of a task group. */
  constructor(loop: EventLoop, source: TaskSource<T> | TaskFunction<T, P>, options: TaskOptions = NO_OPTIONS) {
    if (options !== NO_OPTIONS) assertTaskOptions('createTask(source, options)', options, source);
    super(loop, prepareSource('createTask(source)', source as AnySource<T>, loop), options);
    this.#name = options.name === undefined ? ++unnamed : String(options.name);
    this.#context = options.context ?? readContext();
    if (loop.debug) {
      recordCreation(this);
      if (kindOf(source) === 'promise') reportRunningPromise(loop);
    }
    if (!options.eager) loop[ENQUEUE](this);
    this.link(loop.tasks);
    loop.observer?.created?.(this);
    if (options.signal) this.listen(options.signal);
    if (options.eager) this[RUN]();
  }

  get name(): string {
    if (typeof this.#name === 'number') this.#name = `Task-${this.#name}`;
    return this.#name;
  }

  set name(name: string) {
    this.#name = String(name);
  }

  /** What runs: the source that the task was made from. asyncio: `Task.get_coro()`. */
  get recipe(): TaskSource<T> | TaskFunction<T> {
    const source = this.prepared;
    if (source instanceof PromiseFuture) return source.promise as PromiseLike<T>;
    return kindOf(source) === 'deferred' ? ((source as unknown as Deferred).recipe as TaskSource<T>) : source;
  }

  /**
   * Aborted when cancellation is requested, with the CancelledError as reason; give it to work that this library does not
   * run, such as `fetch`. It stays aborted until `uncancel()` has brought the counter to zero; then the next read gives a
   * fresh one.
   *
   * Read in a scope or in what the task awaits - `waitFor(async ({ signal }) => fetch(url, { signal }), 50)` - it is that run's
   * own: aborted also when the limit of that one is reached.
   */
  override get signal(): AbortSignal {
    const owner = currentOwner();
    const inside = owner !== null && (owner as unknown) !== this && (owner.task as unknown) === this;
    return inside ? owner.signal : this.ownSignal;
  }

  /** @internal */
  override get task(): Task<T> {
    return this;
  }

  /** The values of context variables in the task. asyncio: `Task.get_context()`. */
  get context(): Context {
    return this.#context;
  }

  /** @internal */
  setContext(context: Context): void {
    this.#context = context;
  }

  /**
   * What the task reports of its progress: hot; the last report is replayed to late watchers; it completes when the task
   * ends in any way, and never errors. Every value of an Observable source is a report.
   *
   * `for await (const report of task.progress$)` gets every report, in order, and ends with the task; what comes while the loop
   * is busy waits for it. Leaving the loop stops watching.
   */
  get progress$(): Observable<P> & AsyncIterable<P> {
    return (this.needExtras().reports ??= new Reports()).progress(this) as Progress<P>;
  }

  /** Tells the watchers of `progress$`, synchronously. What they throw does not reach the task. */
  report(progress: P): void {
    if (this.done()) return;
    this.loop.observer?.reported?.(this, progress);
    (this.needExtras().reports ??= new Reports()).report(progress);
  }

  /**
   * Waits for any source in an async function, so that cancelling this task reaches it, also where there is no ambient
   * context (outside of Node): `await task.resultOf(sleep(10))`.
   *
   * **Cancellation:** a coroutine, Observable or future is cancelled along; a promise is abandoned.
   *
   * **Errors:** those of the source; TypeError if it is none.
   */
  resultOf<U>(source: TaskSource<U>): Promise<U> {
    return awaitSource('task.resultOf(source)', source, this as unknown as Task<unknown>);
  }

  /** **Errors:** always RuntimeError: what runs decides the outcome. */
  override setResult(_value: T): never {
    throw new RuntimeError(`setResult(): the task '${this.name}' gets its result from what it runs`);
  }

  /** **Errors:** always RuntimeError: what runs decides the outcome. */
  override setException(_error: unknown): never {
    throw new RuntimeError(`setException(): the task '${this.name}' gets its outcome from what it runs`);
  }

  /** Cancels the task and waits until it has ended; swallows its cancellation, not its failure. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    if (!this.done()) await new Promise<void>((resolve) => this.addDoneCallback(() => resolve()));
    if (!this.cancelled()) this.result();
  }

  override toJSON(): { name: string; state: FutureState } {
    return { name: this.name, state: this.stateText() };
  }

  /** @internal */
  override [TEXT](depth: number): string {
    const [, ...outcome] = this.outcomeText(depth);
    const parts = ['Task', this.stateText(), `name='${this.name}'`, ...outcome];
    if (!this.done()) {
      parts.push(`running ${recipeText(this.recipe)}`);
      const waiting = this.waitingOn;
      if (waiting !== null && depth > 0) parts.push(`awaiting ${waiting[TEXT](depth - 1)}`);
    }
    return `<${parts.join(' ')}>`;
  }

  private stateText(): FutureState {
    const [state] = this.outcomeText(0) as [FutureState];
    return state === 'pending' && this.cancelling() > 0 ? 'cancelling' : state;
  }

  /** @internal */
  override [CANCEL](request: CancelRequest): boolean | Future<unknown> {
    if (!this.done()) {
      if (this.loop.debug && this.cancelling() === 0) watchForStuck(this);
      this.loop.observer?.cancelRequested?.(this);
    }
    return super[CANCEL](request);
  }

  /** A task that asked itself to cancel and returned is cancelled. @internal */
  protected override returnedArmed(): void {
    this[CANCELLED](this[REQUEST]);
  }

  /** @internal */
  protected override ended(): void {
    this.unlink(this.loop.tasks);
    this.loop.observer?.ended?.(this);
    const { extras } = this;
    if (extras === null) return;
    const { endCallbacks } = extras;
    extras.endCallbacks = null;
    if (endCallbacks !== null) for (const callback of endCallbacks) callback();
    extras.reports?.complete();
  }

  /** Calls `callback` in the very step in which the task ends: a done callback is called an iteration later. @internal */
  atEnd(callback: () => void): void {
    if (this.done()) callback();
    else (this.needExtras().endCallbacks ??= []).push(callback);
  }

  private listen(signal: AbortSignal): void {
    const cancel = () => void cancelFuture(this, abortRequest(signal));
    if (signal.aborted) cancel();
    else this.atEnd(onAbort(signal, cancel));
  }

  // The tasks of a loop that have not ended form a list through the tasks themselves, in the order of their creation:
  // it costs two references a task, and constant time to join and to leave.

  /** The live tasks of `loop`. @internal */
  static live(loop: EventLoop): Set<Task<unknown>> {
    const tasks = new Set<Task<unknown>>();
    for (let task = loop.tasks.first; task !== null; task = task.#next) tasks.add(task);
    return tasks;
  }

  private link(list: TaskList): void {
    const task = this as unknown as Task<unknown>;
    this.#previous = list.last;
    if (list.last === null) list.first = task;
    else list.last.#next = task;
    list.last = task;
  }

  private unlink(list: TaskList): void {
    if (this.#previous === null) list.first = this.#next;
    else this.#previous.#next = this.#next;
    if (this.#next === null) list.last = this.#previous;
    else this.#next.#previous = this.#previous;
    this.#previous = this.#next = null;
  }
}

let unnamed = 0;

/** The ends of a loop's list of live tasks. @internal */
export interface TaskList {
  first: Task<unknown> | null;
  last: Task<unknown> | null;
}

/** The request that an aborted signal stands for. @internal */
export function abortRequest(signal: AbortSignal): CancelRequest {
  const reason: unknown = signal.reason;
  const message = typeof reason === 'string' ? reason : isErrorLike(reason) ? errorText(reason) : undefined;
  return new CancelRequest(message, 'signal', undefined, reason);
}

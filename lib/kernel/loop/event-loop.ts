import type { Observable, SchedulerLike } from 'rxjs';
import { RuntimeError } from '../../errors/index.js';
import { asNobody } from '../now/ambient.js';
import { PendingAwait } from '../futures/awaits.js';
import { readContext } from '../now/context.js';
import { current } from '../now/current.js';
import { type ExceptionContext, type ExceptionHandler, writeException } from '../futures/exception-handler.js';
import type { Executor, RemoteFunction, RemoteResult } from './executor.js';
import { Future } from '../futures/future.js';
import { assertCallback, assertFunction, assertTime, refusal } from '../ground/arguments.js';
import { Handle, TimerHandle } from '../clock/handle.js';
import type { Host } from '../clock/host.js';
import { LoopScheduler } from '../clock/loop-scheduler.js';
import { ADD, ENQUEUE, REMOVE, RUN, type Runnable, SCHEDULE, UNSCHEDULE } from '../ground/protocol.js';
import { ReadyQueue } from '../clock/ready-queue.js';
import type { Resume } from '../ground/resume.js';
import { RuntimeHost } from '../clock/runtime-host.js';
import { SchedulerHost } from '../clock/scheduler-host.js';
import { type AnySource, type TaskFunction, type TaskSource, assertSource, kindOf } from '../sources/source.js';
import { Strand } from '../tasks/strand.js';
import { NO_OPTIONS, Task, type TaskList, type TaskOptions } from '../tasks/task.js';
import { assertTaskOptions } from '../tasks/task-options.js';
import { text } from '../ground/text.js';
import type { TaskObserver } from '../tasks/task-observer.js';
import { type Timer, TimerQueue } from '../clock/timer-queue.js';
import { isVirtual, watchFlush } from '../clock/virtual-flush.js';

/** How a loop is made. */
export interface EventLoopOptions {
  /**
   * The RxJS scheduler to live on: any that defers work. With it the loop is live: it runs whenever it has work. Without
   * it the loop queues until it is run.
   */
  readonly scheduler?: SchedulerLike | undefined;
  /** Debug mode: see `EventLoop.debug`. */
  readonly debug?: boolean | undefined;
  /** False: nothing of an AsyncLocalStorage is kept for tasks (Node only). Default: true. */
  readonly asyncContext?: boolean | undefined;
}

/** Options that no user gives. @internal */
export interface InternalOptions extends EventLoopOptions {
  /** It hosts itself whenever it has work. */
  readonly live?: boolean | undefined;
  readonly host?: ((turn: () => void) => Host) | undefined;
  /** Decides the order of what is ready. */
  readonly ready?: ReadyQueue | undefined;
}

/** Makes the tasks of a loop: see `EventLoop.setTaskFactory`. */
export type TaskFactory = (loop: EventLoop, source: AnySource<unknown>, options: TaskOptions) => Task<unknown>;

/**
 * Runs callbacks and tasks, in turn, on one clock. One iteration takes what is ready at its beginning; what that
 * schedules runs in the next:
 *
 * ```
 * iteration   timers that are due ──▶ to the end of ready;  run the n that are ready now
 *             next iteration: in a microtask, or when the first timer is due
 * ```
 *
 * There is a default loop, made on first use, which the JavaScript runtime hosts and which is never closed;
 * `new EventLoop({ scheduler })` lives on an RxJS scheduler; `run()` and `Runner` make one of their own.
 *
 * All times are milliseconds. **Errors:** a closed loop refuses everything with a RuntimeError.
 *
 * ```ts
 * import { EventLoop, sleep } from 'rxtasks';
 *
 * const loop = new EventLoop();
 * loop.callSoon((name) => console.log(`hello ${name}`), 'loop'); // hello loop
 * loop.callLater(10, () => console.log('later')); // later
 * console.log(await loop.runUntilComplete(sleep(20, 'done'))); // done
 * loop.close();
 * ```
 *
 * asyncio: `asyncio.EventLoop`.
 */
export class EventLoop {
  /** Debug mode: reports callbacks that take long, promises given where a function belongs, requests never answered. */
  debug: boolean;
  /** From how many ms on a callback is slow, in debug mode. */
  slowCallbackDuration = 100;

  readonly #ready: ReadyQueue;
  readonly #timers = new TimerQueue();
  readonly #tasks: TaskList = { first: null, last: null };
  readonly #host: Host;
  readonly #asyncContext: boolean;
  /** It hosts itself whenever it has work. */
  readonly #live: boolean;
  /** Somebody runs it: what to do when it has stopped. */
  #onStopped: (() => void) | null = null;
  #stopping = false;
  /** The host will call, or an iteration is going on. */
  #awake = false;
  #closed = false;
  #closing = false;
  #handler: ExceptionHandler | null = null;
  #factory: TaskFactory | null = null;
  #executor: Executor | null = null;
  #makeExecutor: () => Executor = noExecutor;
  #scheduler: LoopScheduler | null = null;

  constructor(options: EventLoopOptions = {}) {
    const { scheduler } = options;
    this.debug = options.debug ?? false;
    this.#asyncContext = options.asyncContext ?? true;
    this.#live = (options as InternalOptions).live ?? scheduler !== undefined;
    const { host, ready } = options as InternalOptions;
    const turn = this.#asyncContext ? asNobody(() => this.#turn()) : () => this.#turn();
    if (host !== undefined) this.#host = host(turn);
    else this.#host = scheduler === undefined ? new RuntimeHost(turn) : new SchedulerHost(scheduler, turn);
    this.#ready = ready ?? new ReadyQueue();
    if (scheduler !== undefined && isVirtual(scheduler)) watchFlush(scheduler, this);
  }

  // ---- callbacks ------------------------------------------------------------------------------------------------

  /** Calls `callback(...args)` in the next iteration, in the current context. */
  callSoon<A extends unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle {
    this.#check('callSoon(callback)', callback);
    const handle = new Handle(callback, args, readContext());
    this[ENQUEUE](handle);
    return handle;
  }

  /** Calls `callback(...args)` after `delay` ms. A delay of 0 or less: after everything that is ready by then. */
  callLater<A extends unknown[]>(delay: number, callback: (...args: A) => unknown, ...args: A): TimerHandle {
    assertTime('callLater(delay, callback)', 'delay', delay);
    return this.#callAt('callLater(delay, callback)', this.time() + delay, callback, args);
  }

  /** Calls `callback(...args)` when the loop's clock shows `when`. */
  callAt<A extends unknown[]>(when: number, callback: (...args: A) => unknown, ...args: A): TimerHandle {
    assertTime('callAt(when, callback)', 'when', when);
    return this.#callAt('callAt(when, callback)', when, callback, args);
  }

  #callAt<A extends unknown[]>(call: string, when: number, callback: (...args: A) => unknown, args: A): TimerHandle {
    this.#check(call, callback);
    const timer = new TimerHandle(when, callback, args, readContext(), this);
    this[SCHEDULE](timer);
    return timer;
  }

  /** The loop's clock, in ms: monotonic, with an origin of its own. */
  time(): number {
    return this.#host.now();
  }

  /** The loop's clock for RxJS operators: `timer(100, loop.scheduler)`. */
  get scheduler(): SchedulerLike {
    return (this.#scheduler ??= new LoopScheduler(this, () => this.#host.epoch()));
  }

  // ---- futures and tasks ----------------------------------------------------------------------------------------

  /** A pending future of this loop. */
  createFuture<T>(): Future<T> {
    return new Future<T>(this);
  }

  /** Runs a source as a task of this loop: see the function `createTask`. */
  createTask<T, P = unknown>(
    source: (task: Task<unknown, P>) => Generator<void, T, Resume>,
    options?: TaskOptions,
  ): Task<T, P>;
  createTask<T, P = unknown>(source: (task: Task<unknown, P>) => PromiseLike<T>, options?: TaskOptions): Task<T, P>;
  createTask<T, P = unknown>(source: (task: Task<unknown, P>) => Observable<T>, options?: TaskOptions): Task<T, P>;
  createTask<T, P = unknown>(source: (task: Task<unknown, P>) => AsyncIterable<T>, options?: TaskOptions): Task<T, P>;
  createTask<T>(source: TaskSource<T>, options?: TaskOptions): Task<T>;
  createTask(source: unknown, options: TaskOptions = NO_OPTIONS): unknown {
    if (this.#closed) {
      if (kindOf(source) === 'generator') (source as Generator).return(undefined);
      throw this.#closedError('createTask(source)');
    }
    if (this.#factory === null) return new Task(this, source as AnySource<unknown>, options);
    assertTaskOptions('createTask(source, options)', options, source);
    assertSource('createTask(source)', source);
    const task = this.#factory(this, source, options);
    if (options.name !== undefined && task.name !== options.name) task.name = options.name;
    return task;
  }

  /**
   * Replaces how tasks are made; null restores the default.
   *
   * **Errors:** TypeError if it is neither a function nor null.
   */
  setTaskFactory(factory: TaskFactory | null): void {
    if (factory !== null) assertFunction('setTaskFactory(factory)', 'a function or null', factory);
    this.#factory = factory;
  }

  // ---- running --------------------------------------------------------------------------------------------------

  /**
   * Runs the loop until `source`, a future or something to make a task of, is done.
   *
   * **Errors:** the promise is rejected as the source is, or with a RuntimeError if the loop was stopped before. At the
   * call: RuntimeError inside of a running loop, RangeError for a future of another loop.
   */
  runUntilComplete<T>(source: TaskSource<T> | TaskFunction<T>): Promise<T> {
    const call = 'runUntilComplete(source)';
    this.#checkRun(call);
    assertSource(call, source);
    const given = Future.is(source);
    if (given && (source as Future<T>).loop !== this) {
      throw new RangeError(`${call}: ${text(source)} belongs to another loop`);
    }
    const future = given ? (source as unknown as Future<T>) : this.createTask<T>(source as TaskSource<T>);
    return new Promise<T>((resolve, reject) => {
      this.runUntil(future, () => {
        try {
          if (!future.done()) throw new RuntimeError(`${call}: the loop was stopped before ${text(future)} was done`);
          resolve(future.result());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Runs the loop until `stop()`. */
  runForever(): Promise<void> {
    this.#checkRun('runForever()');
    return new Promise<void>((resolve) => this.#run(resolve));
  }

  /** The current iteration is the last one of `runForever` or `runUntilComplete`; before either: its first one is. */
  stop(): void {
    this.#stopping = true;
    this.#wake();
  }

  /** Is the loop being run, or does it host itself? */
  isRunning(): boolean {
    return this.#live || this.#onStopped !== null;
  }

  isClosed(): boolean {
    return this.#closed;
  }

  /** Drops what is queued and refuses everything from now on. May be repeated. **Errors:** RuntimeError while it runs. */
  close(): void {
    if (this.isRunning()) throw new RuntimeError('close(): the loop is running; stop() it first, or wait for run()');
    this.#closed = true;
    this.#host.at(undefined);
    while (this.#ready.length > 0) {
      // what an async function awaits, and what is there, is delivered all the same
      const entry = this.#ready.shift();
      if (entry instanceof PendingAwait) entry[RUN]();
    }
    this.releaseExecutor()?.shutdown?.({ wait: false });
  }

  // ---- errors ---------------------------------------------------------------------------------------------------

  /**
   * What to call for errors that can reach nobody else; null restores the default, which writes one `console.error`.
   *
   * **Errors:** TypeError if it is neither a function nor null.
   */
  setExceptionHandler(handler: ExceptionHandler | null): void {
    if (handler !== null) assertFunction('setExceptionHandler(handler)', 'a function or null', handler);
    this.#handler = handler;
  }

  /**
   * What is done without a handler of one's own: writes one `console.error` and never throws. For handlers that care for
   * some kinds only. asyncio: `loop.default_exception_handler`.
   */
  defaultExceptionHandler(context: ExceptionContext): void {
    writeException(context);
  }

  /** Calls the exception handler. An error in a handler goes to the default one; nothing is ever thrown. */
  callExceptionHandler(context: ExceptionContext): void {
    if (this.#handler === null) return this.#handleByDefault(context);
    try {
      this.#handler(this, context);
    } catch (error) {
      this.#handleByDefault({ kind: 'callback', message: 'the exception handler itself threw', exception: error });
      this.#handleByDefault(context);
    }
  }

  #handleByDefault(context: ExceptionContext): void {
    try {
      this.defaultExceptionHandler(context);
    } catch (error) {
      writeException({ kind: 'callback', message: 'the default exception handler itself threw', exception: error });
      writeException(context);
    }
  }

  // ---- blocking work --------------------------------------------------------------------------------------------

  runInExecutor<A extends unknown[], R, P>(
    executor: Executor | null,
    fn: RemoteFunction<A, R, P>,
    ...args: A
  ): Future<RemoteResult<R>>;
  runInExecutor<A extends unknown[], R>(
    executor: Executor | null,
    fn: (...args: A) => R,
    ...args: A
  ): Future<RemoteResult<R>>;
  /**
   * Runs `fn(...args)` by an executor, at once; null: the default one. In `run()` that is a ThreadPoolExecutor, made on first
   * use, of four threads more than the machine has processors, at most 32.
   *
   * **Errors:** RuntimeError if there is no default executor; those of `fn` through the future.
   *
   * asyncio: `loop.run_in_executor`.
   */
  runInExecutor(executor: Executor | null, fn: (...args: never[]) => unknown, ...args: unknown[]): Future<unknown> {
    if (this.#closed) throw this.#closedError('runInExecutor(executor, fn)');
    const chosen = executor ?? this.executor(this.#makeExecutor);
    assertExecutor('runInExecutor(executor, fn)', chosen);
    return chosen.submit(fn as (...args: unknown[]) => unknown, ...args);
  }

  /** The executor of `runInExecutor(null, …)`. It is shut down at the end of `run()`, or when the loop is closed. */
  setDefaultExecutor(executor: Executor): void {
    assertExecutor('setDefaultExecutor(executor)', executor);
    this.#executor = executor;
  }

  /** The default executor, which `make` makes if there is none yet. @internal */
  executor(make: () => Executor): Executor {
    return (this.#executor ??= make());
  }

  /** How the default executor is made on first use. @internal */
  set makeExecutor(make: () => Executor) {
    this.#makeExecutor = make;
  }

  /** The default executor is no longer that of this loop: the caller shuts it down. @internal */
  releaseExecutor(): Executor | null {
    const executor = this.#executor;
    this.#executor = null;
    return executor;
  }

  // ---- for the kernel -------------------------------------------------------------------------------------------

  /** Hears what becomes of the tasks. @internal */
  observer: TaskObserver | undefined;

  /** The internal runs that have not ended: coroutines that async functions await. @internal */
  readonly runs: Set<Future<unknown>> = new Set();

  /** The ends of the list of live tasks. @internal */
  get tasks(): TaskList {
    return this.#tasks;
  }

  /** @internal */
  get asyncContext(): boolean {
    return this.#asyncContext;
  }

  /** Does it live in virtual time, where nothing happens between two flushes? @internal */
  get virtual(): boolean {
    return this.#host.virtual;
  }

  /** How many handles are ready and how many timers are to fire. @internal */
  get pending(): { ready: number; timers: number } {
    return { ready: this.#ready.length, timers: this.#timers.size };
  }

  /** Does its run end, or has it ended? @internal */
  get closing(): boolean {
    return this.#closing || this.#closed;
  }

  /** Its run ends: what is left has been, or is about to be, cancelled. @internal */
  beginClosing(): void {
    this.#closing = true;
  }

  /** Keeps the process alive until `release`. @internal */
  hold(): void {
    this.#host.hold();
  }

  /** @internal */
  release(): void {
    this.#host.release();
  }

  /** Runs until `future` is done or the loop is stopped, then calls `stopped`, between two iterations. @internal */
  runUntil(future: Future<unknown>, stopped: () => void): void {
    const stop = new Stop(this);
    future[ADD](stop);
    this.#run(() => {
      future[REMOVE](stop);
      stopped();
    });
  }

  /** @internal */
  [ENQUEUE](entry: Runnable): void {
    if (this.#awake && current.loop !== this && this.#host.lost()) this.#awake = false;
    if (!this.#awake) this.#wake(); // may throw, as a scheduler may; then nothing is queued
    this.#ready.push(entry);
  }

  /** @internal */
  [SCHEDULE](timer: Timer): void {
    this.#timers.push(timer);
    if (!this.#awake && this.isRunning()) this.#host.at(this.#timers.first());
  }

  /** @internal */
  [UNSCHEDULE](timer: Timer): void {
    this.#timers.drop(timer);
    if (!this.#awake && this.isRunning()) this.#host.at(this.#timers.first());
  }

  #run(stopped: () => void): void {
    this.#onStopped = stopped;
    this.#wake();
  }

  #wake(): void {
    if (this.#awake || this.#closed || !this.isRunning()) return;
    this.#host.soon(0);
    this.#awake = true;
  }

  /** The host calls. */
  #turn(): void {
    if (this.#closed || !this.isRunning()) {
      this.#awake = false;
      return;
    }
    this.#awake = true;
    let ran: number;
    do ran = this.#iterate();
    while (this.#host.drains && this.isRunning() && this.#hasWork());
    if (!this.isRunning()) {
      this.#awake = false;
      this.#host.at(undefined);
    } else if (this.#ready.length > 0 || this.#stopping) {
      this.#host.soon(ran);
    } else {
      this.#awake = false;
      this.#host.at(this.#timers.first());
      this.#host.idle();
    }
  }

  #hasWork(): boolean {
    if (this.#ready.length > 0 || this.#stopping) return true;
    const deadline = this.#timers.first();
    return deadline !== undefined && deadline <= this.#host.now();
  }

  /** One iteration; gives how many handles it has run. */
  #iterate(): number {
    const { loop, owner, context, pipeline } = current;
    current.loop = this;
    current.owner = null;
    current.pipeline = null;
    const ready = this.#ready;
    if (this.#timers.size > 0) {
      const now = this.#host.now();
      for (let timer = this.#timers.due(now); timer !== undefined; timer = this.#timers.due(now)) ready.push(timer);
    }
    const count = ready.length;
    for (let n = count; n > 0; n--) {
      const entry = ready.shift();
      current.context = context; // what the one before has set is not for this one
      try {
        if (this.debug) this.#runTimed(entry);
        else entry[RUN]();
      } catch (error) {
        this.#threw(entry, error);
      }
    }
    current.loop = loop;
    current.owner = owner;
    current.context = context;
    current.pipeline = pipeline;
    if (this.#stopping) {
      this.#stopping = false;
      const stopped = this.#onStopped;
      this.#onStopped = null;
      stopped?.();
    }
    return count;
  }

  #runTimed(entry: Runnable): void {
    const start = this.#host.now();
    try {
      entry[RUN]();
    } finally {
      const duration = this.#host.now() - start;
      if (duration >= this.slowCallbackDuration) {
        const task = entry instanceof Strand ? (entry.task as Task<unknown>) : undefined;
        this.callExceptionHandler({
          kind: 'slow-callback',
          message: `${text(task ?? entry)} blocked the loop for ${Math.round(duration)} ms`,
          duration,
          ...(task ? { task } : { handle: entry }),
        });
      }
    }
  }

  #threw(entry: Runnable, exception: unknown): void {
    const name = entry instanceof Handle ? entry.toString() : text(String(entry));
    this.callExceptionHandler({
      kind: 'callback',
      message: `Exception in callback ${name}`,
      exception,
      handle: entry,
    });
  }

  #check(call: string, callback: unknown): void {
    if (this.#closed) throw this.#closedError(call);
    assertCallback(call, callback);
  }

  #checkRun(call: string): void {
    if (this.#closed) throw this.#closedError(call);
    if (current.loop !== null) {
      throw new RuntimeError(
        `${call}: a loop is running this very code; use createTask(source) and wait for the task instead`,
      );
    }
    if (this.#onStopped !== null) throw new RuntimeError(`${call}: the loop is being run already`);
  }

  #closedError(call: string): RuntimeError {
    return new RuntimeError(`${call}: the loop is closed; make a new one, or use the one of run()`);
  }
}

/** Stops a loop, in its turn. Of a class, so that one of them can be kept: see exemplars.ts. @internal */
export class Stop implements Runnable {
  readonly #loop: EventLoop;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  [RUN](): void {
    this.#loop.stop();
  }
}

function noExecutor(): never {
  throw new RuntimeError(
    'runInExecutor(null, fn): the loop has no default executor; give one as first argument or to loop.setDefaultExecutor(…), ' +
      'use toThread(fn) of rxtasks/executors, or call it inside of run(), which makes one',
  );
}

function assertExecutor(call: string, executor: Executor | null | undefined): void {
  if (typeof executor?.submit !== 'function') {
    throw new TypeError(refusal(call, 'an executor with submit()', executor));
  }
}

import type { SchedulerLike } from 'rxjs';
import { CancelledError, RuntimeError } from '../errors/index.js';
import {
  CancelRequest,
  type Context,
  EventLoop,
  type Resume,
  type Task,
  type TaskFunction,
  type TaskSource,
  activate,
  ambientActive,
  assertSignal,
  assertSource,
  assertTime,
  cancelFuture,
  hasActiveRun,
  insideHandle,
  onAbort,
  readContext,
  reportUnretrieved,
  text,
  makeExemplars,
} from '../kernel/index.js';
import { cancelAll } from './cancel-all.js';
import { closeExecutor } from './close-executor.js';
import { DefaultExecutor } from './default-executor.js';
import { Grace, reportStuck } from './grace.js';
import { Interrupts } from './interrupt.js';
import { listenForRejections } from './rejections.js';

/** How a run behaves. */
export interface RunnerOptions {
  /** Debug mode: see `EventLoop.debug`. */
  readonly debug?: boolean | undefined;
  /** The RxJS scheduler to run on, for instance a VirtualTimeScheduler. Default: the JavaScript runtime. */
  readonly scheduler?: SchedulerLike | undefined;
  /**
   * How long what was cancelled may take, in ms: main after Ctrl-C or its signal, and at the end what is left. Then those that
   * have not ended are named (kind `stuck`) and left. Default: no limit.
   */
  readonly grace?: number | undefined;
  /** False: SIGINT is left alone. Default: true (Node, main thread, if nobody else listens). */
  readonly handleSignals?: boolean | undefined;
  /** False: no async context is kept or made (Node). Then async functions use `task.resultOf(…)`. Default: true. */
  readonly asyncContext?: boolean | undefined;
  /** Makes the loop to use. */
  readonly loopFactory?: (() => EventLoop) | undefined;
}

/**
 * Runs several mains, one after the other, on one loop that it makes and closes.
 *
 * **Cancellation:** `close()` cancels what is left, pipelines too, with a CancelledError whose source is `'shutdown'`,
 * and waits for it.
 *
 * **Errors:** RuntimeError when it is used after `close()`, or inside of a running loop.
 *
 * ```ts
 * import { Runner, sleep } from 'rxtasks';
 *
 * const runner = new Runner();
 * console.log(await runner.run(sleep(10, 'one')), await runner.run(sleep(10, 'two'))); // one two
 * await runner.close();
 * ```
 *
 * asyncio: `asyncio.Runner`.
 */
export class Runner {
  readonly #options: RunnerOptions;
  #loop: EventLoop | null = null;
  #context: Context | null = null;
  #state: 'created' | 'open' | 'closed' = 'created';
  #running = false;
  /** A main that was cancelled and left behind: it is told once. */
  #stuck: Task<unknown> | null = null;
  readonly #interrupts = new Interrupts();

  constructor(options: RunnerOptions = {}) {
    this.#options = options;
    if (options.grace !== undefined) assertTime('new Runner({ grace })', 'grace', options.grace);
    if (options.scheduler !== undefined) this.getLoop();
  }

  /** The loop, made on first use. */
  getLoop(): EventLoop {
    if (this.#state === 'closed') throw new RuntimeError('Runner: it is closed; make a new one');
    this.#state = 'open';
    return (this.#loop ??= this.#makeLoop());
  }

  /**
   * Runs `main` to its end. What it left running goes on in the next run.
   *
   * @param options.signal aborting it cancels main
   */
  run<T>(
    main: (task: Task<unknown>) => Generator<void, T, Resume>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T>;
  run<T>(
    main: (task: Task<unknown>) => PromiseLike<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T>;
  run<T>(main: TaskSource<T> | TaskFunction<T>, options?: { readonly signal?: AbortSignal | undefined }): Promise<T>;
  run(main: unknown, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<unknown> {
    return new Promise((resolve, reject) => this.start(main, options, resolve, reject));
  }

  /**
   * Cancels what is left in the order of creation, waits for it, reports what failed meanwhile, closes the loop. May be
   * repeated.
   */
  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      try {
        this.shutDown(resolve);
      } catch (error) {
        reject(error);
      }
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** `run` without a promise: its phases follow each other by loop callbacks, so that one flush runs them all. @internal */
  start(
    main: unknown,
    options: { readonly signal?: AbortSignal | undefined },
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    assertSource('run(main)', main);
    if (options.signal !== undefined) assertSignal('run(main, { signal })', options.signal);
    const loop = this.getLoop();
    refuseNested('run(main)', loop);
    if (this.#running) throw new RuntimeError('Runner.run(main): this runner is running already');
    const deactivate = activate(loop);
    let task: Task<unknown>;
    try {
      task = loop.createTask(main as TaskSource<unknown>, {
        context: this.#context ?? readContext(),
        signal: options.signal,
      });
    } catch (error) {
      deactivate();
      throw error;
    }
    this.#running = true;
    loop.hold();
    const stopListening = listenForRejections(loop);
    const interrupts = this.#interrupts;
    interrupts.count = 0;
    const grace = new Grace(loop, this.#options.grace);
    let stopWatching = () => {};
    if (options.signal?.aborted) grace.begin();
    else if (options.signal) stopWatching = onAbort(options.signal, grace.begin);
    if (this.#options.handleSignals !== false) {
      interrupts.listen(() => {
        grace.begin();
        cancelFuture(task, new CancelRequest(undefined, 'SIGINT'));
      });
    }
    loop.runUntil(task, () => {
      const graceOver = grace.end();
      this.#running = false;
      this.#context = task.context;
      loop.release();
      stopListening();
      interrupts.stop();
      stopWatching();
      deactivate();
      try {
        if (graceOver && !task.done()) {
          this.#stuck = task;
          reportStuck(task, this.#options.grace);
          throw interrupts.count > 0
            ? interrupts.error()
            : new CancelledError('main did not end when it was cancelled');
        }
        if (!task.done()) throw new RuntimeError(`run(main): the loop was stopped before ${text(task)} was done`);
        // As in CPython: a main that somebody else had asked to cancel as well was just cancelled.
        if (interrupts.count > 0 && task.cancelled() && task.cancelling() <= 1) throw interrupts.error();
        resolve(task.result());
      } catch (error) {
        reject(error);
      }
    });
  }

  /** `close` without a promise. @internal */
  shutDown(closed: () => void): void {
    if (this.#running) throw new RuntimeError('Runner.close(): a run is going on; wait for it first');
    const loop = this.#loop;
    if (this.#state !== 'open' || loop === null) {
      this.#state = 'closed';
      closed();
      return;
    }
    this.#state = 'closed';
    const deactivate = activate(loop);
    loop.hold();
    const stopListening = listenForRejections(loop);
    if (this.#options.handleSignals !== false) this.#interrupts.listen(null);
    cancelAll(loop, this.#stuck, this.#options.grace, () =>
      closeExecutor(loop, () => {
        reportUnretrieved(loop);
        stopListening();
        this.#interrupts.stop();
        loop.release();
        deactivate();
        loop.close();
        closed();
      }),
    );
  }

  #makeLoop(): EventLoop {
    const { debug, scheduler, asyncContext, loopFactory } = this.#options;
    makeExemplars();
    const loop = loopFactory ? loopFactory() : new EventLoop({ scheduler, asyncContext, live: false } as object);
    if (loop.isRunning()) {
      throw new RuntimeError(
        'Runner: loopFactory gave a loop that runs by itself; give new EventLoop(), or { scheduler } instead of loopFactory',
      );
    }
    if (debug !== undefined) loop.debug = debug;
    loop.makeExecutor = () => new DefaultExecutor(loop);
    return loop;
  }
}

/** Inside of a handle a run can never end; beside another run only an ambient context keeps the two apart. */
function refuseNested(call: string, loop: EventLoop): void {
  if (insideHandle()) {
    throw new RuntimeError(
      `${call}: a loop is running this very code; use createTask(main) and wait for the task instead`,
    );
  }
  if (hasActiveRun() && !ambientActive() && !loop.virtual) {
    throw new RuntimeError(
      `${call}: another run() is active, and without ambient context ({ asyncContext } on Node, in use from the first async ` +
        'function that runs as a task) nothing tells what belongs to which; use createTask(main) instead',
    );
  }
}

import { RuntimeError } from '../../errors/index.js';
import {
  type EventLoopOptions,
  type InternalOptions,
  type Resume,
  type Task,
  type TaskFunction,
  type TaskSource,
  assertSource,
  assertTime,
  got,
  insideHandle,
} from '../../kernel/index.js';
import { deadlock } from '../reports/deadlock-error.js';
import { VirtualHost } from '../clock/virtual-host.js';
import { WatchedLoop } from '../reports/watched-loop.js';

/** For whoever has met a deadlock by something foreign. */
const ADVICE =
  '.\n  Timers of RxJS go by this clock if they are given loop.scheduler; for promises, async functions and setTimeout ' +
  'use runVirtual(main).';

/** How a VirtualEventLoop is made. */
export interface VirtualEventLoopOptions extends Omit<EventLoopOptions, 'scheduler'> {
  /** How many times in a row everything that is ready may run without the clock moving, before that is an error. Default: 1,000,000. */
  readonly maxTurns?: number | undefined;
}

/**
 * A loop whose clock starts at 0 and moves only when it is told to, or when nothing is ready: then it jumps to the next deadline.
 * Coroutines and Observables on it run synchronously, an hour in a moment.
 *
 * ```
 * clock   0 ─────▶ 1000 ─────▶ 3600000      it jumps
 * tasks   s        s           s|
 * ```
 *
 * Only what waits for the loop is virtual: for async functions, native promises and `setTimeout` use {@link runVirtual}.
 *
 * **Errors:** DeadlockError from `runSync` if everything waits for what cannot come.
 *
 * ```ts
 * import { gather, sleep } from 'rxtasks';
 * import { VirtualEventLoop } from 'rxtasks/testing';
 *
 * const loop = new VirtualEventLoop();
 * const results = loop.runSync(function* () {
 *   return yield* gather([sleep(3_600_000, 'an hour'), sleep(1000, 'a second')]);
 * });
 * console.log(results, loop.time()); // [ 'an hour', 'a second' ] 3600000
 * ```
 *
 * asyncio has none; trio: `trio.testing.MockClock(autojump_threshold=0)`. RxJS: `VirtualTimeScheduler`.
 */
export class VirtualEventLoop extends WatchedLoop {
  readonly #host: VirtualHost;

  constructor(options: VirtualEventLoopOptions = {}) {
    let made: VirtualHost | undefined;
    const { maxTurns, ...rest } = options;
    if (maxTurns !== undefined && !(maxTurns >= 1 && (Number.isInteger(maxTurns) || maxTurns === Infinity))) {
      throw new RangeError(
        `new VirtualEventLoop({ maxTurns }): expected a whole number, at least 1, or Infinity, got ${got(maxTurns)}`,
      );
    }
    const internal: InternalOptions = {
      live: true,
      ...rest,
      host: (turn) => (made = new VirtualHost(turn, maxTurns)),
    };
    super(internal);
    this.#host = made!;
  }

  /** True if nothing is ready and no timer is set: nothing will happen until somebody does something. */
  isIdle(): boolean {
    return !this.#host.ready && this.#host.deadline === undefined;
  }

  /** Runs what is ready, and everything that becomes due within `ms`; then the clock shows exactly `ms` more. */
  advanceBy(ms: number): void {
    assertTime('advanceBy(ms)', 'ms', ms);
    if (ms === Infinity) {
      throw new RangeError('advanceBy(ms): expected a time that ends, got Infinity; runUntilIdle() runs to the end');
    }
    this.#refuseNested('advanceBy(ms)');
    const end = this.time() + Math.max(0, ms);
    this.#host.runReady();
    while (this.#host.deadline !== undefined && this.#host.deadline <= end) {
      this.#host.moveTo(this.#host.deadline);
      this.#host.runReady();
    }
    this.#host.moveTo(end);
  }

  /** Runs until nothing is ready and no timer is set. A task that works for ever makes it an endless loop. */
  runUntilIdle(): void {
    this.#refuseNested('runUntilIdle()');
    this.#host.runReady();
    while (this.#host.jump()) this.#host.runReady();
  }

  /**
   * Runs `main` as a task to its end and gives its result. What it left running stays as it is.
   *
   * **Errors:** those of `main`; DeadlockError if it waits for what cannot come.
   */
  runSync<T>(main: (task: Task<unknown>) => Generator<void, T, Resume>): T;
  runSync<T>(main: TaskSource<T> | TaskFunction<T>): T;
  runSync(main: unknown): unknown {
    assertSource('runSync(main)', main);
    this.#refuseNested('runSync(main)');
    const task = this.createTask(main as TaskSource<unknown>, { name: 'main' });
    this.#host.runReady();
    while (!task.done() && this.#host.jump()) this.#host.runReady();
    if (!task.done()) throw deadlock(this, 'main has not ended', ADVICE);
    return task.result();
  }

  #refuseNested(call: string): void {
    if (insideHandle()) {
      throw new RuntimeError(`${call}: a loop is running this very code; wait for tasks instead`);
    }
  }
}

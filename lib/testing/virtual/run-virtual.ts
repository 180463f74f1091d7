import type { Observable } from 'rxjs';
import { RuntimeError } from '../../errors/index.js';
import {
  type Resume,
  type Task,
  type TaskFunction,
  type TaskSource,
  assertSource,
  assertTime,
  hasActiveRun,
  insideHandle,
} from '../../kernel/index.js';
import { activeRun, currentTest, endWithTests } from './active-run.js';
import { fakedGlobal } from '../globals/fake-timers.js';
import { VirtualRun } from './virtual-run.js';

/** How a `runVirtual` behaves. */
export interface RunVirtualOptions {
  /**
   * True: the clock stands still while the runtime lists requests - files, names, connections, HTTP exchanges (Node). For other
   * work of real time there is `realTime(promise)`. Default: false.
   */
  readonly io?: boolean | undefined;
  /**
   * How long, in ms of real time, a promise of which the library knows nothing may take when there is nothing else to wait
   * for, before that is a deadlock. Default: 100.
   */
  readonly foreignGrace?: number | undefined;
  /** What `Date.now()` gives at the beginning, in ms since 1970. Default: 0. */
  readonly start?: number | undefined;
  /** Debug mode of the loop: see `EventLoop.debug`. */
  readonly debug?: boolean | undefined;
  /** False: no async context is kept or made (Node). Default: true. */
  readonly asyncContext?: boolean | undefined;
}

endWithTests();

export function runVirtual<T>(
  main: (task: Task<unknown>) => Generator<void, T, Resume>,
  options?: RunVirtualOptions,
): Promise<T>;
export function runVirtual<T>(main: (task: Task<unknown>) => PromiseLike<T>, options?: RunVirtualOptions): Promise<T>;
export function runVirtual<T>(main: (task: Task<unknown>) => Observable<T>, options?: RunVirtualOptions): Promise<T>;
export function runVirtual<T>(main: TaskSource<T> | TaskFunction<T>, options?: RunVirtualOptions): Promise<T>;
/**
 * Runs a test in virtual time: the clock starts at 0 and jumps to the next deadline when nothing is ready, so that an hour takes
 * a moment. `main` may be an async function, a generator function, a coroutine, an Observable.
 *
 * ```text
 * clock      0 ────────▶ 1000 ───────▶ 1500        it jumps
 * sleep      s═══════════s
 * setTimeout             s═════════════s
 * real time  ..                                    two turns
 * ```
 *
 * On this clock are all timers of the library, `setTimeout`, `setInterval`, `Date`, `performance.now`, `AbortSignal.timeout`,
 * `requestAnimationFrame` where there is one, and so RxJS's own schedulers. It jumps only when what is ready has run and the
 * native microtasks have settled: there is one real turn of `setImmediate` (in browsers, of a MessageChannel) for each jump. Equal
 * deadlines fire in the order of scheduling. Timers that were `unref`ed do not make the clock move by themselves; an interval that
 * nobody clears does, for ever, and so hides that main waits in vain until the test's own time-out.
 *
 * **What stays real:** loops that were there before, the default loop among them, with all that was left on them; `node:timers` and
 * `node:timers/promises`; `setImmediate`, for which the clock waits, `process.nextTick`, `queueMicrotask`, `MessageChannel`;
 * `process.hrtime`, `Intl`'s own idea of now; the timers inside of the runtime; functions that were taken from the globals before.
 * Work in real time - files, sockets, threads - does not hold the clock: {@link realTime} does, and the option `io`. When there is
 * nothing else to wait for, the work of executors has all the time that it takes.
 *
 * **At the end** whatever still runs is an error: a LeakError lists the tasks that have not ended by then, what they wait for, and
 * where they were made. They are cancelled, and their clean-up runs, in virtual time too; what then waits for promises that never
 * settle, or goes on for ever, is left alone after a second or two of real time. Then everything is as it was, whichever way it
 * ends; if a test ends before its run does, as at the test's own time-out, `afterEach` ends the run and says what it was
 * waiting for - where there is such a hook when `rxtasks/testing` is imported, so import it at the top of a test file.
 *
 * **Cancellation:** when a callback of a timer or of the loop throws, `main` and all tasks are cancelled.
 *
 * **Errors:** those of `main`; what a callback threw; LeakError; DeadlockError if everything waits for what cannot come - at
 * once if that is of this library, after `foreignGrace` if a promise or an Observable is among it, which then is named; an Error for
 * what else went to the loop's exception handler, such as failures that nobody has looked at. At the call: RuntimeError under
 * fake timers, inside of a running loop, beside a `run()`, and while another `runVirtual` is active; RangeError and TypeError for
 * bad options.
 *
 * ```ts
 * import { interval, take, toArray } from 'rxjs';
 * import { resultOf, sleep } from 'rxtasks';
 * import { runVirtual } from 'rxtasks/testing';
 *
 * const ticks = await runVirtual(async () => {
 *   await sleep(3_600_000);
 *   await new Promise((resolve) => setTimeout(resolve, 1000));
 *   console.log(Date.now(), performance.now()); // 3601000 3601000
 *   return await resultOf(interval(60_000).pipe(take(3), toArray()));
 * });
 * console.log(ticks); // [ 0, 1, 2 ]
 * ```
 *
 * @see {@link VirtualEventLoop} for coroutines and Observables alone: synchronous, and it patches nothing.
 *
 * asyncio has none. Kotlin: `runTest`; trio: `MockClock(autojump_threshold=0)`.
 */
export function runVirtual(main: unknown, options: RunVirtualOptions = {}): Promise<unknown> {
  try {
    assertSource('runVirtual(main)', main);
    assertOptions(options);
    refuseHere();
    const run = new VirtualRun(main, options);
    run.begin();
    return run.promise;
  } catch (error) {
    return Promise.reject(error);
  }
}

function assertOptions({ foreignGrace, start }: RunVirtualOptions): void {
  if (foreignGrace !== undefined) assertTime('runVirtual(main, { foreignGrace })', 'foreignGrace', foreignGrace);
  if (start === undefined) return;
  assertTime('runVirtual(main, { start })', 'start', start);
  if (Number.isNaN(new Date(start).getTime())) {
    throw new RangeError(`runVirtual(main, { start }): expected a time of Date, in ms since 1970, got ${start}`);
  }
}

function refuseHere(): void {
  const refuse = (why: string): never => {
    throw new RuntimeError(`runVirtual(main): ${why}`);
  };
  const other = activeRun();
  if (other !== undefined) {
    const test = currentTest();
    if (test === other.test) {
      const place = other.place === undefined ? '' : `, begun at ${other.place},`;
      refuse(`another one${place} is active; there is one clock in a process, so await it first`);
    }
    other.abandon(); // its test is over
  }
  if (insideHandle()) refuse('a loop is running this very code; what it runs can use the clock of that loop');
  if (hasActiveRun()) refuse('a run() is active, whose timers would be on this clock; await it first');
  const faked = fakedGlobal();
  if (faked !== undefined) {
    refuse(`${faked} is faked or mocked already; use real timers here (jest.useRealTimers(), clock.uninstall())`);
  }
}

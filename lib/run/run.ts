import type { Resume, Task, TaskFunction, TaskSource } from '../kernel/index.js';
import { Runner, type RunnerOptions } from './runner.js';

/** Options of `run`. */
export interface RunOptions extends RunnerOptions {
  /** Aborting it cancels main. */
  readonly signal?: AbortSignal | undefined;
}

export function run<T>(main: (task: Task<unknown>) => Generator<void, T, Resume>, options?: RunOptions): Promise<T>;
export function run<T>(main: (task: Task<unknown>) => PromiseLike<T>, options?: RunOptions): Promise<T>;
export function run<T>(main: TaskSource<T> | TaskFunction<T>, options?: RunOptions): Promise<T>;
/**
 * The entry point of a program: runs `main` on a loop of its own, then cancels what is left running, waits for its
 * clean-up, reports what failed meanwhile, and closes the loop.
 *
 * ```
 * main     ------------r|
 * others   ---------------!--x        cancelled when main has ended, and waited for
 * run      ------------------r|
 * ```
 *
 * Main may be a coroutine, a generator function, an async function, an Observable, … The process is kept alive meanwhile.
 *
 * What is cancelled at the end gets a CancelledError whose source is `'shutdown'`. So do pipelines in which something of
 * it runs, and `finalize` runs; where nobody handles that error it is dropped. What is to start on the loop afterwards,
 * through a subscription, ends with the same error.
 *
 * **Cancellation:** aborting `signal` cancels main. On Node the first SIGINT does too, and the second ends the process at
 * once with status 130.
 *
 * **Errors:** those of main; KeyboardInterrupt if SIGINT ended it (exit status 130 if nobody handles it). Rejected with a
 * RuntimeError inside of a running loop, and beside another active run unless ambient context tells the two apart; with a
 * TypeError for what is not a source, and for a signal that is none.
 *
 * ```ts
 * import { run, sleep } from 'rxtasks';
 *
 * const answer = await run(function* () {
 *   yield* sleep(10);
 *   return 42;
 * });
 * console.log(answer); // 42
 * ```
 *
 * asyncio: `asyncio.run()`.
 */
export function run(main: unknown, options: RunOptions = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const runner = new Runner(options);
    const settle = (settled: () => void) => runner.shutDown(settled);
    try {
      runner.start(
        main,
        { signal: options.signal },
        (value) => settle(() => resolve(value)),
        (error) => settle(() => reject(error)),
      );
    } catch (error) {
      runner.shutDown(() => reject(error));
    }
  });
}

import { availableParallelism } from 'node:os';
import { JobExecutor, type JobOptions, assertOptions } from '../jobs/index.js';
import { poolSize } from './pool-size.js';
import { ProcessEngine } from './process-engine.js';

/** Options of a ProcessPoolExecutor. */
export interface ProcessPoolOptions extends JobOptions {
  /** How many processes at most. They are started when there is work for them. Default: as many as the machine has processors. */
  readonly maxWorkers?: number | undefined;
  /** Options of Node for the processes, such as `--max-old-space-size=512`. Default: those of this process. */
  readonly execArgv?: readonly string[] | undefined;
}

/**
 * Runs functions in processes: what they leak, crash or kill stays there.
 *
 * A process runs one job at a time and is used again. Idle processes do not keep this one alive, and end with it.
 *
 * **Cancellation:** as for all executors; after the grace the process is ended by SIGKILL, and replaced. A function that never
 * lets go cannot hear that it was cancelled, unlike in a thread.
 *
 * **Errors:** TypeError, RangeError for wrong options; those of `submit`. The BrokenExecutorError of a process that was lost
 * has its exit code or its signal.
 *
 * ```ts
 * import { ProcessPoolExecutor } from 'rxtasks/executors';
 *
 * await using pool = new ProcessPoolExecutor({ maxWorkers: 2 });
 * const pid = await pool.submit(() => process.pid);
 * console.log(pid !== process.pid); // true
 * ```
 *
 * asyncio: `concurrent.futures.ProcessPoolExecutor`.
 */
export class ProcessPoolExecutor extends JobExecutor {
  constructor(options: ProcessPoolOptions = {}) {
    const call = 'new ProcessPoolExecutor(options)';
    assertOptions(call, options);
    const { maxWorkers, execArgv } = options;
    if (execArgv !== undefined && !(Array.isArray(execArgv) && execArgv.every((each) => typeof each === 'string'))) {
      throw new TypeError(`${call}: expected execArgv to be a list of strings`);
    }
    super(new ProcessEngine(poolSize(call, maxWorkers, availableParallelism()), execArgv), options);
  }
}

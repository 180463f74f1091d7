import { availableParallelism } from 'node:os';
import { JobExecutor, assertOptions } from '../jobs/index.js';
import { poolSize } from './pool-size.js';
import { ThreadEngine } from './thread-engine.js';
import type { ThreadPoolOptions } from './thread-pool-options.js';

/**
 * Runs functions in threads of this process.
 *
 * ```
 * submit(a) submit(b) submit(c)      two threads
 * thread 1   a────────| c──────|
 * thread 2   b──|
 * ```
 *
 * A thread runs one job at a time and is used again. Idle threads do not keep the process alive.
 *
 * **Cancellation:** as for all executors; a thread that has to be killed is replaced.
 *
 * **Errors:** TypeError, RangeError for wrong options; those of `submit`.
 *
 * ```ts
 * import { ThreadPoolExecutor } from 'rxtasks/executors';
 *
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const sum = (n: number) => {
 *   let total = 0;
 *   for (let i = 1; i <= n; i++) total += i;
 *   return total;
 * };
 * console.log(await pool.submit(sum, 1e6)); // 500000500000
 * for await (const total of pool.map(sum, [1, 2, 3])) console.log(total); // 1, then 3, then 6
 * ```
 *
 * asyncio: `concurrent.futures.ThreadPoolExecutor`, whose threads can be neither cancelled nor killed.
 */
export class ThreadPoolExecutor extends JobExecutor {
  constructor(options: ThreadPoolOptions = {}) {
    const call = 'new ThreadPoolExecutor(options)';
    assertOptions(call, options);
    super(new ThreadEngine(poolSize(call, options.maxWorkers, defaultThreads()), options.resourceLimits), options);
  }
}

/** asyncio's number: some threads wait for the disk while others compute. */
function defaultThreads(): number {
  return Math.min(32, availableParallelism() + 4);
}

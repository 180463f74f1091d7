import { RuntimeError } from '../errors/index.js';
import { JobExecutor, assertOptions } from '../jobs/index.js';
import { assertFunction } from '../kernel/index.js';
import { poolSize } from './pool-size.js';
import type { ThreadPoolOptions } from './thread-pool-options.js';
import { WebEngine } from './web-engine.js';

/**
 * Runs functions in Web Workers.
 *
 * ```
 * submit(a) submit(b) submit(c)      two workers
 * worker 1   a────────| c──────|
 * worker 2   b──|
 * ```
 *
 * A worker runs one job at a time and is used again. This is what `rxtasks/executors` has in browsers; in Node there are threads
 * under this name, and the same contract. What is different:
 *
 * - A function by its source is made in the worker, which a Content-Security-Policy without 'unsafe-eval' forbids. Then use `remote`.
 * - A module for `remote` has to be one that the browser can load. Bundlers copy the file of `new URL('./work.js', import.meta.url)`
 *   as it is, so it must need no others; else let the worker bring it along: see `provide` of `rxtasks/executors/worker`.
 * - A function that never lets go cannot see in `task.signal` that it was cancelled.
 * - An error that nobody caught (a late `setTimeout`, an unhandled rejection) ends the worker, but a browser does not tell
 *   what it comes from. In a worker that has had other jobs before, the BrokenExecutorError of the job that runs says
 *   "of this or of an earlier job"; if the job may run twice, it is started once again.
 * - A worker whose memory is full ends the whole page, in most browsers.
 *
 * Where bundlers move packages around before they look for workers (Vite up to 7 when it develops), the worker is not found; tell
 * them to leave this one alone (`optimizeDeps: { exclude: ['rxtasks'] }`), or use the option `worker`.
 *
 * **Cancellation:** as for all executors; a worker that has to be killed is terminated and replaced at once. Chromium lets one that
 * computes go on for up to two seconds.
 *
 * **Errors:** TypeError, RangeError for wrong options; RuntimeError where there are no Web Workers; those of `submit`.
 *
 * asyncio: `concurrent.futures.ThreadPoolExecutor`, whose threads can be neither cancelled nor killed.
 */
export class ThreadPoolExecutor extends JobExecutor {
  constructor(options: ThreadPoolOptions = {}) {
    const call = 'new ThreadPoolExecutor(options)';
    assertOptions(call, options);
    const { maxWorkers, worker = startWorker } = options;
    assertFunction(call, 'worker to be a function that makes a Worker', worker);
    if (worker === startWorker && typeof Worker !== 'function') {
      throw new RuntimeError(`${call}: there are no Web Workers here; use InlineExecutor`);
    }
    super(new WebEngine(poolSize(call, maxWorkers, defaultWorkers()), worker), options);
  }
}

function defaultWorkers(): number {
  return (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 4;
}

// Word by word what bundlers look for.
function startWorker(): Worker {
  return new Worker(new URL('../jobs/worker/web.js', import.meta.url), { type: 'module', name: 'rxtasks' });
}

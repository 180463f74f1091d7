import { RuntimeError } from '../errors/index.js';
import { JobExecutor, type JobOptions, assertOptions } from '../jobs/index.js';
import { got } from '../kernel/index.js';
import { poolSize } from './pool-size.js';
import { WebEngine } from './web-engine.js';

/** Options of a ThreadPoolExecutor. */
export interface ThreadPoolOptions extends JobOptions {
  /** How many workers at most. They are started when there is work for them. Default: `navigator.hardwareConcurrency`. */
  readonly maxWorkers?: number | undefined;
  /**
   * Makes a worker, for bundlers that do not know what `new Worker(new URL('…', import.meta.url))` means, for pages whose policy
   * wants to know each worker, and for workers that need more than this library. Its file is `rxtasks/executors/worker`,
   * or imports that. Called each time that a worker is started: it gives a new one each time.
   */
  readonly worker?: (() => Worker) | undefined;
  /** Of threads in Node. A browser gives its workers the memory that it sees fit. */
  readonly resourceLimits?: unknown;
}

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
 * - A function by its source is made in the worker, which a Content-Security-Policy without 'unsafe-eval' forbids. Then use `remote`,
 *   with modules that the page can load.
 * - A function that never lets go cannot see in `task.signal` that it was cancelled.
 * - An error that nobody caught (a late `setTimeout`, an unhandled rejection) ends the worker, but a browser does not tell
 *   what it comes from. In a worker that has had other jobs before, the BrokenExecutorError of the job that runs says
 *   "of this or of an earlier job"; if the job may run twice, it is started once again.
 * - A worker whose memory is full ends the whole page, in most browsers.
 *
 * **Cancellation:** as for all executors; a worker that has to be killed is terminated and replaced.
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
    if (typeof worker !== 'function') {
      throw new TypeError(`${call}: expected worker to be a function that makes a Worker, got ${got(worker)}`);
    }
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

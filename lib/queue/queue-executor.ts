import { JobExecutor, type JobOptions, assertOptions } from '../jobs/index.js';
import { assertCount, assertOneOf } from '../kernel/index.js';
import { openServer } from './open-server.js';
import { type QueueOptions, assertDuration } from './options.js';
import { QueueEngine } from './queue-engine.js';

/** Options of a QueueExecutor. */
export interface QueueExecutorOptions extends QueueOptions, JobOptions {
  /** How long `submit` waits for a server that is away, in ms, before the task fails. Default: 10,000. */
  readonly connectTimeout?: number | undefined;
  /** `'all'`: every report arrives. `'latest'`: at most one in 50 ms, the newest. Default: `'latest'`. */
  readonly progress?: 'latest' | 'all' | undefined;
  /** How often a job may lose its worker and be started again. Default: 10. */
  readonly maxRestarts?: number | undefined;
}

/**
 * Runs functions on other machines: in the workers of a queue of BullMQ's, on Redis or PostgreSQL. The workers are started there
 * by `npx rxtasks worker --queue NAME --module FILE`, or made as a {@link QueueWorker}; any number may come and go.
 *
 * ```
 * submit(a) submit(b) submit(c)       the server         two machines
 *                                       ├──▶ worker 1   a────────| c──────|
 *                                       └──▶ worker 2   b──|
 * ```
 *
 * A function of a module (`remote`) is one that the worker's own `--module` files export under that name. Whoever submits a
 * function by its source, or can write to the server, runs code on the workers; `--no-source` forbids it.
 *
 * A job is started at least once: if its worker is lost, another one starts it again, up to `maxRestarts` times. It ends
 * even if messages are lost, for the executor asks the server about what has not ended. The results stay on the server until
 * the executor has them, at most an hour.
 *
 * **Cancellation:** a job that no worker has started is taken out of the queue. A running one is asked, and killed by its worker after
 * `grace` ms; it is not started again. If its worker is lost at that very time, the task ends when the job could have been
 * started again.
 *
 * **Errors:** TypeError, RangeError for wrong options, RuntimeError for a package that is not installed; those of `submit`.
 * A task ends with RuntimeError if the server does not take its job in time; BrokenExecutorError if the job lost its workers too
 * often, or if the server lost the job (`kind` is `'lost'`).
 *
 * ```ts
 * import { QueueExecutor } from 'rxtasks/queue';
 *
 * await using queue = new QueueExecutor({ queue: 'sums', redis: 'redis://127.0.0.1:6379' });
 * const sum = (n: number) => {
 *   let total = 0;
 *   for (let i = 1; i <= n; i++) total += i;
 *   return total;
 * };
 * console.log(await queue.submit(sum, 1e6)); // 500000500000
 * ```
 *
 * asyncio has none; Celery and Dask are what Python programs use instead.
 */
export class QueueExecutor extends JobExecutor {
  constructor(options: QueueExecutorOptions) {
    const call = 'new QueueExecutor(options)';
    assertOptions(call, options);
    const { connectTimeout, progress, maxRestarts } = options;
    assertDuration(call, 'connectTimeout', connectTimeout);
    assertOneOf(call, 'progress', ['latest', 'all'], progress);
    assertCount(call, 'maxRestarts', 0, maxRestarts);
    const { server, bullmq } = openServer(call, options);
    const engine = new QueueEngine(bullmq, server, {
      queue: options.queue,
      connectTimeout: connectTimeout ?? 10_000,
      progress: progress ?? 'latest',
      maxRestarts: maxRestarts ?? 10,
    });
    super(engine, options);
  }
}

import { availableParallelism } from 'node:os';
import { RuntimeError } from '../errors/index.js';
import { ProcessPoolExecutor, ThreadPoolExecutor } from '../executors/index.js';
import { assertCount, assertFunction, assertOneOf, got } from '../kernel/index.js';
import { openServer } from './open-server.js';
import { type QueueOptions, assertDuration } from './options.js';
import type { Server } from './server.js';
import { Service } from './service.js';
import { DEFAULT_TIMING, type Timing } from './timing.js';

/** Options of a QueueWorker. */
export interface QueueWorkerOptions extends QueueOptions {
  /** The URLs of the modules whose functions it offers, by name. */
  readonly modules?: readonly (URL | string)[] | undefined;
  /** How many jobs it runs at the same time. Default: the number of processors. */
  readonly concurrency?: number | undefined;
  /** Where it runs them. Default: `'thread'`. */
  readonly executor?: 'thread' | 'process' | undefined;
  /** Take functions by their source, which may do anything, and Node's own modules. Default: true. */
  readonly acceptSource?: boolean | undefined;
  /** How long a worker that says nothing keeps its jobs, in ms; the same on all workers of the queue. Default: 10,000. */
  readonly lockDuration?: number | undefined;
  /** How often jobs of lost workers are looked for, in ms; the same on all workers of the queue. Default: 5,000. */
  readonly stalledInterval?: number | undefined;
  /** Called with what is wrong with the server. The worker goes on by itself. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** How a worker is closed. */
export interface CloseOptions {
  /** Give the jobs that run back to the queue, for other workers, instead of waiting for them. Default: false. */
  readonly giveBack?: boolean | undefined;
}

/**
 * Serves a queue: runs what `QueueExecutor`s submit, in threads or processes of its own. The command
 * `npx rxtasks worker --queue NAME --module FILE` is this class.
 *
 * ```
 * the server ──▶ this thread ──▶ thread 1   a────────| c──────|
 *                (locks, reports, requests)
 *                            └─▶ thread 2   b──|
 * ```
 *
 * The thread that it is made in runs none of the functions: it keeps the locks of the jobs, passes on reports, and hears what is
 * to be cancelled. If the whole process is lost, other workers start its jobs again after at most
 * `lockDuration` + 2 × `stalledInterval` ms.
 *
 * **Cancellation:** a job that is to be cancelled is asked, and killed after its grace.
 *
 * **Errors:** TypeError, RangeError for wrong options, RuntimeError for a package that is not installed. `run()` rejects with
 * RuntimeError if a module cannot be loaded, or if the other workers of the queue have another `lockDuration` or
 * `stalledInterval`.
 *
 * ```ts
 * import { QueueExecutor, QueueWorker } from 'rxtasks/queue';
 *
 * const where = { queue: 'squares', redis: 'redis://127.0.0.1:6379' };
 * await using worker = new QueueWorker({ ...where, concurrency: 2 });
 * void worker.run();
 * await using queue = new QueueExecutor(where);
 * console.log(await queue.submit((n: number) => n * n, 7)); // 49
 * ```
 *
 * asyncio has none; it is what Celery calls a worker.
 */
export class QueueWorker {
  readonly #server: Server;
  readonly #service: Service;
  #running: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: QueueWorkerOptions) {
    const call = 'new QueueWorker(options)';
    assertWorkerOptions(call, options);
    const { concurrency = availableParallelism(), executor = 'thread', acceptSource = true, onError } = options;
    const modules = (options.modules ?? []).map((module) => moduleUrl(call, module));
    const { server, bullmq } = openServer(call, options);
    this.#server = server;
    const Pool = executor === 'thread' ? ThreadPoolExecutor : ProcessPoolExecutor;
    this.#service = new Service(bullmq, server, new Pool({ maxWorkers: concurrency }), {
      queue: options.queue,
      modules,
      concurrency,
      acceptSource,
      timing: timingOf(options),
      onError: onError ?? (() => {}),
    });
  }

  /** Serves the queue until it is closed. It waits for a server that is away. */
  async run(): Promise<void> {
    if (this.#running !== null || this.#closed !== null) {
      throw new RuntimeError('run(): a QueueWorker runs once; make a new one');
    }
    this.#running = this.#service.run();
    try {
      await this.#running;
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#closed !== null) await (this.#closed as Promise<void>);
  }

  /** Takes no more jobs, waits for those that run, and frees everything. May be called again, to give them back instead. */
  async close({ giveBack = false }: CloseOptions = {}): Promise<void> {
    if (giveBack) void this.#service.giveBack();
    await (this.#closed ??= this.#close());
  }

  /** Waits for the jobs that run, then frees everything: `await using worker = new QueueWorker(…)`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await this.#service.close();
    await this.#server.close();
  }
}

function assertWorkerOptions(call: string, options: QueueWorkerOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${call}: expected an object of options, got ${got(options)}`);
  }
  const { modules, concurrency, executor, acceptSource, onError } = options;
  if (modules !== undefined && !Array.isArray(modules)) {
    throw new TypeError(`${call}: expected modules to be a list of URLs, got ${got(modules)}`);
  }
  assertCount(call, 'concurrency', 1, concurrency);
  assertOneOf(call, 'executor', ['thread', 'process'], executor);
  if (acceptSource !== undefined && typeof acceptSource !== 'boolean') {
    throw new TypeError(`${call}: expected acceptSource to be true or false, got ${got(acceptSource)}`);
  }
  if (onError !== undefined) assertFunction(call, 'onError to be a function', onError);
  assertDuration(call, 'lockDuration', options.lockDuration);
  assertDuration(call, 'stalledInterval', options.stalledInterval);
}

function moduleUrl(call: string, module: unknown): string {
  if (module instanceof URL || (typeof module === 'string' && URL.canParse(module))) return new URL(module).href;
  throw new TypeError(`${call}: expected modules to be a list of URLs, got ${got(module)} in it`);
}

function timingOf({ lockDuration, stalledInterval }: QueueWorkerOptions): Timing {
  return {
    lockDuration: lockDuration ?? DEFAULT_TIMING.lockDuration,
    stalledInterval: stalledInterval ?? DEFAULT_TIMING.stalledInterval,
  };
}

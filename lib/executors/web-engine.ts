import { BrokenExecutorError, type Engine, type Job, type LostMessage, thrownValue } from '../jobs/index.js';
import { reportLost } from './report-lost.js';
import { uncaught } from './uncaught.js';
import { WebWorker } from './web-worker.js';

/**
 * Web Workers, one job at a time in each. They are started when there is work for them and used again.
 *
 * ```
 * start(job) ──▶ waiting ──▶ a free worker ──▶ reports, answer ─▶ job
 * cancel(job) ─▶ a message            │ it failed ─▶ job.broke(…), and the worker is replaced
 * kill(job) ───▶ terminate() ─────────┘
 * ```
 *
 * @internal
 */
export class WebEngine implements Engine {
  readonly capacity: number;
  readonly #makeWorker: () => Worker;
  readonly #waiting = new Set<Job<unknown>>();
  readonly #workers = new Set<WebWorker>();
  readonly #idle: WebWorker[] = [];
  /** They were started again after an error that may have been theirs. */
  readonly #suspects = new WeakSet<Job<unknown>>();
  #lastId = 0;

  constructor(size: number, makeWorker: () => Worker) {
    this.capacity = size;
    this.#makeWorker = makeWorker;
  }

  start(job: Job<unknown>): void {
    job.id = ++this.#lastId;
    this.#waiting.add(job);
    this.#next();
  }

  withdraw(job: Job<unknown>): boolean {
    return this.#waiting.delete(job);
  }

  cancel(job: Job<unknown>): void {
    this.#workerOf(job)?.send({ cancel: job.id, request: job.request! });
  }

  kill(job: Job<unknown>): void {
    const worker = this.#workerOf(job);
    if (worker !== undefined) {
      this.#lose(worker, new BrokenExecutorError(`the worker in which '${job.call.name}' ran was ended`, 'exit'));
    }
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) worker.end();
    this.#workers.clear();
  }

  #workerOf(job: Job<unknown>): WebWorker | undefined {
    for (const worker of this.#workers) if (worker.job === job) return worker;
    return undefined;
  }

  #next(): void {
    for (const job of this.#waiting) {
      if (this.#idle.length === 0 && this.#workers.size === this.capacity) return;
      this.#waiting.delete(job);
      let worker: WebWorker;
      try {
        worker = this.#idle.pop() ?? this.#startWorker();
      } catch (cause) {
        job.broke(new BrokenExecutorError(`no worker can be started for '${job.call.name}'`, 'exit', { cause }));
        continue;
      }
      worker.run(job);
    }
  }

  /** **Errors:** those of `new Worker`, or of the option `worker`. */
  #startWorker(): WebWorker {
    const worker: WebWorker = new WebWorker(this.#makeWorker(), {
      free: () => {
        this.#idle.push(worker);
        this.#next();
      },
      broken: (error) => this.#lose(worker, error),
      lost: (lost) => this.#lostByError(worker, lost),
    });
    this.#workers.add(worker);
    return worker;
  }

  #lostByError(worker: WebWorker, lost: LostMessage['lost']): void {
    const { job } = worker;
    if (job === null) {
      reportLost(lost);
      this.#lose(worker);
    } else {
      this.#lose(worker, ofThisOrEarlier(job, lost), lost.by === undefined && this.#isFirstSuspicion(job));
    }
  }

  /** If it cannot be known whose error it was, a job that may run twice gets one more try. */
  #isFirstSuspicion(job: Job<unknown>): boolean {
    const isFirst = !this.#suspects.has(job);
    this.#suspects.add(job);
    return isFirst;
  }

  #lose(worker: WebWorker, error?: BrokenExecutorError, innocent = false): void {
    const { job } = worker;
    worker.end();
    this.#workers.delete(worker);
    const index = this.#idle.indexOf(worker);
    if (index !== -1) this.#idle.splice(index, 1);
    if (job !== null && error !== undefined) job.broke(error, innocent);
    this.#next();
  }
}

/** A browser does not tell what an error comes from: in a worker that has had other jobs before it may be of one of those. */
function ofThisOrEarlier(job: Job<unknown>, lost: LostMessage['lost']): BrokenExecutorError {
  if (lost.by !== undefined) return uncaught(job, lost, 'worker');
  return new BrokenExecutorError(
    `an error that nobody caught, of '${job.call.name}' (number ${job.id}) or of an earlier job, ended the worker in which it ran; ` +
      'a job that may run twice can be submitted by executor.with({ idempotent: true })',
    'uncaught',
    { cause: thrownValue(lost.thrown) },
  );
}

import { BrokenExecutorError, type Job, type LostMessage, thrownValue } from '../jobs/index.js';
import { reportLost } from './report-lost.js';
import { uncaught } from './uncaught.js';
import { WebWorker } from './web-worker.js';
import { WorkersEngine } from './workers-engine.js';

/**
 * Web Workers, one job at a time in each. One that failed or is killed is terminated, and makes room for another at once.
 *
 * @internal
 */
export class WebEngine extends WorkersEngine<WebWorker> {
  readonly #makeWorker: () => Worker;
  /** They were started again after an error that may have been theirs. */
  readonly #suspects = new WeakSet<Job<unknown>>();

  constructor(size: number, makeWorker: () => Worker) {
    super(size);
    this.#makeWorker = makeWorker;
  }

  kill(job: Job<unknown>): void {
    const worker = this.workerOf(job);
    if (worker !== undefined) {
      this.#lose(worker, new BrokenExecutorError(`the worker in which '${job.call.name}' ran was ended`, 'exit'));
    }
  }

  async close(): Promise<void> {
    for (const worker of this.workers) worker.end();
    this.workers.clear();
  }

  /** **Errors:** those of `new Worker`, or of the option `worker`. */
  protected makeWorker(): WebWorker {
    const worker: WebWorker = new WebWorker(this.#makeWorker(), {
      free: () => this.freed(worker),
      broken: (error) => this.#lose(worker, error),
      lost: (lost) => this.#lostByError(worker, lost),
    });
    return worker;
  }

  #lostByError(worker: WebWorker, lost: LostMessage['lost']): void {
    const { job } = worker;
    if (job === null) {
      reportLost(lost);
      this.#lose(worker);
    } else {
      const known = lost.by !== undefined;
      this.#lose(worker, ...(known ? uncaught(job, lost, 'worker') : this.#ofThisOrEarlier(job, lost)));
    }
  }

  /**
   * A browser does not tell what an error comes from: in a worker that has had other jobs before it may be of one of those. So a
   * job that may run twice gets one more try.
   */
  #ofThisOrEarlier(
    job: Job<unknown>,
    { thrown }: LostMessage['lost'],
  ): [error: BrokenExecutorError, innocent: boolean] {
    const isFirstSuspicion = !this.#suspects.has(job);
    this.#suspects.add(job);
    const message =
      `an error that nobody caught, of '${job.call.name}' (number ${job.id}) or of an earlier job, ended the worker in which it ran; ` +
      'a job that may run twice can be submitted by executor.with({ idempotent: true })';
    return [new BrokenExecutorError(message, 'uncaught', { cause: thrownValue(thrown) }), isFirstSuspicion];
  }

  #lose(worker: WebWorker, error?: BrokenExecutorError, innocent = false): void {
    const { job } = worker;
    worker.end();
    if (job !== null && error !== undefined) job.broke(error, innocent);
    this.gone(worker);
  }
}

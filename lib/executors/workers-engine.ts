import { BrokenExecutorError, type CancelMessage, type Engine, type Job } from '../jobs/index.js';
import { Line } from '../sync/index.js';

/** A worker with one job at a time, as a {@link WorkersEngine} sees it. @internal */
export interface WorkerOf {
  readonly job: Job<unknown> | null;
  run(job: Job<unknown>): void;
  send(message: CancelMessage): void;
}

/**
 * Workers with one job at a time in each. They are started when there is work for them and used again.
 *
 * ```
 * start(job) ──▶ waiting ──▶ an idle worker, or a new one ──▶ reports, answer ─▶ job
 *                                 ▲                                │
 *                                 └───────────── freed ────────────┘      lost: no job any more; gone: room for another
 * cancel(job) ─▶ a message to its worker
 * ```
 *
 * What a worker is, how it is killed and what its end means, is up to the subclass.
 *
 * @internal
 */
export abstract class WorkersEngine<W extends WorkerOf> implements Engine {
  readonly capacity: number;
  /** All that have not gone. */
  protected readonly workers = new Set<W>();
  readonly #idle: W[] = [];
  readonly #waiting = new Line<Job<unknown>>();
  #lastId = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** May throw. */
  protected abstract makeWorker(): W;
  abstract kill(job: Job<unknown>): void;
  abstract close(): Promise<void>;

  start(job: Job<unknown>): void {
    job.id = ++this.#lastId;
    this.#waiting.push(job);
    this.#next();
  }

  withdraw(job: Job<unknown>): boolean {
    return this.#waiting.remove(job);
  }

  cancel(job: Job<unknown>): void {
    this.workerOf(job)?.send({ cancel: job.id, request: job.request! });
  }

  protected workerOf(job: Job<unknown>): W | undefined {
    for (const worker of this.workers) if (worker.job === job) return worker;
    return undefined;
  }

  /** It takes another job. */
  protected freed(worker: W): void {
    this.#idle.push(worker);
    this.#next();
  }

  /** It takes no more jobs. */
  protected lost(worker: W): void {
    const index = this.#idle.indexOf(worker);
    if (index !== -1) this.#idle.splice(index, 1);
  }

  /** It is lost, and there is room for another. */
  protected gone(worker: W): void {
    this.lost(worker);
    this.workers.delete(worker);
    this.#next();
  }

  #next(): void {
    while (this.#waiting.length > 0 && (this.#idle.length > 0 || this.workers.size < this.capacity)) {
      const job = this.#waiting.shift()!;
      let worker: W;
      try {
        worker = this.#idle.pop() ?? this.#startWorker();
      } catch (cause) {
        job.broke(new BrokenExecutorError(`no worker can be started for '${job.call.name}'`, 'exit', { cause }));
        continue;
      }
      worker.run(job);
    }
  }

  #startWorker(): W {
    const worker = this.makeWorker();
    this.workers.add(worker);
    return worker;
  }
}

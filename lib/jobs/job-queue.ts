import { RuntimeError } from '../errors/index.js';
import type { Engine } from './engine.js';
import type { Job, JobOwner } from './job.js';

/**
 * The jobs of one executor: who waits, who runs, who is next.
 *
 * ```
 * add(a) add(b) add(c)       capacity 2:   running {a, b}   queued {c}
 * a ends                                   running {b, c}   queued {}
 * ```
 *
 * @internal
 */
export class JobQueue implements JobOwner {
  readonly engine: Engine;
  readonly #queued = new Set<Job<unknown>>();
  readonly #running = new Set<Job<unknown>>();
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** Resolves when everything has ended and the engine is closed. */
  #closed: Promise<void> | null = null;
  #onIdle: (() => void) | null = null;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** How many jobs have not ended. */
  get size(): number {
    return this.#queued.size + this.#running.size;
  }

  /** **Errors:** RuntimeError after `shutdown`. */
  assertOpen(call: string): void {
    if (this.#state !== 'open') throw new RuntimeError(`${call}: the executor has been shut down; make a new one`);
  }

  add(job: Job<unknown>): void {
    if (this.#running.size < this.engine.capacity && this.#queued.size === 0) this.#start(job);
    else this.#queued.add(job);
  }

  /** Refuses new jobs; frees the engine when the last one has ended. */
  shutdown(cancelPending: boolean): Promise<void> {
    if (this.#state === 'open') this.#state = 'closing';
    if (cancelPending) for (const job of this.#queued) job.cancel('the executor is shutting down');
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#state = 'closed';
    await this.engine.close();
  }

  #start(job: Job<unknown>): void {
    this.#running.add(job);
    job.started();
    this.engine.start(job);
  }

  #next(): void {
    while (this.#running.size < this.engine.capacity && this.#queued.size > 0) {
      const [job] = this.#queued as Iterable<Job<unknown>> as [Job<unknown>];
      this.#queued.delete(job);
      this.#start(job);
    }
    if (this.size === 0) this.#onIdle?.();
  }

  // ---- told by the jobs -----------------------------------------------------------------------------------------

  withdraw(job: Job<unknown>): boolean {
    const removed = this.#queued.delete(job);
    if (this.size === 0) this.#onIdle?.();
    return removed;
  }

  askToCancel(job: Job<unknown>): void {
    this.engine.cancel(job);
  }

  kill(job: Job<unknown>): void {
    this.engine.kill(job);
  }

  restart(job: Job<unknown>): void {
    this.#running.delete(job);
    this.#start(job);
  }

  ended(job: Job<unknown>): void {
    this.#running.delete(job);
    this.#next();
  }
}

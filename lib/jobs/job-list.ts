import { RuntimeError } from '../errors/index.js';
import type { Engine } from './engine.js';
import type { Job, JobOwner } from './job.js';

/**
 * The jobs of an executor that have not ended, and its end: `shutdown` refuses new ones; when the last one has ended, the
 * engine is closed.
 *
 * @internal
 */
export class JobList implements JobOwner {
  readonly engine: Engine;
  readonly #live = new Set<Job<unknown>>();
  #open = true;
  /** Fulfils when everything has ended and the engine is closed. */
  #closed: Promise<void> | null = null;
  #onEmpty: (() => void) | null = null;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** **Errors:** RuntimeError after `shutdown`. */
  assertOpen(call: string): void {
    if (!this.#open) throw new RuntimeError(`${call}: the executor has been shut down; make a new one`);
  }

  add(job: Job<unknown>): void {
    this.#live.add(job);
    this.engine.start(job);
  }

  shutdown(cancelPending: boolean): Promise<void> {
    this.#open = false;
    if (cancelPending) this.#cancelPending('the executor is shutting down');
    return (this.#closed ??= this.#close());
  }

  #cancelPending(reason: string): void {
    if (this.engine.cancelPending !== undefined) return this.engine.cancelPending(reason);
    for (const job of [...this.#live].filter((each) => each.waiting)) job.cancelTask(reason);
  }

  async #close(): Promise<void> {
    if (this.#live.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    const hold = setInterval(() => {}, 2 ** 30); // what waits here is to be heard: the process must not end before
    try {
      await this.engine.close();
    } finally {
      clearInterval(hold);
    }
  }

  // ---- told by the jobs -----------------------------------------------------------------------------------------

  withdraw(job: Job<unknown>): boolean {
    return this.engine.withdraw(job);
  }

  askToCancel(job: Job<unknown>): void {
    this.engine.cancel(job);
  }

  kill(job: Job<unknown>): void {
    this.engine.kill(job);
  }

  restart(job: Job<unknown>): void {
    this.engine.start(job);
  }

  ended(job: Job<unknown>): void {
    this.#live.delete(job);
    if (this.#live.size === 0) this.#onEmpty?.();
  }
}

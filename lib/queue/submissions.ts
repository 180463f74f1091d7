import type { JobsOptions, Queue } from 'bullmq';
import { RuntimeError } from '../errors/index.js';
import { Batch } from './batch.js';
import { isConnectionError } from './is-connection-error.js';
import type { JobData } from './messages.js';
import type { SentJob } from './sent-job.js';
import type { Server } from './server.js';

/** Outcomes that nobody takes are removed after an hour. */
const KEEP: JobsOptions = { removeOnComplete: { age: 3600 }, removeOnFail: { age: 3600 } };

/**
 * Jobs on their way to the server. Those submitted while others are under way go together.
 *
 * ```
 * add ─▶ waits for the server ─▶ sent ─▶ arrived
 *              └── connectTimeout without a word from the server, twice that if it is connected ──▶ failed(job)
 * ```
 *
 * @internal
 */
export class Submissions {
  readonly #server: Server;
  readonly #connectTimeout: number;
  readonly #arrived: (jobs: SentJob[]) => void;
  readonly #failed: (job: SentJob, error: unknown) => void;
  /** In the order in which they were submitted. */
  readonly #pending = new Set<SentJob>();
  readonly #batch = new Batch<SentJob>((jobs) => this.#send(jobs));
  #queue: Queue | null = null;
  /** When the server took something last. */
  #lastWord = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    server: Server,
    connectTimeout: number,
    arrived: (jobs: SentJob[]) => void,
    failed: (job: SentJob, error: unknown) => void,
  ) {
    this.#server = server;
    this.#connectTimeout = connectTimeout;
    this.#arrived = arrived;
    this.#failed = failed;
  }

  add(job: SentJob): void {
    this.#pending.add(job);
    if (this.#queue !== null && this.#server.isUp) this.#batch.add(job);
    this.#timer ??= setTimeout(() => this.#giveUp(), this.#connectTimeout);
  }

  /** True if it is not on its way yet, and never will be. */
  withdraw(job: SentJob): boolean {
    const isSent = this.#queue !== null && this.#server.isUp && !this.#batch.delete(job);
    if (isSent || !this.#pending.has(job)) return false;
    this.#end(job);
    return true;
  }

  /** It has ended, although the server has not said that it has it: it is not sent again. */
  forget(job: SentJob): void {
    this.#batch.delete(job);
    this.#end(job);
  }

  /** The server is there, and this is the queue on it. */
  up(queue: Queue): void {
    this.#queue = queue;
    for (const job of this.#pending) this.#batch.add(job);
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    this.#pending.clear();
  }

  async #send(jobs: SentJob[]): Promise<void> {
    const sent = jobs.filter((job) => this.#pending.has(job));
    if (sent.length === 0) return;
    try {
      await this.#addToQueue(sent);
    } catch (error) {
      // Sent again, it is not there twice: it has its id from here.
      if (isConnectionError(error)) return this.#sendLater();
      for (const job of sent) {
        if (this.#end(job)) this.#failed(job, error);
      }
      return;
    }
    this.#lastWord = performance.now();
    for (const job of sent) this.#end(job);
    this.#arrived(sent);
  }

  /** The server may be there without having been away for the connection of our own. */
  #sendLater(): void {
    this.#retry = setTimeout(() => this.#server.isUp && this.up(this.#queue!), 250);
  }

  async #addToQueue(jobs: SentJob[]): Promise<void> {
    const entries = jobs.map((job) => this.#entry(job));
    const [first] = entries;
    if (entries.length === 1) await this.#queue!.add(first!.name, first!.data, first!.opts);
    else await this.#queue!.addBulk(entries);
  }

  #entry({ id, data }: SentJob): { name: string; data: JobData; opts: JobsOptions } {
    return { name: data.name, data, opts: { ...KEEP, jobId: id } };
  }

  #end(job: SentJob): boolean {
    const was = this.#pending.delete(job);
    if (this.#pending.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    return was;
  }

  #giveUp(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const job of this.#pending) {
      // one that is connected and silent may be slow
      const patience = this.#server.isUp ? 2 * this.#connectTimeout : this.#connectTimeout;
      const rest = Math.max(job.since, this.#lastWord) + patience - now;
      if (rest > 0) {
        this.#timer = setTimeout(() => this.#giveUp(), rest);
        return;
      }
      this.#end(job);
      this.#failed(job, this.#away());
    }
  }

  #away(): RuntimeError {
    const { address, lastError } = this.#server;
    const { message, code } = (lastError ?? {}) as { message?: string; code?: string };
    const why = message || code;
    return new RuntimeError(
      `submit(fn, ...args): ${address} did not take the job within ${this.#connectTimeout} ms${why ? `: ${why}` : ''}`,
      lastError === undefined ? {} : { cause: lastError },
    );
  }
}

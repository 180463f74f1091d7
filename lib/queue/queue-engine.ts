import type { Queue } from 'bullmq';
import { BrokenExecutorError, type Engine, type Job } from '../jobs/index.js';
import { Batch } from './batch.js';
import { Cancellations } from './cancellations.js';
import { Discards } from './discards.js';
import { type ToExecutor, executorChannel, jobId, newExecutorId, numberOf, packJob } from './messages.js';
import { QueueOpening } from './queue-opening.js';
import type { BullMQ } from './open-server.js';
import { SentJob } from './sent-job.js';
import type { JobState, Server } from './server.js';
import { StateCheck } from './state-check.js';
import { Submissions } from './submissions.js';

/** How jobs are submitted to a queue. @internal */
export interface QueueEngineOptions {
  readonly queue: string;
  readonly connectTimeout: number;
  readonly progress: 'latest' | 'all';
  readonly maxRestarts: number;
}

/**
 * A queue on a server: workers elsewhere serve it.
 *
 * ```
 * start(job) ──▶ Submissions ──▶ the server ──▶ a worker ──▶ message to this executor ──▶ job.reported, job.answered
 *                                  └─── StateCheck: what became of all that have not ended? ──▶ job.answered, job.broke
 * cancel(job) ─▶ Cancellations ──▶ the server ──▶ a worker ...
 * kill(job) ───▶ the worker does it, by the grace that it knows
 * ```
 *
 * @internal
 */
export class QueueEngine implements Engine {
  readonly capacity = Infinity;
  readonly bytesOnly = true;
  readonly #server: Server;
  readonly #options: QueueEngineOptions;
  readonly #executor = newExecutorId();
  readonly #opening: QueueOpening;
  readonly #submissions: Submissions;
  readonly #cancellations: Cancellations;
  readonly #check: StateCheck;
  /** Ended, with outcomes too large for a message. */
  readonly #ended = new Batch<SentJob>((jobs) => this.#look(jobs));
  readonly #discards: Discards;
  /** All that have been started and have not ended, by `job.id`. */
  readonly #jobs = new Map<number, SentJob>();
  /** Given up, although the server may have them. */
  readonly #strays: SentJob[] = [];
  /** Why no job is to be started any more, if so. */
  #unwanted: string | null = null;
  #lastId = 0;

  constructor(bullmq: BullMQ, server: Server, options: QueueEngineOptions) {
    this.#server = server;
    this.#options = options;
    this.#discards = new Discards(server);
    this.#opening = new QueueOpening(bullmq, options.queue, server, (queue) => this.#up(queue));
    this.#submissions = new Submissions(
      server,
      options.connectTimeout,
      (jobs) => this.#arrived(jobs),
      (sent, error) => this.#notArrived(sent, error),
    );
    this.#cancellations = new Cancellations(server, options.queue, (sent) => this.#cancelled(sent));
    this.#check = new StateCheck(
      () => this.#look([...this.#jobs.values()]),
      () => this.#jobs.size > 0,
    );
    server.listen(executorChannel(this.#executor), {
      up: () => void this.#opening.up(),
      heard: (text) => this.#heard(JSON.parse(text) as ToExecutor),
    });
  }

  start(job: Job<unknown>): void {
    job.id = ++this.#lastId;
    const { progress, maxRestarts } = this.#options;
    const data = packJob(job.call, job.options, progress, maxRestarts);
    const sent = new SentJob(jobId(this.#executor, job.id), job, data);
    this.#jobs.set(job.id, sent);
    this.#submissions.add(sent);
    this.#check.start();
  }

  withdraw(job: Job<unknown>): boolean {
    const sent = this.#jobs.get(job.id);
    if (sent === undefined) return true;
    if (!sent.isWithdrawn && !this.#submissions.withdraw(sent)) return false;
    this.#forget(sent);
    return true;
  }

  cancel(job: Job<unknown>): void {
    const sent = this.#jobs.get(job.id);
    // one that is on its way is asked when it has arrived
    if (sent?.isThere === true) this.#cancellations.ask(sent);
  }

  kill(job: Job<unknown>): void {
    const sent = this.#jobs.get(job.id);
    if (sent !== undefined) void this.#cancellations.expire(sent);
  }

  /** Cancels what no worker has started. */
  cancelPending(reason: string): void {
    this.#unwanted = reason;
    const jobs = [...this.#jobs.values()];
    const there = jobs.filter(({ isThere }) => isThere);
    for (const sent of jobs) {
      sent.isWithdrawn = this.#submissions.withdraw(sent);
      if (sent.isWithdrawn) sent.job.cancelTask(reason);
    }
    void this.#cancellations.withdraw(there, reason); // those on their way when they have arrived
  }

  async close(): Promise<void> {
    this.#submissions.close();
    this.#check.stop();
    await this.#discards.close();
    this.#opening.close();
    await this.#server.close();
  }

  // ---- the server -------------------------------------------------------------------------------------------------------

  #up(queue: Queue): void {
    this.#submissions.up(queue);
    this.#cancellations.up(queue);
    for (const sent of [...this.#jobs.values(), ...this.#strays.splice(0)]) {
      if (sent.job.done() || (sent.isThere && sent.job.request !== null)) this.#cancellations.ask(sent);
    }
    if (this.#unwanted !== null) this.cancelPending(this.#unwanted);
    if (this.#jobs.size > 0) this.#check.now();
  }

  #heard(message: ToExecutor): void {
    const sent = this.#jobs.get(numberOf(message.id));
    if (sent === undefined) return;
    if (message.outcome !== undefined) this.#outcome(sent, message.outcome);
    else if (message.report === undefined) this.#ended.add(sent);
    else {
      sent.heardReport(message);
      this.#tellFound(sent);
    }
  }

  /** What the server says about jobs. */
  async #look(jobs: readonly SentJob[]): Promise<void> {
    const there = jobs.filter(({ isThere, job }) => isThere && !job.done());
    for (let start = 0; start < there.length; start += 1000) {
      const some = there.slice(start, start + 1000);
      const states = await this.#server.states(some.map(({ id }) => id));
      for (const sent of some) {
        if (sent.isThere && this.#jobs.has(sent.job.id)) this.#saw(sent, states.get(sent.id));
      }
    }
  }

  #saw(sent: SentJob, state: JobState | undefined): void {
    if (state === undefined) this.#lost(sent);
    else if (state.outcome !== undefined) {
      sent.foundOutcome(state.outcome);
      this.#tellFound(sent);
    } else if (state.finished) this.#gaveUp(sent, state.failure);
  }

  // ---- how jobs end -----------------------------------------------------------------------------------------------------

  #arrived(jobs: readonly SentJob[]): void {
    for (const sent of jobs) {
      sent.isThere = true;
      if (sent.job.done() || sent.job.request !== null) this.#cancellations.ask(sent);
    }
    if (this.#unwanted !== null) this.cancelPending(this.#unwanted);
  }

  #notArrived(sent: SentJob, error: unknown): void {
    this.#strays.push(sent);
    if (sent.job.request !== null) return this.#cancelled(sent);
    this.#forget(sent);
    sent.job.failedBy(error);
  }

  #outcome(sent: SentJob, packed: string): void {
    this.#forget(sent);
    this.#discards.add(sent.id);
    sent.heardOutcome(packed);
  }

  #tellFound(sent: SentJob): void {
    if (sent.outcome !== undefined) this.#outcome(sent, sent.outcome);
  }

  #cancelled(sent: SentJob): void {
    this.#forget(sent);
    sent.job.answered({ cancelled: true });
  }

  #gaveUp(sent: SentJob, failure: string | undefined): void {
    this.#forget(sent);
    this.#discards.add(sent.id);
    const message = `the worker could not run '${sent.job.call.name}': ${failure ?? 'it did not say why'}`;
    sent.job.broke(new BrokenExecutorError(message, 'uncaught'));
  }

  #lost(sent: SentJob): void {
    this.#forget(sent);
    const { name } = sent.job.call;
    const message =
      `${this.#server.address} no longer has the job '${name}' of the queue '${this.#options.queue}': it was removed there, ` +
      'or lost in a restart; Redis keeps jobs over a restart with appendonly or save';
    sent.job.broke(new BrokenExecutorError(message, 'lost'));
  }

  #forget(sent: SentJob): void {
    clearTimeout(sent.deadline);
    this.#submissions.forget(sent);
    this.#jobs.delete(sent.job.id);
    if (this.#jobs.size === 0) this.#check.stop();
  }
}

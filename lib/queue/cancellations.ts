import type { Queue } from 'bullmq';
import type { WireRequest } from '../jobs/index.js';
import { Batch } from './batch.js';
import { type ToWorkers, workersChannel } from './messages.js';
import type { SentJob } from './sent-job.js';
import type { Server } from './server.js';
import { DEFAULT_TIMING, agreedTiming } from './timing.js';
import { within } from './within.js';

/**
 * Cancels jobs that the server has.
 *
 * ```
 * ask(job) ─▶ still in the queue: taken out ─────────────────────▶ ended(job)
 *          └▶ started: stored with the job, and told to all workers; its worker says how it ends
 * ```
 *
 * @internal
 */
export class Cancellations {
  readonly #server: Server;
  readonly #channel: string;
  readonly #ended: (sent: SentJob) => void;
  readonly #batch = new Batch<SentJob>((jobs) => this.#send(jobs));
  #queue: Queue | null = null;

  constructor(server: Server, queue: string, ended: (sent: SentJob) => void) {
    this.#server = server;
    this.#channel = workersChannel(server.space, queue);
    this.#ended = ended;
  }

  up(queue: Queue): void {
    this.#queue = queue;
  }

  /** To be asked again when the server was away: it may not have heard. */
  ask(sent: SentJob): void {
    this.#batch.add(sent);
  }

  /**
   * The worker kills the job after the same grace. If there is none left to say so, it has ended when any other worker would have
   * started it again, and found that it was cancelled.
   */
  async expire(sent: SentJob): Promise<void> {
    const isReachable = this.#queue !== null && this.#server.isUp;
    const agreed = isReachable
      ? await within(
          1000,
          agreedTiming(this.#queue!).catch(() => undefined),
        )
      : undefined;
    const { lockDuration, stalledInterval } = agreed ?? DEFAULT_TIMING;
    if (sent.job.done()) return;
    sent.deadline = setTimeout(() => this.#ended(sent), lockDuration + 2 * stalledInterval);
  }

  /** Takes those out of the queue that have not been started, and cancels them. */
  async withdraw(jobs: readonly SentJob[], reason: string): Promise<void> {
    for (const sent of jobs) sent.isThere = false; // that they are gone is no news
    const ids = await this.#server.withdraw(jobs.map(({ id }) => id)).catch(() => []);
    const withdrawn = new Set(ids);
    for (const sent of jobs) {
      sent.isThere = true;
      sent.isWithdrawn = withdrawn.has(sent.id);
      const wasCancelled = sent.job.request !== null; // meanwhile
      if (sent.isWithdrawn && wasCancelled) this.#ended(sent);
      else if (sent.isWithdrawn) sent.job.cancelTask(reason);
      else if (wasCancelled) this.ask(sent);
    }
  }

  async #send(jobs: SentJob[]): Promise<void> {
    const withdrawn = new Set(await this.#server.withdraw(jobs.map(({ id }) => id)));
    for (const sent of jobs) {
      if (withdrawn.has(sent.id)) this.#ended(sent);
    }
    await Promise.all(jobs.filter(({ id }) => !withdrawn.has(id)).map((sent) => this.#tell(sent)));
  }

  async #tell(sent: SentJob): Promise<void> {
    const request: WireRequest = sent.job.request ?? { message: 'its executor gave it up' };
    try {
      await this.#queue!.getBackend().updateData({ id: sent.id } as never, { ...sent.data, cancel: request });
    } catch {
      return; // it has just ended, or the server is away: then it is asked again when that is back
    }
    this.#server.tell(this.#channel, JSON.stringify({ cancel: sent.id, request } satisfies ToWorkers));
  }
}

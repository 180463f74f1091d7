import type { Job as BullJob, Queue, Worker } from 'bullmq';
import { RuntimeError } from '../errors/index.js';
import type { JobExecutor, WireRequest } from '../jobs/index.js';
import { closeWorker } from './close-worker.js';
import {
  type JobData,
  type ToExecutor,
  type ToWorkers,
  executorChannel,
  executorOf,
  workersChannel,
} from './messages.js';
import { Offers } from './offers.js';
import type { BullMQ } from './open-server.js';
import { QueueOpening } from './queue-opening.js';
import { ServedJob } from './served-job.js';
import type { Server } from './server.js';
import { type Timing, agreeOnTiming } from './timing.js';
import { within } from './within.js';

/** How a queue is served. @internal */
export interface ServiceOptions {
  readonly queue: string;
  readonly modules: readonly string[];
  readonly concurrency: number;
  readonly acceptSource: boolean;
  readonly timing: Timing;
  readonly onError: (error: unknown) => void;
}

/** Outcomes up to this length, in characters, go to the executor at once; it asks the server for longer ones. */
const INLINE = 65_536;

/**
 * Serves a queue: BullMQ's worker gives jobs, the pool runs them.
 *
 * ```
 * run() ─▶ the modules are loaded, in the pool ─▶ the server is there ─▶ BullMQ's worker takes jobs ...
 *                                                  └ again after it was away: what has been cancelled meanwhile?
 * ```
 *
 * @internal
 */
export class Service {
  readonly #bullmq: BullMQ;
  readonly #server: Server;
  readonly #pool: JobExecutor;
  readonly #options: ServiceOptions;
  readonly #offers: Offers;
  readonly #opening: QueueOpening;
  /** The same job twice, if it was taken for lost while it ran here. */
  readonly #serving = new Set<Serving>();
  /** Requests for jobs that are not here; one of them may just be on its way here. */
  readonly #early = new Map<string, WireRequest>();
  /** When the jobs ended whose ends BullMQ has not said to the server yet. */
  readonly #unsaid = new Map<string, number>();
  #worker: Worker | null = null;
  #starting: Promise<void> | null = null;
  #isClosing = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #end: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(bullmq: BullMQ, server: Server, pool: JobExecutor, options: ServiceOptions) {
    this.#bullmq = bullmq;
    this.#server = server;
    this.#pool = pool;
    this.#options = options;
    this.#offers = new Offers(options.acceptSource);
    this.#opening = new QueueOpening(bullmq, options.queue, server, (queue) => {
      if (!this.#isClosing) this.#starting ??= this.#up(queue).finally(() => (this.#starting = null));
    });
  }

  /** Fulfils when it is closed. */
  async run(): Promise<void> {
    try {
      await this.#offers.load(this.#pool, this.#options.modules);
    } catch (error) {
      if (!this.#isClosing) throw error;
    }
    if (this.#isClosing) return;
    await new Promise<void>((resolve, reject) => {
      this.#end = { resolve, reject };
      this.#server.listen(workersChannel(this.#server.space, this.#options.queue), {
        up: () => void this.#opening.up(),
        heard: (text) => this.#heard(JSON.parse(text) as ToWorkers),
      });
    });
  }

  /** Takes no more jobs; waits for those that run. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#retry);
    if (this.#starting !== null) await within(1000, this.#starting);
    if (this.#worker !== null) {
      await closeWorker(this.#worker, this.#server, () => this.#serving.size > 0 || this.#hasToSay());
    }
    this.#opening.close();
    await this.#pool.shutdown({ cancelPending: true });
    this.#end?.resolve();
  }

  /** The jobs that run are for other workers now. */
  async giveBack(): Promise<void> {
    await Promise.all([...this.#serving].map((serving) => this.#giveBackOne(serving)));
  }

  // ---- jobs -------------------------------------------------------------------------------------------------------------

  async #process(job: BullJob<JobData>, token: string): Promise<string> {
    const id = job.id!;
    const served = new ServedJob(id, job.data, (n, report) => this.#tell({ id, run: job.attemptsStarted, n, report }));
    const request = this.#early.get(id);
    if (request !== undefined) served.cancel(request);
    let serving: Serving | undefined;
    try {
      const outcome = await new Promise<string>((resolve, reject) => {
        serving = { job, token, served, leave: reject };
        this.#serving.add(serving);
        served.run(this.#pool, this.#offers, job.stalledCounter).then(resolve, reject);
      });
      // at once: the executor need not wait until BullMQ has stored it
      if (outcome.length <= INLINE) this.#tell({ id, run: job.attemptsStarted, outcome });
      return outcome;
    } finally {
      if (serving !== undefined) this.#serving.delete(serving);
      this.#unsaid.set(id, performance.now());
      limit(this.#unsaid);
    }
  }

  /** The server knows that the job has ended. */
  #ended(job: BullJob, outcome?: string): void {
    this.#unsaid.delete(job.id!);
    const isTold = outcome !== undefined && outcome.length <= INLINE;
    if (!isTold) this.#tell({ id: job.id!, run: job.attemptsStarted });
  }

  #tell(message: ToExecutor): void {
    this.#server.tell(executorChannel(executorOf(message.id)), JSON.stringify(message));
  }

  #heard({ cancel: id, request }: ToWorkers): void {
    const servings = [...this.#serving].filter(({ served }) => served.id === id);
    for (const { served } of servings) served.cancel(request);
    if (servings.length > 0) return;
    this.#early.set(id, request);
    limit(this.#early);
  }

  async #giveBackOne({ job, token, served, leave }: Serving): Promise<void> {
    if (this.#server.isUp)
      await within(
        1000,
        job.moveToWait(token).catch(() => {}),
      );
    leave(new this.#bullmq.WaitingError());
    served.cancel({ message: 'the worker is closing' });
  }

  // ---- the server -------------------------------------------------------------------------------------------------------

  async #up(queue: Queue): Promise<void> {
    try {
      await agreeOnTiming(queue, this.#server, this.#options.timing, this.#worker !== null);
      if (this.#worker === null) await this.#start();
      else await this.#readCancels(queue);
    } catch (error) {
      if (error instanceof RuntimeError) this.#end?.reject(error);
      else this.#tryLater(error);
    }
  }

  #tryLater(error: unknown): void {
    if (this.#isClosing) return;
    this.#options.onError(error);
    this.#retry = setTimeout(() => void this.#opening.up(), 500);
  }

  async #start(): Promise<void> {
    const { queue, concurrency, timing } = this.#options;
    const { options, factory } = this.#server.bullmq;
    const worker = new this.#bullmq.Worker<JobData, string>(
      queue,
      (job, token) => this.#process(job, token!),
      {
        ...options,
        ...timing,
        concurrency,
        autorun: false,
        maxStalledCount: 1_000_000_000, // it is for the job to say: maxRestarts
        runRetryDelay: 500,
      },
      factory as never,
    );
    worker.on('error', this.#options.onError);
    worker.on('completed', (job, outcome) => this.#ended(job, outcome));
    worker.on('failed', (job) => job !== undefined && this.#ended(job));
    try {
      await worker.waitUntilReady();
    } catch (error) {
      worker.close(true).catch(() => {});
      throw error;
    }
    this.#worker = worker as Worker;
    if (!this.#isClosing) worker.run().catch(this.#options.onError);
  }

  /** What was told while the server could not be heard. */
  async #readCancels(queue: Queue): Promise<void> {
    const backend = queue.getBackend();
    for (const { served } of [...this.#serving]) {
      const stored = await backend.getJobData(served.id);
      const cancel = stored && (JSON.parse(stored.data) as JobData).cancel;
      if (cancel !== undefined) served.cancel(cancel);
    }
  }

  /** After a while it is of no use any more: other workers have the jobs. */
  #hasToSay(): boolean {
    const old = performance.now() - this.#options.timing.lockDuration;
    return [...this.#unsaid.values()].some((ended) => ended > old);
  }
}

/** A job that runs, as BullMQ knows it and as we do. */
interface Serving {
  readonly job: BullJob;
  readonly token: string;
  readonly served: ServedJob;
  /** Tells BullMQ that nothing more comes of it here. */
  readonly leave: (error: Error) => void;
}

/** Forgets the oldest. */
function limit(map: Map<string, unknown>): void {
  if (map.size > 1000) map.delete(map.keys().next().value!);
}

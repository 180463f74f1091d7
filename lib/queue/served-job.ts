import {
  BrokenExecutorError,
  type JobExecutor,
  type WireRequest,
  type WireThrown,
  isCloneable,
  packThrown,
  uncloneableReport,
  uncloneableResult,
} from '../jobs/index.js';
import { CancelRequest, type Task, cancelFuture } from '../kernel/index.js';
import { type JobData, type Outcome, pack, unpackCall, unpackOptions } from './messages.js';
import type { Offers } from './offers.js';
import { ReportRelay } from './report-relay.js';

/** A job in a worker, from when the worker has it until it has ended. @internal */
export class ServedJob {
  readonly id: string;
  readonly #data: JobData;
  readonly #relay: ReportRelay;
  #request: WireRequest | undefined;
  /** Of a report, or of the result: threads can share it with their process, but machines cannot with each other. */
  #unsendable: WireThrown | undefined;
  #task: Task<unknown> | null = null;

  constructor(id: string, data: JobData, tell: (n: number, report: string) => void) {
    this.id = id;
    this.#data = data;
    this.#request = data.cancel;
    this.#relay = new ReportRelay(data.progress ?? 'latest', (n, value) => {
      const report = this.#packReport(value);
      if (report !== undefined) tell(n, report);
    });
  }

  /** Passes a request on; after the grace of the job the pool kills it. */
  cancel(request: WireRequest): void {
    if (this.#request !== undefined) return;
    this.#request = request;
    if (this.#task === null) return;
    const { message, requester } = request;
    cancelFuture(this.#task, Object.assign(new CancelRequest(message, 'cancel'), { requester }));
  }

  /** Runs it in the pool; gives its packed outcome, whatever it is. */
  async run(pool: JobExecutor, offers: Offers, restarts: number): Promise<string> {
    const outcome = await this.#outcome(pool, offers, restarts);
    this.#relay.end();
    const { count: reports, last } = this.#relay;
    if (this.#unsendable === undefined) {
      try {
        return pack({ ...outcome, reports, ...(reports > 0 ? { last } : {}) } satisfies Outcome);
      } catch (error) {
        this.#unsendable = isCloneable(last, true)
          ? uncloneableResult(this.#data.name, error)
          : packThrown(uncloneableReport(error));
      }
    }
    const { answer } = outcome;
    const hasValue = answer !== undefined && 'value' in answer;
    return pack({ ...(hasValue ? { answer: { thrown: this.#unsendable } } : outcome), reports: 0 } satisfies Outcome);
  }

  async #outcome(pool: JobExecutor, offers: Offers, restarts: number): Promise<Omit<Outcome, 'reports'>> {
    const { name, maxRestarts } = this.#data;
    if (this.#request !== undefined) return { answer: { cancelled: true } };
    if (restarts > maxRestarts) {
      return {
        broken: {
          kind: 'exit',
          message: `'${name}' has lost its worker ${restarts} times (maxRestarts: ${maxRestarts})`,
        },
      };
    }
    try {
      const task = pool.submitCall(unpackCall(this.#data, offers.find(this.#data.fn)), unpackOptions(this.#data));
      this.#task = task;
      task.progress$.subscribe((value) => this.#relay.report(value));
      return { answer: { value: await task.then() } };
    } catch (error) {
      // one that nobody asked for is an error of the function
      if (this.#request !== undefined && this.#task?.cancelled() === true) return { answer: { cancelled: true } };
      if (error instanceof BrokenExecutorError) {
        const { message, kind, exitCode, signal } = error;
        return { broken: { message, kind, exitCode, signal } };
      }
      return { answer: { thrown: packThrown(error) } };
    }
  }

  #packReport(value: unknown): string | undefined {
    try {
      return pack(value);
    } catch (error) {
      this.#unsendable ??= packThrown(uncloneableReport(error));
      return undefined;
    }
  }
}

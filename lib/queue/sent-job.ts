import { BrokenExecutorError, type Job } from '../jobs/index.js';
import { type JobData, type Outcome, type ToExecutor, unpack } from './messages.js';

/** How long, in ms, reports may be on their way; those that take longer were lost, with a connection. */
const LONGEST_WAY = 5000;

/** A job of an executor, from when it is started until it has ended. @internal */
export class SentJob {
  readonly id: string;
  readonly job: Job<unknown>;
  readonly data: JobData;
  /** Has the server said that it has it? */
  isThere = false;
  /** Has it been taken out of the queue? */
  isWithdrawn = false;
  /** When it was started. */
  readonly since = performance.now();
  /** When it has ended whatever the server says, once it was to be killed. */
  deadline: ReturnType<typeof setTimeout> | undefined;
  /** Which start of it was heard of last, and how many reports of that. */
  #run = 0;
  #reports = 0;
  /** The outcome that the server has, how many reports went before it, and since when none of them has arrived. */
  #found: { readonly outcome: string; readonly reports: number; since: number } | null = null;

  constructor(id: string, job: Job<unknown>, data: JobData) {
    this.id = id;
    this.job = job;
    this.data = data;
  }

  /** A start that was given up, for its worker seemed lost, may go on to report: it is not listened to any more. */
  heardReport({ run, n, report }: ToExecutor): void {
    if (run < this.#run || n === undefined || report === undefined) return;
    if (run > this.#run) this.#reports = 0;
    this.#run = run;
    if (n <= this.#reports) return;
    this.#reports = n;
    if (this.#found !== null) this.#found.since = performance.now();
    this.job.reported(unpack(report));
  }

  /** Its outcome was found on the server; reports that went before it may still be on their way. */
  foundOutcome(outcome: string): void {
    this.#found ??= { outcome, reports: unpack<Outcome>(outcome).reports, since: performance.now() };
  }

  /** The outcome that was found, when it need not wait for reports any more; of `latest` it has the only one that matters. */
  get outcome(): string | undefined {
    if (this.#found === null) return undefined;
    const { outcome, reports, since } = this.#found;
    const areMissing = this.data.progress === 'all' && this.#reports < reports;
    return areMissing && performance.now() - since < LONGEST_WAY ? undefined : outcome;
  }

  /** It has ended. The last report is told, if it has not arrived by itself. */
  heardOutcome(packed: string): void {
    const { answer, broken, reports, last } = unpack<Outcome>(packed);
    if (reports > this.#reports) this.job.reported(last);
    if (answer !== undefined) return this.job.answered(answer);
    const { message, kind, exitCode, signal } = broken!;
    this.job.broke(new BrokenExecutorError(message, kind, { exitCode, signal }));
  }
}

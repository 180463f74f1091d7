import { BrokenExecutorError, type Job } from '../jobs/index.js';
import { type JobData, type Outcome, type ToExecutor, unpack } from './messages.js';

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
  /** How many there were when the outcome was last looked at. */
  #reportsAtLook = -1;

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
    this.job.reported(unpack(report));
  }

  /**
   * Are reports on their way that went before this outcome, which was found on the server? Those that do not come between one
   * look and the next are lost. Of `latest` the outcome has the only one that matters.
   */
  isStillReporting(packed: string): boolean {
    if (this.data.progress !== 'all' || unpack<Outcome>(packed).reports <= this.#reports) return false;
    const isArriving = this.#reports > this.#reportsAtLook;
    this.#reportsAtLook = this.#reports;
    return isArriving;
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

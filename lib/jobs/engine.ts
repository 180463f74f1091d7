import type { Job } from './job.js';

/**
 * Where the jobs of an executor run: threads, processes, a queue, this very loop. An engine starts, tells, asks and kills;
 * all that is the same everywhere - cancelling, grace, progress, shutdown - is in {@link JobExecutor} and {@link Job}.
 *
 * An engine tells a job what happens by `job.started()`, `job.reported(value)`, `job.answered(answer)`, `job.broke(error)`.
 *
 * @internal
 */
export interface Engine {
  /** How many jobs run at the same time. */
  readonly capacity: number;
  /** What it sends leaves this process: what only threads can share or take over is refused. Default: false. */
  readonly bytesOnly?: boolean;
  /** Takes a job. It is started as soon as a worker is free, in the order of the calls; `job.started()` says when. */
  start(job: Job<unknown>): void;
  /** A job that has not been started is to be forgotten. False if it may have been started all the same: see `cancel`. */
  withdraw(job: Job<unknown>): boolean;
  /** Passes the request (`job.request`) on to the function, so that it may clean up. Called once a job. */
  cancel(job: Job<unknown>): void;
  /** Cancels the jobs that no worker has started, where `job.waiting` does not tell. */
  cancelPending?(reason: string): void;
  /** Stops a job, whatever it does; tells it so by `job.broke(…)`. */
  kill(job: Job<unknown>): void;
  /** Frees everything. Called once, when no job is left. */
  close(): Promise<void>;
}

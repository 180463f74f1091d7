import type { Job } from './job.js';

/**
 * Where the jobs of an executor run: threads, processes, a queue, this very loop. An engine starts, tells, asks and kills;
 * all that is the same everywhere - who is next, cancelling, grace, progress, shutdown - is in {@link JobExecutor} and
 * {@link Job}.
 *
 * An engine tells a job what happens by `job.reported(value)`, `job.answered(answer)` and `job.broke(error)`.
 *
 * @internal
 */
export interface Engine {
  /** How many jobs run at the same time. */
  readonly capacity: number;
  /** Starts a job. Called for at most `capacity` jobs that have not ended. */
  start(job: Job<unknown>): void;
  /** Passes the request (`job.request`) on to a job that was started, so that it may clean up. Called once a request. */
  cancel(job: Job<unknown>): void;
  /** Stops a job that was started, whatever it does; tells it so by `job.broke(…)`. */
  kill(job: Job<unknown>): void;
  /** Frees everything. Called once, when no job is left. */
  close(): Promise<void>;
}

/** What a program has done, as far as all styles must agree. */
export interface Story {
  /** What each body did, and when. Between two bodies there is no order within a moment. */
  readonly events: Readonly<Record<string, readonly string[]>>;
  /** How each task has ended, and when. */
  readonly tasks: Readonly<Record<string, string>>;
  /** How the run has ended, and when; or that it never did. */
  readonly main: string;
  /** Pipelines that were unsubscribed from: they are over at once, what they started when it has cleaned up. */
  readonly abandoned: readonly string[];
  /** Bodies that were still running when main had ended, and those that were when the run had. */
  readonly leftByMain: readonly string[];
  readonly leftByRun: readonly string[];
  /** What is still held of locks, semaphores, queues. */
  readonly held: readonly string[];
  /** What the exception handler was told: kinds, and names of errors. */
  readonly reports: readonly string[];
  /** What would have ended the process. */
  readonly uncaught: readonly string[];
}

/** How a worker was lost. */
export type BrokenKind = 'exit' | 'uncaught' | 'memory' | 'lost';

/**
 * The worker on which a job ran was lost, and the job with it: it left (`process.exit`, a signal), an error in it reached
 * nobody, its memory was full, or the server of a queue lost the job.
 *
 * asyncio: `concurrent.futures.BrokenExecutor`.
 */
export class BrokenExecutorError extends Error {
  readonly kind: BrokenKind;
  /** The exit code of the worker, where it has one. */
  readonly exitCode: number | undefined;
  /** The signal that ended the worker process, where one did. */
  readonly signal: string | undefined;

  constructor(
    message: string,
    kind: BrokenKind,
    options: {
      readonly exitCode?: number | undefined;
      readonly signal?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.kind = kind;
    this.exitCode = options.exitCode;
    this.signal = options.signal;
  }
}

Object.defineProperty(BrokenExecutorError.prototype, 'name', {
  value: 'BrokenExecutorError',
  configurable: true,
  writable: true,
});

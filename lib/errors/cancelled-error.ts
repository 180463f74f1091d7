const brand = Symbol.for('rxtasks.CancelledError');

/**
 * The work was cancelled: thrown where a task waits when it is asked to stop, and given to everybody who waits for
 * what was cancelled.
 *
 * In JavaScript `catch` catches this error like any other, so a `catch` that handles failures starts with
 * {@link rethrowCancelled}. Compare with {@link isCancelled}, which also recognises the error of another copy of this
 * library.
 *
 * asyncio: `asyncio.CancelledError`.
 */
export class CancelledError extends Error {
  readonly #source: string | undefined;
  readonly #requester: string | undefined;

  /**
   * @param message exactly what was given to `cancel(message)`, or nothing
   */
  constructor(
    message?: string,
    options?: ErrorOptions & { source?: string | undefined; requester?: string | undefined },
  ) {
    super(message, options !== undefined && 'cause' in options ? options : undefined);
    this.#source = options?.source;
    this.#requester = options?.requester;
  }

  /** Why it was asked: `'cancel'`, `'timeout'`, `'task group'`, `'signal'`, `'shutdown'`, … */
  get source(): string | undefined {
    return this.#source;
  }

  /** The name of the task that asked, if a task did. */
  get requester(): string | undefined {
    return this.#requester;
  }
}

Object.defineProperty(CancelledError.prototype, 'name', {
  value: 'CancelledError',
  configurable: true,
  writable: true,
});
Object.defineProperty(CancelledError.prototype, brand, { value: true });

/**
 * Is `error` the error of a cancellation? Recognises errors of other copies of this library too.
 *
 * ```ts
 * import { createTask, isCancelled, run, sleep } from 'rxtasks';
 *
 * await run(async () => {
 *   const task = createTask(sleep(1000));
 *   task.cancel();
 *   await task.catch((error) => console.log(isCancelled(error))); // true
 * });
 * ```
 *
 * asyncio: `isinstance(error, CancelledError)`.
 */
export function isCancelled(error: unknown): error is CancelledError {
  return typeof error === 'object' && error !== null && brand in error;
}

/**
 * Throws `error` again if it is a cancellation, and returns otherwise. The first line of a `catch` block that handles
 * failures:
 *
 * ```ts
 * import { rethrowCancelled, sleep } from 'rxtasks';
 *
 * async function work() {
 *   try {
 *     await sleep(1000);
 *   } catch (error) {
 *     rethrowCancelled(error);
 *     console.error('failed', error);
 *   }
 * }
 * ```
 *
 * asyncio needs no counterpart: there, `except Exception` lets `CancelledError` pass.
 */
export function rethrowCancelled(error: unknown): void {
  if (isCancelled(error)) throw error;
}

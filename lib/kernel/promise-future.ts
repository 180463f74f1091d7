import { isCancelled } from '../errors/index.js';
import type { EventLoop } from './event-loop.js';
import { Future } from './future.js';
import { REJECT, RESOLVE } from './protocol.js';
import { isErrorLike } from './text.js';

/**
 * Waits for a promise that somebody else runs. Its reaction is attached at once, so no rejection goes unnoticed.
 * Cancelling abandons the promise; if it is rejected afterwards, the exception handler is told (kind `late-rejection`) -
 * unless the rejection is what an abort or a cancellation looks like.
 *
 * @internal
 */
export class PromiseFuture<T> extends Future<T> {
  readonly #promise: PromiseLike<T>;
  #taken = false;

  constructor(promise: PromiseLike<T>, loop: EventLoop) {
    super(loop);
    this.#promise = promise;
    promise.then(
      (value) => {
        if (!this.done()) this[RESOLVE](value);
      },
      (error: unknown) => {
        if (!this.done()) this[REJECT](error);
        else if (!isAbort(error)) {
          loop.callExceptionHandler({
            kind: 'late-rejection',
            message: 'a promise was rejected after the task that awaited it had been cancelled',
            exception: error,
          });
        }
      },
    );
  }

  /** What one run waits for: each has its own, so that a run that is cancelled abandons the promise for itself alone. */
  forRun(): PromiseFuture<T> {
    if (this.#taken) return new PromiseFuture(this.#promise, this.loop);
    this.#taken = true;
    return this;
  }
}

function isAbort(error: unknown): boolean {
  return isCancelled(error) || (isErrorLike(error) && (error.name === 'AbortError' || error.name === 'CanceledError'));
}

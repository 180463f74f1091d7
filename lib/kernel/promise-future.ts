import { isCancelled } from '../errors/index.js';
import type { EventLoop } from './event-loop.js';
import { Future } from './future.js';
import { REJECT, RESOLVE, RETRIEVED } from './protocol.js';
import { isErrorLike } from './text.js';

/**
 * Waits for a promise that somebody else runs. Its reaction is attached at once, so no rejection goes unnoticed.
 * Cancelling abandons the promise; if it is rejected afterwards, the exception handler is told (kind `late-rejection`) -
 * unless the rejection is what an abort or a cancellation looks like.
 *
 * @internal
 */
export class PromiseFuture<T> extends Future<T> {
  readonly #promise: Promise<T>;
  #taken = false;
  /** Nobody waits for this one: another has taken its place, and tells of a failure. */
  #replaced = false;

  constructor(promise: PromiseLike<T>, loop: EventLoop) {
    super(loop);
    this.#promise = toNative(promise);
    this.#promise.then(
      (value) => {
        if (!this.done()) this[RESOLVE](value);
      },
      (error: unknown) => {
        if (this.#replaced) return;
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

  /**
   * What one run on `loop` waits for: each has its own, so that a run that is cancelled abandons the promise for itself alone;
   * and the loop is known only then, for `run(resultOf(promise))` is called where no loop runs.
   */
  forRun(loop: EventLoop): PromiseFuture<T> {
    const first = !this.#taken;
    this.#taken = true;
    if (first && loop === this.loop) return this;
    this.#replaced ||= first;
    this[RETRIEVED]();
    return new PromiseFuture(this.#promise, loop);
  }
}

/**
 * A native promise is settled once, and never with a thenable; nothing of that is sure of a thenable of another make, and its
 * `then` may throw. That one is called now, and once.
 *
 * @internal
 */
export function toNative<T>(promise: PromiseLike<T>): Promise<T> {
  return promise instanceof Promise ? promise : new Promise<T>((resolve, reject) => void promise.then(resolve, reject));
}

function isAbort(error: unknown): boolean {
  return isCancelled(error) || (isErrorLike(error) && (error.name === 'AbortError' || error.name === 'CanceledError'));
}

import { isCancelled } from '../../errors/index.js';
import type { EventLoop } from '../loop/event-loop.js';
import { Future } from './future.js';
import { REJECT, RESOLVE, RETRIEVED, WAITING_FOR } from '../ground/protocol.js';
import { isErrorLike } from '../ground/text.js';
import type { WaitingFor } from '../ground/waiting-for.js';

/**
 * Waits for a promise that somebody else runs. Its reaction is attached at once, so no rejection goes unnoticed.
 * Cancelling abandons the promise; if it is rejected afterwards, the exception handler is told (kind `late-rejection`) -
 * unless the rejection is what an abort or a cancellation looks like.
 *
 * @internal
 */
export class PromiseFuture<T> extends Future<T> {
  readonly promise: PromiseLike<T>;
  #taken = false;
  /** Nobody waits for this one: another has taken its place, and tells of a failure. */
  #replaced = false;

  constructor(promise: PromiseLike<T>, loop: EventLoop) {
    super(loop);
    this.promise = promise;
    react(
      promise,
      (value) => {
        if (!this.done()) this[RESOLVE](value);
      },
      (error: unknown) => {
        if (this.#replaced) return;
        if (!this.done()) this[REJECT](error);
        else reportLateRejection(loop, error);
      },
    );
  }

  override [WAITING_FOR](): WaitingFor {
    return { futures: [], foreign: 'a promise' };
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
    return new PromiseFuture(this.promise, loop);
  }
}

/**
 * Reacts to a promise. A native one is settled once, and never with a thenable; nothing of that is sure of a thenable of another
 * make, and its `then` may throw.
 *
 * @internal
 */
export function react<T>(
  promise: PromiseLike<T>,
  onValue: (value: T) => void,
  onError: (error: unknown) => void,
): void {
  if (promise instanceof Promise) {
    promise.then(onValue, onError);
    return;
  }
  let open = true;
  const once =
    <A>(settle: (outcome: A) => void) =>
    (outcome: A) => {
      if (!open) return;
      open = false;
      settle(outcome);
    };
  const fail = once(onError);
  try {
    promise.then(
      once((value: T) => {
        if (isThenable(value)) react(value as PromiseLike<T>, onValue, onError);
        else onValue(value);
      }),
      fail,
    );
  } catch (error) {
    fail(error);
  }
}

function isThenable(value: unknown): boolean {
  const object = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return object && typeof (value as { then?: unknown }).then === 'function';
}

/** What was abandoned has been rejected - unless that is what an abort or a cancellation looks like. @internal */
export function reportLateRejection(loop: EventLoop, exception: unknown): void {
  if (isAbort(exception)) return;
  loop.callExceptionHandler({
    kind: 'late-rejection',
    message: 'a promise was rejected after the task that awaited it had been cancelled',
    exception,
  });
}

function isAbort(error: unknown): boolean {
  return isCancelled(error) || (isErrorLike(error) && (error.name === 'AbortError' || error.name === 'CanceledError'));
}

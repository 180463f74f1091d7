import { CancelledError, isCancelled } from '../../errors/index.js';
import { currentOwner } from '../now/current-owner.js';
import type { Future } from './future.js';
import { ARM, CANCEL, INTERRUPT } from '../ground/protocol.js';

/**
 * One call of `cancel()`: what was said, why and by whom. It travels unchanged along everything that is asked, so that
 * each error made from it tells the same story.
 *
 * @internal
 */
export class CancelRequest {
  /** Exactly what was given to `cancel(message)`. */
  readonly message: string | undefined;
  /** Why: see `CancelledError.source`. */
  readonly source: string;
  /** The scope that asked, so that it recognises its own request; a task's `cancel()` has none. */
  readonly scope: object | undefined;
  readonly cause: unknown;
  /** The name of the task that asked. A name and not the task: a request must hold nothing alive. */
  readonly requester: string | undefined;

  constructor(message: string | undefined, source: string, scope?: object, cause?: unknown) {
    this.message = message;
    this.source = source;
    this.scope = scope;
    this.cause = cause;
    // Who is cancelled because another was, was asked by whoever asked that one.
    this.requester = isCancelled(cause) ? cause.requester : currentOwner()?.task.name;
  }
}

/**
 * The request of a time limit. Whoever can hear it is waited for; an async function that cannot is left behind: see
 * AsyncCall.
 *
 * @internal
 */
export class LimitRequest extends CancelRequest {
  /** Somebody on the way has read a signal, and so can hear. */
  signalRead = false;

  constructor(scope?: object, source = 'timeout', cause?: unknown) {
    super(undefined, source, scope, cause);
  }
}

/** The request to those who are left because of `cause`: it keeps a limit if that one did. @internal */
export function requestBecause(source: string, cause: unknown): CancelRequest {
  const limited = isCancelled(cause) && cause.source === 'timeout';
  return limited ? new LimitRequest(undefined, source, cause) : new CancelRequest(undefined, source, undefined, cause);
}

/**
 * A new CancelledError for `request`. Its stack is left out: it would show the inside of the loop, and taking it costs
 * more than the rest of a cancellation.
 *
 * @internal
 */
export function cancelledError(request: CancelRequest | null): CancelledError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    if (request === null) return new CancelledError();
    const { message, source, requester, cause } = request;
    return new CancelledError(message, cause === undefined ? { source, requester } : { source, requester, cause });
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * Asks `future` to cancel, and, where that one only waits for another, walks on to the other: a chain of any length is
 * walked in a loop, not in a recursion. True if somebody was asked; the one above who was refused keeps the request for
 * its next suspension. Those who wait for each other in a circle would be walked for ever: one of them is interrupted.
 *
 * @internal
 */
export function cancelFuture(future: Future<unknown>, request: CancelRequest): boolean {
  let above: Future<unknown> | null = null;
  let mark = future;
  let steps = 0;
  let limit = 64;
  for (let asked = future; ;) {
    const answer = asked[CANCEL](request);
    if (answer === true) return true;
    if (answer === false) {
      above?.[ARM](request);
      return above !== null;
    }
    above = asked;
    asked = answer;
    if (asked === mark) return interrupt(asked, request);
    if (++steps === limit) {
      mark = asked;
      limit *= 2;
    }
  }
}

/** @internal */
export interface Interruptible {
  [INTERRUPT](request: CancelRequest): void;
}

/** Walks on to the first in the circle that can be interrupted: a run of a coroutine or of an async function. */
function interrupt(first: Future<unknown>, request: CancelRequest): boolean {
  for (let asked: boolean | Future<unknown> = first; typeof asked === 'object'; asked = asked[CANCEL](request)) {
    if (INTERRUPT in asked) {
      (asked as unknown as Interruptible)[INTERRUPT](request);
      break;
    }
  }
  return true;
}

import type { CancelledError } from '../../errors/index.js';
import { CancelRequest, cancelFuture, cancelledError } from '../futures/cancel.js';
import { current } from '../now/current.js';
import type { Owner } from '../now/owner.js';
import type { EventLoop } from '../loop/event-loop.js';
import { dropShutdownErrors } from './shutdown-errors.js';
import type { Task } from './task.js';

// What holds for tasks that a subscription owns, that of a coroutine or of an operator.

/** Cancels a task whose owner wants it no longer. While its run ends it has been asked already: it cleans up undisturbed. @internal */
export function cancelOwned(task: Task<unknown>, request: CancelRequest): void {
  if (task.loop.closing && task.cancelling() > 0) return;
  cancelFuture(task, request);
}

/** The request of whoever unsubscribes: that of the pipeline which was cancelled, if one was. @internal */
export function unsubscribed(): CancelRequest {
  return current.pipeline?.request ?? new CancelRequest(undefined, 'unsubscribe');
}

/**
 * What a subscription ends with that would start a task when the run to which it belongs ends, or has ended; null if it may. A task
 * that cleans up may go on subscribing.
 *
 * @internal
 */
export function refusalOfShutdown(loop: EventLoop, owner: Owner | null): CancelledError | null {
  if (!loop.closing || (owner !== null && !owner.task.done())) return null;
  dropShutdownErrors();
  return cancelledError(new CancelRequest('the run that this belonged to has ended', 'shutdown'));
}

import { AsyncCallMark } from '../now/async-call-mark.js';
import { PromiseFuture } from '../futures/promise-future.js';
import type { Task } from './task.js';

/**
 * Does `task` wait for a promise, be it that of an async function? Then native microtasks decide when it goes on, and not
 * its loop.
 *
 * @internal
 */
export function waitsForPromise(task: Task<unknown>): boolean {
  const future = task.waitingOn;
  return future !== null && (future instanceof PromiseFuture || AsyncCallMark in future);
}

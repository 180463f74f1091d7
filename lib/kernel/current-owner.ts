import { ambientOwner } from './ambient.js';
import { AsyncCallMark } from './async-call-mark.js';
import { current } from './current.js';
import type { Owner } from './owner.js';

/**
 * Who runs now: what the loop knows while a handle runs (even if that is nobody), else what the ambient context knows.
 *
 * @internal
 */
export function currentOwner(): Owner | null {
  return current.loop !== null ? current.owner : (ambientOwner() ?? null);
}

/**
 * The run whose async code is running: known from the ambient context, or because the first part of an async function
 * runs right now. A `then` called by a coroutine's own code is no await of the task: that would be `yield*`.
 *
 * @internal
 */
export function asyncOwner() {
  const owner = currentOwner();
  return owner !== null && (current.loop === null || AsyncCallMark in owner) ? owner : null;
}

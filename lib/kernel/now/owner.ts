import type { Awaits } from '../futures/awaits.js';
import type { Task } from '../tasks/task.js';

/**
 * Whoever awaits on behalf of a task: the task itself, or one of its internal runs (a strand: a coroutine awaited by an
 * async function, the body of an async function, the subscription of an Observable). The ambient context carries one of
 * these through the `await`s of async functions.
 *
 * @internal
 */
export interface Owner {
  /** The task that users see: `currentTask()` inside the run. */
  readonly task: Task<unknown, never> | Task<unknown>;
  /** The library awaitables that async code of this run awaits. */
  readonly awaits: Awaits;
  /** Aborted when this run is asked to cancel. */
  readonly signal: AbortSignal;
  /** How many cancel requests have come to this run and were not taken back. */
  cancelling(): number;
  /** The pipeline that coroutines subscribed here are children of, if this run is one. */
  adopt?(child: Task<unknown>): void;
  /** The same of all that an operator starts, at once: they come and go, and it is told of none of them. */
  adoptCrowd?(crowd: Iterable<Task<unknown>>): void;
  dismissCrowd?(crowd: Iterable<Task<unknown>>): void;
}

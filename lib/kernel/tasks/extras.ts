import type { Awaits } from '../futures/awaits.js';
import type { CancelRequest } from '../futures/cancel.js';
import type { CancelSignal } from '../futures/cancel-signal.js';
import type { Future } from '../futures/future.js';
import type { Reports } from './reports.js';
import type { Resume } from '../ground/resume.js';

/**
 * What only some tasks have. A word of each in a hundred thousand sleepers would be a third of their memory, and of the
 * collector's time.
 *
 * @internal
 */
export class Extras {
  /** How many cancel requests have come and were not taken back. */
  requests = 0;
  /** One is to be thrown at the next suspension. */
  armed = false;
  /** It was given to an async function, which has ended without having heard it: the next one is not even called. */
  leftover = false;
  last: CancelRequest | null = null;
  /** Of a task that has ended by a value although it was asked to cancel, since its async function did not hear of it. */
  unheard: CancelRequest | null = null;
  signal: CancelSignal | null = null;
  /** Calls of functions that have given what runs now, and are asked to cancel along with it. */
  beside: Set<Future<unknown>> | null = null;
  /** What its async code awaits. */
  awaits: Awaits | null = null;
  /** Those who wait for the body in turn: see Frame. */
  callers: Generator<void, unknown, Resume>[] | null = null;
  reports: Reports | null = null;
  /** What is called, synchronously, when the task has ended. */
  endCallbacks: (() => void)[] | null = null;
}

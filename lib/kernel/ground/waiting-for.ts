import type { Future } from '../futures/future.js';

/**
 * What a future that is pending waits for itself, for reports of who waits for whom. A future that somebody completes by hand
 * waits for nothing.
 *
 * @internal
 */
export interface WaitingFor {
  /** Those of this library. */
  readonly futures: readonly Future<unknown>[];
  /** What is none of this library, in words; null if there is no such thing. */
  readonly foreign: string | null;
  /** That is known to be under way: work of an executor. */
  readonly underWay?: boolean;
}

/** @internal */
export const WAITING_FOR_NOTHING: WaitingFor = { futures: [], foreign: null };

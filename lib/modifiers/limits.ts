import { assertAtLeast } from '../kernel/index.js';
import type { Limits } from './policy.js';

/** Options of `restartable` and `restartTask`. */
export interface RestartOptions<A extends unknown[]> {
  /** One slot for each key: those of different keys do not disturb each other. Default: one slot for all. */
  readonly key?: ((...args: A) => unknown) | undefined;
  /** How many run at the same time, in each slot. Default: 1. */
  readonly concurrency?: number | undefined;
  /** The name of each task. */
  readonly name?: string | ((...args: A) => string) | undefined;
}

/** Options of the other modifiers, whose slots have a queue. */
export interface QueueOptions<A extends unknown[]> extends RestartOptions<A> {
  /** How many may wait for a place, in each slot. */
  readonly maxQueue?: number | undefined;
}

/** The numbers in the options of `call`, or a RangeError. @internal */
export function limitsOf(
  call: string,
  { concurrency = 1, maxQueue }: { readonly concurrency?: number | undefined; readonly maxQueue?: number | undefined },
  queue: { readonly default: number; readonly least?: number },
): Limits {
  const limits = { concurrency, maxQueue: maxQueue ?? queue.default };
  assertAtLeast(`${call}, { concurrency })`, 1, limits.concurrency);
  assertAtLeast(`${call}, { maxQueue })`, queue.least ?? 0, limits.maxQueue);
  return limits;
}

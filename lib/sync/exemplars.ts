import { START } from '../kernel/index.js';
import type { Attempt, Operation } from './attempt.js';

const kept = new Map<unknown, unknown>();

/**
 * Keeps a primitive alive with what its operations make, one of each kind: see dormantLoop.
 *
 * @internal
 */
export function keepExemplars(kind: unknown, make: () => readonly unknown[]): void {
  if (kept.has(kind)) return;
  kept.set(kind, null); // make() makes one of the kind
  kept.set(kind, make());
}

/** An operation that need not wait, with its run and its result. @internal */
export function ran<T>(operation: Operation<T>): readonly unknown[] {
  const run = operation[START]() as unknown as Attempt<T>;
  return [operation, run, run.next().value];
}

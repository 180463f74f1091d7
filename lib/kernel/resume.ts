import type { Future } from './future.js';

declare const brand: unique symbol;

/**
 * What the loop sends into a coroutine when it goes on. Only the loop can make one, so `for (const x of task)`,
 * `[...task]` and `yield* promise` do not compile.
 */
export interface Resume {
  readonly [brand]: never;
}

/** @internal */
export const RESUME: Resume = Object.freeze({ toString: () => 'resume' }) as unknown as Resume;

/**
 * The future whose iterator has just suspended. A step that ends on this very object awaits it; a step that ends on
 * anything else was a `yield` where `yield*` was meant.
 *
 * @internal
 */
export const suspension: { future: Future<unknown> | null } = { future: null };

import type { Future } from './future.js';

/**
 * Where blocking work runs: `submit` starts it at once, elsewhere.
 *
 * asyncio: `concurrent.futures.Executor`.
 */
export interface Executor {
  submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Future<Awaited<R>>;
  shutdown?(options?: { wait?: boolean; cancelPending?: boolean }): unknown;
}

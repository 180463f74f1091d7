import { type Coroutine, type RemoteFunction, type RemoteResult, getRunningLoop } from '../kernel/index.js';
import { coldCall } from '../jobs/index.js';
import { ThreadPoolExecutor } from './web-thread-pool-executor.js';

export function toThread<A extends unknown[], R, P>(
  fn: RemoteFunction<A, R, P>,
  ...args: A
): Coroutine<RemoteResult<R>>;
export function toThread<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Coroutine<RemoteResult<R>>;
/**
 * `fn(...args)` in a Web Worker, as a coroutine: nothing of it runs before it is awaited or made a task.
 *
 * ```
 * toThread   (cold)   createTask  c----------r|
 *                     worker       fn────────|
 * ```
 *
 * The workers are those of the loop's default executor: a ThreadPoolExecutor made on first use, of
 * `navigator.hardwareConcurrency` workers; `run()` closes it. As a task it passes on the progress that `fn` reports.
 *
 * **Cancellation:** as for all executors: `fn` is asked through its `task.signal`, and its worker terminated 1000 ms later.
 *
 * **Errors:** TypeError at the call for a function that cannot be sent; else those of `ThreadPoolExecutor.submit`.
 *
 * asyncio: `asyncio.to_thread`.
 */
export function toThread(fn: (...args: never[]) => unknown, ...args: unknown[]): Coroutine<unknown> {
  const executor = () => getRunningLoop().executor(() => new ThreadPoolExecutor());
  return coldCall('toThread(fn, ...args)', fn, args, executor);
}

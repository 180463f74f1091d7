import type { EventLoop } from '../loop/event-loop.js';
import { Future } from '../futures/future.js';
import { getEventLoop } from '../loop/get-event-loop.js';
import { type TaskFunction, type TaskSource, assertSource } from '../sources/source.js';
import { text } from '../ground/text.js';

/**
 * The future itself, or a new task of anything else that can run: for code that does not care which it was given.
 *
 * **Errors:** TypeError for what is not a source; RangeError for a future of another loop than the one in the options.
 *
 * ```ts
 * import { ensureFuture, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   const task = ensureFuture(sleep(10, 'done'));
 *   console.log(ensureFuture(task) === task, yield* task); // true done
 * });
 * ```
 *
 * asyncio: `asyncio.ensure_future()`.
 */
export function ensureFuture<T>(
  source: Future<T> | TaskSource<T> | TaskFunction<T>,
  options: { readonly loop?: EventLoop | undefined } = {},
): Future<T> {
  const call = 'ensureFuture(source)';
  assertSource(call, source);
  if (Future.is(source)) {
    if (options.loop && source.loop !== options.loop) {
      throw new RangeError(`${call}: ${text(source)} belongs to another loop than the one given`);
    }
    return source;
  }
  return (options.loop ?? getEventLoop()).createTask(source as TaskSource<T>);
}

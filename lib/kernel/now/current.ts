import type { Context } from './context.js';
import type { Future } from '../futures/future.js';
import type { EventLoop } from '../loop/event-loop.js';
import type { Owner } from './owner.js';
import type { Pipeline } from '../sources/drive-observable.js';

/**
 * What runs at this very moment, process-wide: JavaScript has one thread, so one record is enough. The loop writes it
 * around every handle; a task writes it around every step. Between handles `loop` is null; then only the ambient
 * context (ambient.ts) can tell which task the running code belongs to.
 *
 * `context` holds the values of context variables. While nothing runs it is the base context, which code outside of
 * tasks reads and sets. `pipeline` is the Observable task that subscribes or unsubscribes at this moment: what is
 * subscribed or torn down meanwhile are its children (drive-observable.ts). `suspended` is the future for which a `yield*` has
 * suspended last, until the strand has seen it.
 *
 * @internal
 */
export const current: {
  loop: EventLoop | null;
  owner: Owner | null;
  context: Context | null;
  pipeline: Pipeline<unknown> | null;
  suspended: Future<unknown> | null;
} = {
  loop: null,
  owner: null,
  context: null,
  pipeline: null,
  suspended: null,
};

import type { EventLoop } from '../loop/event-loop.js';
import type { Future } from './future.js';
import type { Task } from '../tasks/task.js';
import { errorText, text } from '../ground/text.js';

/**
 * What an exception handler is told.
 *
 * | kind | when |
 * |---|---|
 * | `callback` | a handle or a done callback threw, or the promise of a done callback was rejected |
 * | `unretrieved` | an exception that nobody has looked at: when the task is collected, when `run()` ends, when the process exits |
 * | `late-failure` | a failure that can reach nobody any more: a child of a `gather`, a task of `mapTask` after another had failed, a coroutine whose subscriber had left |
 * | `late-rejection` | a promise that was abandoned was rejected afterwards |
 * | `abandoned` | an async function that could not hear that its time limit was reached was left behind |
 * | `shutdown` | a task failed while `run()` cleaned up |
 * | `taskgroup_parent_done` | a child failed when the task of its group had ended already |
 * | `cancelled-unawaited` | a promise that nobody holds was rejected by a cancellation, during `run()` on Node |
 * | `stuck` | a task that was asked to cancel has not ended within the time of grace |
 * | `slow-callback`, `already-running`, `cancel-ignored` | debug mode only |
 */
export interface ExceptionContext {
  readonly kind: string;
  /** A sentence for people. */
  readonly message: string;
  readonly exception?: unknown;
  readonly task?: Task<unknown>;
  /** The future, where it is not a task. */
  readonly future?: Future<unknown>;
  /** The handle whose function threw. */
  readonly handle?: object;
  /** The text of the task or future, where it may have been collected already. */
  readonly name?: string;
  /** Milliseconds, for `slow-callback`. */
  readonly duration?: number;
}

/** asyncio: the handler of `loop.set_exception_handler`. */
export type ExceptionHandler = (loop: EventLoop, context: ExceptionContext) => void;

const told = new WeakSet<object>();

/** True for the first who is about to report the failure of `future`: several may notice it, and it is told once. @internal */
export function tellOnce(future: object): boolean {
  if (told.has(future)) return false;
  told.add(future);
  return true;
}

/** Writes one `console.error`; never throws. @internal */
export function writeException(context: ExceptionContext): void {
  try {
    const subject = context.task ?? context.future;
    const parts = [`rxtasks: ${context.message}`];
    if (subject) parts.push(text(subject));
    else if (context.name) parts.push(context.name);
    if ('exception' in context) {
      console.error(parts.join('\n  '), '\n ', context.exception);
    } else {
      console.error(parts.join('\n  '));
    }
  } catch {
    try {
      console.error(`rxtasks: ${context.kind}: ${errorText(context.exception)}`);
    } catch {
      // a console that throws is no reason to end the loop
    }
  }
}

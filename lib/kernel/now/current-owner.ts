import { ambientOwner } from './ambient.js';
import { AsyncCallMark } from './async-call-mark.js';
import { type Context, readContext } from './context.js';
import { current } from './current.js';
import type { Owner } from './owner.js';

/**
 * Who runs now: what the loop knows while a handle runs (even if that is nobody), else what the ambient context knows.
 *
 * @internal
 */
export function currentOwner(): Owner | null {
  return current.loop !== null ? current.owner : (ambientOwner() ?? null);
}

/**
 * The run whose async code is running: known from the ambient context, or because the first part of an async function
 * runs right now. A `then` called by a coroutine's own code is no await of the task: that would be `yield*`.
 *
 * @internal
 */
export function asyncOwner() {
  const owner = currentOwner();
  return owner !== null && (current.loop === null || AsyncCallMark in owner) ? owner : null;
}

/**
 * Where a subscription was made: in which pipeline, if in any, and with which values of context variables. What is
 * subscribed while it delivers belongs there too, and not to the pipeline that happens to be at work.
 *
 * @internal
 */
export class Origin {
  readonly #pipeline: Owner | null;
  readonly context: Context = readContext();

  constructor() {
    const owner = currentOwner();
    this.#pipeline = owner?.adopt ? owner : null;
  }

  /** Calls `deliver(argument)` there. */
  run<A>(deliver: (argument: A) => void, argument: A): void {
    const { owner, context, pipeline } = current;
    current.owner = this.#pipeline;
    current.context = this.context;
    current.pipeline = null;
    try {
      deliver(argument);
    } finally {
      current.owner = owner;
      current.context = context;
      current.pipeline = pipeline;
    }
  }
}

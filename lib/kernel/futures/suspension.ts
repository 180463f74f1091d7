import { RuntimeError } from '../../errors/index.js';
import { current } from '../now/current.js';
import type { Future } from './future.js';
import { TEXT } from '../ground/protocol.js';
import { RESUME, type Resume } from '../ground/resume.js';

/** The next thing that the step at hand does is to suspend on `future`. @internal */
export function suspendedOn(future: Future<unknown>): void {
  current.suspended = future;
}

const cure = 'write `yield* future` in a coroutine, or `await future` in an async function';

/**
 * One `yield*` of a future: the iterator, and at the same time what it gives back, first to say for whom it waits and
 * then with the result. A generator in its place would be three times as large and take twice as long.
 *
 * A step of a strand that ends on the future of one of these waits for it; a step that ends on anything else was a bare
 * `yield`, or a `yield` where `yield*` was meant. The future tells, and `current.suspended`, who has suspended last: not the object
 * that is given back, since JavaScriptCore hands on a copy of it.
 *
 * @internal
 */
export class Suspension<T> implements IterableIterator<never, T, Resume> {
  /** Undefined: not begun. */
  done: boolean | undefined = undefined;
  /** The future that is waited for; in the end its result. */
  value: unknown;

  constructor(future: Future<T>) {
    this.value = future;
  }

  /** What is waited for. */
  get future(): Future<T> {
    return this.value as Future<T>;
  }

  next(sent?: Resume): IteratorResult<never, T> {
    const { future } = this;
    if (this.done === false) {
      if (sent !== RESUME || !future.done()) {
        throw new RuntimeError(`${future[TEXT](0)} was iterated as a collection: ${cure}`);
      }
    } else if (!future.done()) {
      if (current.owner === null) throw new RuntimeError(`${future[TEXT](0)} was iterated outside of a task: ${cure}`);
      this.done = false;
      suspendedOn(future);
      return this as unknown as IteratorResult<never, T>;
    }
    this.value = future.result();
    this.done = true;
    return this as unknown as IteratorResult<never, T>;
  }

  /** The error of what was waited for, or a CancelledError, at the `yield*`. */
  throw(error: unknown): never {
    throw error;
  }

  return(value: T): IteratorResult<never, T> {
    return { done: true, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

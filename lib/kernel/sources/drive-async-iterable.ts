import { EmptyError } from 'rxjs';
import type { DriveOptions } from './drive-observable.js';
import { PromiseFuture } from '../futures/promise-future.js';
import type { Resume } from '../ground/resume.js';
import type { StreamLike } from './source.js';
import type { Strand } from '../tasks/strand.js';

/**
 * Iterates an async iterable inside of `strand`: every value is progress, the last one is the result, as of an
 * Observable. However it is left, `return()` is called and awaited, so that its clean-up is part of the task.
 *
 * @internal
 */
export function* driveAsyncIterable<T>(
  source: AsyncIterable<T> | StreamLike<T>,
  strand: Strand<unknown>,
  options: DriveOptions,
): Generator<void, T, Resume> {
  const { loop, task } = strand;
  const iterator = asyncIteratorOf(source);
  let last = options.defaultValue as T;
  let empty = !('defaultValue' in options);
  let open = true;
  try {
    for (;;) {
      let step: IteratorResult<T>;
      const next = new PromiseFuture(Promise.resolve(iterator.next()), loop);
      try {
        step = yield* next;
      } catch (error) {
        if (next.done() && !next.cancelled()) open = false; // it failed by itself: there is nothing left to close
        throw error;
      }
      if (step.done) {
        open = false;
        if (empty) throw new EmptyError();
        return last;
      }
      last = step.value;
      empty = false;
      task.report(last);
    }
  } finally {
    if (open) {
      const returned = iterator.return?.();
      if (returned !== undefined) yield* new PromiseFuture(Promise.resolve(returned), loop);
    }
  }
}

/**
 * The iterator of an async iterable or a stream. A stream's own, where it has one, closes when the chunk that was asked for
 * has come; its reader can be cancelled meanwhile.
 *
 * @internal
 */
export function asyncIteratorOf<T>(source: AsyncIterable<T> | StreamLike<T>): AsyncIterator<T> {
  return 'getReader' in source ? read(source) : source[Symbol.asyncIterator]();
}

function read<T>(stream: StreamLike<T>): AsyncIterator<T> {
  const reader = stream.getReader();
  return {
    next: async () => {
      const step = await reader.read();
      if (step.done) reader.releaseLock();
      return step as IteratorResult<T>;
    },
    return: async () => {
      await reader.cancel();
      reader.releaseLock();
      return { done: true, value: undefined };
    },
  };
}

import { isCancelled } from '../../errors/index.js';
import type { DriveOptions } from './drive-observable.js';
import { emptyError } from './empty-error.js';
import type { EventLoop } from '../loop/event-loop.js';
import { PromiseFuture } from '../futures/promise-future.js';
import { Watch } from '../futures/watch.js';
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
  const { values } = options;
  if (values !== undefined) values.streams = true;
  const iterator = asyncIteratorOf(source);
  let last = options.defaultValue as T;
  let empty = !('defaultValue' in options) && values === undefined;
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
        if (empty) throw emptyError(task);
        return last;
      }
      last = step.value;
      empty = false;
      task.report(last);
      values?.gave(last);
    }
  } finally {
    if (open) yield* closeIterator(iterator, loop);
  }
}

/**
 * Closes an iterator and waits until its clean-up is over: also when it is asked to cancel once more meanwhile, for nothing but its
 * end can end that.
 *
 * @internal
 */
export function* closeIterator(
  iterator: AsyncIterator<unknown> | Iterator<unknown>,
  loop: EventLoop,
): Generator<void, void, Resume> {
  const returned: unknown = iterator.return?.();
  if (typeof (returned as PromiseLike<unknown> | undefined)?.then !== 'function') return;
  const ended = new PromiseFuture(Promise.resolve(returned), loop);
  let cancellation: unknown;
  while (!ended.done()) {
    try {
      yield* new Watch(ended);
    } catch (error) {
      if (!isCancelled(error)) throw error;
      cancellation = error;
    }
  }
  ended.result();
  if (cancellation !== undefined) throw cancellation;
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

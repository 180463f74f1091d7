import { AsyncIteration } from './async-iteration.js';
import type { DriveOptions } from './drive-observable.js';
import { emptyError } from './empty-error.js';
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
  const { task } = strand;
  const { values } = options;
  if (values !== undefined) values.streams = true;
  const iteration = new AsyncIteration(source, strand);
  let last = options.defaultValue as T;
  let empty = !('defaultValue' in options) && values === undefined;
  try {
    for (;;) {
      const step = yield* iteration.next();
      if (step.done) {
        if (empty) throw emptyError(task);
        return last;
      }
      last = step.value;
      empty = false;
      task.report(last);
      values?.gave(last);
    }
  } finally {
    yield* iteration.close();
  }
}

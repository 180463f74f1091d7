import { EmptyError } from 'rxjs';
import type { Task } from '../tasks/task.js';

/** RxJS's own error for a source that has ended without a value, which says whose source that was, and the cure. @internal */
export function emptyError(task: Pick<Task<unknown>, 'name'>): EmptyError {
  const error = new EmptyError();
  error.message =
    `the source of the task '${task.name}' ended without a value (no elements in sequence); where that may happen, say what the ` +
    'result is then: createTask(source, { defaultValue: undefined })';
  return error;
}

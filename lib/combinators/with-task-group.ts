import { type Body, Coroutine, type Resume, assertBody } from '../kernel/index.js';
import { TaskGroup } from './task-group.js';

/**
 * Runs a body that starts tasks, and waits for all of them: none outlives the group.
 *
 * ```
 * body            --a--b--|
 * a                 --------|
 * b                    ---------|
 * withTaskGroup   --------------r|      r: what the body returned
 * ```
 *
 * **Cancellation:** cancels body and children, and waits for their clean-up; `group.cancel(reason)` ends it early without
 * an error.
 *
 * **Errors:** the first failure cancels the rest; then an ExceptionGroup holds all that failed. TypeError at the call for
 * what is no body.
 *
 * ```ts
 * import { run, sleep, withTaskGroup } from 'rxtasks';
 *
 * await run(function* () {
 *   const [a, b] = yield* withTaskGroup(function* (group) {
 *     return [group.createTask(sleep(20, 'a')), group.createTask(sleep(10, 'b'))] as const;
 *   });
 *   console.log(a.result(), b.result()); // a b
 * });
 * ```
 *
 * @see {@link TaskGroup}
 *
 * asyncio: `async with asyncio.TaskGroup()`.
 */
export function withTaskGroup<T>(body: Body<TaskGroup, T>): Coroutine<T> {
  assertBody('withTaskGroup(body)', body);
  return new Coroutine<T>('withTaskGroup', runInGroup, [body]);
}

function* runInGroup<T>(body: Body<TaskGroup, T>): Generator<void, T, Resume> {
  return yield* new TaskGroup().run(body);
}

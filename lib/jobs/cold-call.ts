import { type Coroutine, type Executor, type Task, coroutine, currentTask } from '../kernel/index.js';
import { functionReference } from './sending/function-reference.js';

/**
 * `fn(...args)` by an executor, as a coroutine: it is submitted when the coroutine runs, each time. Run as a task, it passes on
 * the progress that `fn` reports.
 *
 * **Errors:** TypeError at the call for a function that cannot be sent.
 *
 * @internal
 */
export function coldCall(
  call: string,
  fn: (...args: never[]) => unknown,
  args: unknown[],
  executor: () => Executor,
): Coroutine<unknown> {
  functionReference(call, fn);
  const work: Coroutine<unknown> = submitted(fn, args, executor, () => work);
  return work;
}

const submitted = coroutine(function* submitted(
  fn: (...args: never[]) => unknown,
  args: unknown[],
  executor: () => Executor,
  self: () => Coroutine<unknown>,
) {
  const job = executor().submit(fn as (...args: unknown[]) => unknown, ...args);
  const task = currentTask();
  if (task?.recipe === self()) (job as Task<unknown>).progress$?.subscribe((progress) => task.report(progress));
  return yield* job;
});

import { functionReference } from '../jobs/index.js';
import { type Coroutine, type Executor, type Task, coroutine, currentTask, getRunningLoop } from '../kernel/index.js';

/** What `toThread` gives; `makePool` makes the default executor of a loop that has none. @internal */
export function inThread(
  fn: (...args: never[]) => unknown,
  args: unknown[],
  makePool: () => Executor,
): Coroutine<unknown> {
  functionReference('toThread(fn, ...args)', fn);
  const work: Coroutine<unknown> = run(fn, args, makePool, () => work);
  return work;
}

const run = coroutine(function* toThread(
  fn: (...args: never[]) => unknown,
  args: unknown[],
  makePool: () => Executor,
  self: () => Coroutine<unknown>,
) {
  const executor = getRunningLoop().executor(makePool);
  const job = executor.submit(fn as (...args: unknown[]) => unknown, ...args);
  const task = currentTask();
  if (task?.recipe === self()) (job as Task<unknown>).progress$?.subscribe((progress) => task.report(progress));
  return yield* job;
});

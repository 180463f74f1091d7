import { gather } from '../combinators/index.js';
import {
  CancelRequest,
  type EventLoop,
  type Task,
  allTasks,
  cancelFuture,
  dropShutdownErrors,
  tellOnce,
} from '../kernel/index.js';
import { Grace, reportStuck } from './grace.js';

/** Cancels what is left on `loop`, waits for it and reports what failed; then calls `ended`. @internal */
export function cancelAll(
  loop: EventLoop,
  stuck: Task<unknown> | null,
  grace: number | undefined,
  ended: () => void,
): void {
  loop.beginClosing();
  dropShutdownErrors();
  const left = [...allTasks(loop)].filter((task) => task !== stuck);
  // A coroutine that an async function has not waited for, as after a `Promise.all` that failed, may outlive its task.
  const orphans = [...loop.runs].filter((run) => (run as { task?: Task<unknown> }).task?.done());
  if (left.length + orphans.length === 0) {
    ended();
    return;
  }
  for (const run of orphans) cancelFuture(run, new CancelRequest(undefined, 'shutdown'));
  for (const task of left) {
    tellOnce(task); // what fails from now on is told below, whoever else may notice it
    cancelFuture(task, new CancelRequest(undefined, 'shutdown'));
  }
  const all = gather([...left, ...orphans], { returnExceptions: true });
  const limit = new Grace(loop, grace);
  limit.begin();
  loop.runUntil(all, () => {
    limit.end();
    for (const task of left) {
      if (!task.done()) {
        reportStuck(task, grace);
      } else if (!task.cancelled() && task.failed) {
        loop.callExceptionHandler({
          kind: 'shutdown',
          message: 'unhandled exception during the shutdown of run()',
          exception: task.exception(),
          task,
        });
      }
    }
    ended();
  });
}

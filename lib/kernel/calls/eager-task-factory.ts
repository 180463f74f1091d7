import { current } from '../now/current.js';
import type { EventLoop } from '../loop/event-loop.js';
import type { AnySource } from '../sources/source.js';
import { Task, type TaskOptions } from '../tasks/task.js';

/**
 * A task factory: tasks run their first step at once, inside of `createTask`, while the loop runs. What ends without
 * waiting is never scheduled.
 *
 * ```ts
 * import { createTask, eagerTaskFactory, getRunningLoop, run } from 'rxtasks';
 *
 * await run(function* () {
 *   getRunningLoop().setTaskFactory(eagerTaskFactory);
 *   const task = createTask(function* () {
 *     return 'done';
 *   });
 *   console.log(task.done()); // true
 * });
 * ```
 *
 * asyncio: `asyncio.eager_task_factory`.
 */
export function eagerTaskFactory(loop: EventLoop, source: AnySource<unknown>, options: TaskOptions): Task<unknown> {
  return new Task<unknown>(loop, source, { ...options, eager: options.eager ?? current.loop === loop });
}

import { currentOwner } from '../now/current-owner.js';
import type { EventLoop } from '../loop/event-loop.js';
import { getEventLoop } from '../loop/get-event-loop.js';
import { Task } from '../tasks/task.js';

/**
 * The task that runs this code, or null. In an async function after an `await` only Node can tell; elsewhere the task is
 * the parameter of the function.
 *
 * @param loop null also if that task belongs to another loop
 *
 * ```ts
 * import { createTask, currentTask, run } from 'rxtasks';
 *
 * const whoAmI = () => currentTask()?.name;
 * await run(function* () {
 *   const task = createTask(
 *     function* () {
 *       return whoAmI();
 *     },
 *     { name: 'me' },
 *   );
 *   console.log(yield* task); // me
 * });
 * ```
 *
 * asyncio: `asyncio.current_task()`.
 */
export function currentTask(loop?: EventLoop): Task<unknown> | null {
  const task = currentOwner()?.task ?? null;
  return task === null || (loop !== undefined && task.loop !== loop) ? null : task;
}

/**
 * The tasks of a loop that have not ended, in the order of their creation.
 *
 * @param loop default: `getEventLoop()`
 *
 * ```ts
 * import { allTasks, createTask, run, sleep } from 'rxtasks';
 *
 * await run(function* () {
 *   createTask(sleep(1000), { name: 'left behind' });
 *   console.log([...allTasks()].map((task) => task.name).at(-1)); // left behind
 * });
 * ```
 *
 * asyncio: `asyncio.all_tasks()`.
 */
export function allTasks(loop: EventLoop = getEventLoop()): Set<Task<unknown>> {
  return Task.live(loop);
}

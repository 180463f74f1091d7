import { currentOwner } from '../now/current-owner.js';
import { got } from '../ground/text.js';
import { EventLoop } from '../loop/event-loop.js';
import { getEventLoop } from '../loop/get-event-loop.js';
import { Task } from '../tasks/task.js';

/**
 * The task that runs this code, or null. In an async function after an `await` only Node can tell; elsewhere the task is
 * the parameter of the function.
 *
 * @param loop null also if that task belongs to another loop
 *
 * **Errors:** TypeError for what is no loop.
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
  if (loop !== undefined) assertLoop('currentTask(loop)', loop);
  const task = currentOwner()?.task ?? null;
  return task === null || (loop !== undefined && task.loop !== loop) ? null : task;
}

/**
 * The tasks of a loop that have not ended, in the order of their creation.
 *
 * @param loop default: `getEventLoop()`
 *
 * **Errors:** TypeError for what is no loop.
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
  assertLoop('allTasks(loop)', loop);
  return Task.live(loop);
}

function assertLoop(call: string, loop: unknown): void {
  if (!(loop instanceof EventLoop)) throw new TypeError(`${call}: expected an EventLoop, got ${got(loop)}`);
}

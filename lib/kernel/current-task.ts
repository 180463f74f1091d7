import { currentOwner } from './current-owner.js';
import type { EventLoop } from './event-loop.js';
import { getEventLoop } from './get-event-loop.js';
import { Task } from './task.js';

/**
 * The task that runs this code, or null. In an async function after an `await` only Node can tell; elsewhere the task is
 * the parameter of the function.
 *
 * @param loop null also if that task belongs to another loop
 *
 * asyncio: `asyncio.current_task()`.
 */
export function currentTask(loop?: EventLoop): Task<unknown> | null {
  const task = (currentOwner()?.task ?? null) as Task<unknown> | null;
  return task === null || (loop !== undefined && task.loop !== loop) ? null : task;
}

/**
 * The tasks of a loop that have not ended, in the order of their creation.
 *
 * @param loop default: `getEventLoop()`
 *
 * asyncio: `asyncio.all_tasks()`.
 */
export function allTasks(loop: EventLoop = getEventLoop()): Set<Task<unknown>> {
  return Task.live(loop);
}

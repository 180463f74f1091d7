import type { EventLoop } from '../loop/event-loop.js';
import type { Task } from '../tasks/task.js';

/**
 * What debug mode watches beyond slow callbacks (those are in the loop itself). Nothing of this runs, and nothing of it is
 * stored in a task, while debug mode is off.
 */

/** After so many ms a task that was asked to cancel and has not ended is named. */
const STUCK = 5_000;

const places = new WeakMap<object, string>();
const reportedPlaces = new Set<string>();

/** Remembers where `task` was made. @internal */
export function recordCreation(task: object): void {
  places.set(task, callers());
}

/** Where `task` was made, if debug mode has seen it; for messages. @internal */
export function creationText(task: object): string {
  const place = places.get(task);
  return place === undefined ? '' : `\n  made ${place}`;
}

/** A promise where a function belongs: it runs already, in the task that made it. Once per place. @internal */
export function reportRunningPromise(loop: EventLoop): void {
  const place = callers();
  if (reportedPlaces.has(place)) return;
  reportedPlaces.add(place);
  loop.callExceptionHandler({
    kind: 'already-running',
    message:
      'a promise was given where a recipe belongs: it runs already, in the task that made it, and can be neither cancelled ' +
      `nor shielded; give the function instead, createTask(work) and not createTask(work())\n  ${place}`,
  });
}

/** Names `task` if it has not ended some time after it was asked to cancel. @internal */
export function watchForStuck(task: Task<unknown>): void {
  const { loop } = task;
  const timer = loop.callLater(STUCK, () => {
    loop.callExceptionHandler({
      kind: 'stuck',
      message: `a task has not ended ${STUCK} ms after it was asked to cancel; a native await cannot be interrupted, resultOf(promise) can${creationText(task)}`,
      task,
    });
  });
  task.atEnd(() => timer.cancel());
}

/** An async function has returned although it was asked to cancel, and never came to know. @internal */
export function reportIgnoredCancel(task: Task<unknown>): void {
  task.loop.callExceptionHandler({
    kind: 'cancel-ignored',
    message:
      'a task was asked to cancel, but awaited nothing of this library any more, and has finished with a value; ' +
      `give task.signal to what it awaits, or await it by resultOf(promise)${creationText(task)}`,
    task,
  });
}

/** The lines of the stack above this library's own. */
function callers(): string {
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  const own = (line: string) =>
    /[\\/](?:lib|dist[\\/](?:esm|cjs))[\\/](?:kernel|combinators|operators|run)[\\/]/.test(line);
  const first = lines.findIndex((line) => !own(line));
  return lines
    .slice(Math.max(first, 0), Math.max(first, 0) + 2)
    .map((line) => line.trim())
    .join(' ');
}

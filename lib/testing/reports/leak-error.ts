import type { EventLoop, Task } from '../../kernel/index.js';
import { runningText } from './who-waits.js';

/**
 * Tasks were still running when the main of a test had ended. The message lists them: what they wait for, what they run, and
 * where they were made:
 *
 * ```text
 * 1 task was still running when main ended, at 2500 ms: await it, cancel it, or run it in a task group
 *
 *   'poller'  waits for the time 3000 ms, 500 ms from now
 *             running poll(), made at spec/cart.spec.ts:5:9
 * ```
 */
export class LeakError extends Error {
  /** Those tasks, in the order in which they were made. They were cancelled afterwards. */
  readonly tasks: readonly Task<unknown>[];

  /** @internal */
  constructor(loop: EventLoop, tasks: readonly Task<unknown>[]) {
    super(leakText(tasks, `main ended, at ${loop.time()} ms`));
    this.tasks = tasks;
  }
}

Object.defineProperty(LeakError.prototype, 'name', { value: 'LeakError', configurable: true, writable: true });

/** What is said of `tasks`, which were still running when something had ended. @internal */
export function leakText(tasks: readonly Task<unknown>[], ended: string): string {
  const [were, it] = tasks.length === 1 ? ['1 task was', 'it'] : [`${tasks.length} tasks were`, 'them'];
  return (
    `${were} still running when ${ended}: await ${it}, cancel ${it}, or run ${it} in a task group\n\n` +
    runningText(tasks)
  );
}

import type { EventLoop, Task } from '../kernel/index.js';
import { waitingText, whoWaits } from './who-waits.js';

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
    const [were, it] = tasks.length === 1 ? ['1 task was', 'it'] : [`${tasks.length} tasks were`, 'them'];
    super(
      `${were} still running when main ended, at ${loop.time()} ms: await ${it}, cancel ${it}, or run ${it} in a task group\n\n` +
        waitingText(whoWaits(tasks)),
    );
    this.tasks = tasks;
  }
}

Object.defineProperty(LeakError.prototype, 'name', { value: 'LeakError', configurable: true, writable: true });

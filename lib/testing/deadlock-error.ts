import { type EventLoop, type Future, allTasks, text } from '../kernel/index.js';

/**
 * Everything that has not ended waits for what cannot come. The message tells who waits for whom.
 */
export class DeadlockError extends Error {
  constructor(loop: EventLoop, main: Future<unknown>) {
    const tasks = [...allTasks(loop)];
    const lines = tasks.map((task) => `  ${text(task)}`);
    super(
      `deadlock: nothing is ready and no timer is set, but ${text(main)} has not ended; unfinished:\n${lines.join('\n')}`,
    );
  }
}

Object.defineProperty(DeadlockError.prototype, 'name', {
  value: 'DeadlockError',
  configurable: true,
  writable: true,
});

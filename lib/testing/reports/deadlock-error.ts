import { type EventLoop, allTasks } from '../../kernel/index.js';
import { circles, nameText, waitingText, whoWaits } from './who-waits.js';

/**
 * Everything that has not ended waits for what cannot come. The message tells who waits for whom, and where they were made:
 *
 * ```text
 * deadlock at 1000 ms: main has not ended, nothing is ready and no timer is set
 *
 *   'main'  waits for task 'a'
 *           running test(), made at spec/cart.spec.ts:5:9
 *   'a'     waits for task 'b'
 *           running a(), made at spec/cart.spec.ts:6:13
 *   'b'     waits for task 'a'
 *           running b(), made at spec/cart.spec.ts:7:13
 *
 *   a circle: 'a' → 'b' → 'a'
 * ```
 */
export class DeadlockError extends Error {}

Object.defineProperty(DeadlockError.prototype, 'name', {
  value: 'DeadlockError',
  configurable: true,
  writable: true,
});

/**
 * The report on a loop where nothing can happen any more.
 *
 * @param advice what to say about those that wait for something foreign: the rest of a line, and further ones
 *
 * @internal
 */
export function deadlock(loop: EventLoop, what: string, advice: string): DeadlockError {
  const waitings = whoWaits(allTasks(loop));
  const foreign = waitings.filter((each) => each.foreign);
  const parts = [
    `deadlock at ${loop.time()} ms: ${what}, nothing is ready and no timer is set`,
    waitingText(waitings),
    ...circles(waitings).map((circle) => `  a circle: ${[...circle, circle[0]!].map(nameText).join(' → ')}`),
  ];
  if (foreign.length > 0) {
    const names = foreign.map(({ task }) => nameText(task)).join(', ');
    parts.push(`  ${names}: nothing here can tell what this is waiting for${advice}`);
  }
  return new DeadlockError(parts.join('\n\n'));
}

import { VirtualTimeScheduler } from 'rxjs';
import { EventLoop, type Resume } from 'rxtasks';

export { errorOf, turns } from '../support/virtual.js';

/** Runs a coroutine to its end on a loop in virtual time, synchronously. A deadlock is an InvalidStateError. */
export function virtually<T>(body: () => Generator<void, T, Resume>): T {
  const scheduler = new VirtualTimeScheduler();
  const main = new EventLoop({ scheduler }).createTask(body);
  scheduler.flush();
  return main.result();
}
